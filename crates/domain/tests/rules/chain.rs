//! The hash chain: the content of a change, and that no part of it can be altered without another hash.

use jiff::{SignedDuration, Timestamp};
use rankledger_domain::account::HeldRank;
use rankledger_domain::chain::{ChainHash, content, genesis, link};
use rankledger_domain::ids::{AccountId, BatchId, ChangeNumber, CredentialId, LogId, RankId, UndoId};
use rankledger_domain::rank_change::{ChangeKind, RankChange, Source};
use rankledger_domain::transition::Transition;
use uuid::Uuid;

/// The community of the figures below, which were made with Python's hashlib.
const COMMUNITY: &str = "e0000000-0000-0000-0000-00000000000a";
const GENESIS: &str = "9d5f1b17c79016400987c32e597f40aa1254026957988f8f02e625e15a2bc6db";
const FIRST: &str = "9c16c8e02d68c4fc4fc4e245ad5806417a260dda0c16ff0121cf7f3033b3f68d";
pub(crate) const SECOND: &str = "b1bd2f1d31f6caf9215e486f7b5da866ad6bf357c2a98cffacef54eeabed0887";

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub(crate) fn community() -> Uuid {
    COMMUNITY.parse().expect("a UUID")
}

fn millisecond(millisecond: i64) -> Timestamp {
    Timestamp::from_millisecond(millisecond).expect("a time in range")
}

/// Returns two grants, of which the second has an end.
fn two() -> Vec<HeldRank> {
    let end = HeldRank { rank: RankId(id(0x22)), expires_at: Some(millisecond(1_776_297_600_000)) };
    vec![HeldRank::permanent(RankId(id(0x21))), end]
}

/// Returns a change with nothing that may be absent.
fn first() -> RankChange {
    RankChange {
        number: ChangeNumber(1),
        undo_id: UndoId(id(0x11)),
        log_id: LogId(id(0x12)),
        account: AccountId(id(0x13)),
        at: millisecond(1_776_211_200_123),
        transition: Transition {
            before: Vec::new(),
            after: two(),
            status_before: false,
            status_after: true,
            active: None,
        },
        kind: ChangeKind::Change,
        source: Source::Api,
        actor: None,
        credential: None,
        reason: None,
        batch: None,
        reverses: None,
        reversed_by: None,
    }
}

/// Returns a change with everything, and characters that JSON escapes.
fn second() -> RankChange {
    RankChange {
        number: ChangeNumber(2),
        undo_id: UndoId(id(0x14)),
        log_id: LogId(id(0x15)),
        at: millisecond(1_776_211_200_124),
        transition: Transition {
            before: two(),
            after: two()[..1].to_vec(),
            status_before: true,
            status_after: false,
            active: Some(false),
        },
        kind: ChangeKind::Undo,
        source: Source::Rollback,
        actor: Some(AccountId(id(0x31))),
        credential: Some(CredentialId(id(0x32))),
        reason: Some("Für \"ihn\"\n\u{1b}/\\".to_owned()),
        batch: Some(BatchId(id(0x33))),
        reverses: Some(ChangeNumber(1)),
        ..first()
    }
}

#[test]
fn a_chain_begins_with_its_community() {
    assert_eq!(genesis(community()).to_string(), GENESIS);
    assert_ne!(genesis(id(1)), genesis(id(2)));
}

#[test]
fn hashes_are_those_that_anybody_computes() {
    let one = link(genesis(community()), &first());
    assert_eq!(one.to_string(), FIRST);
    assert_eq!(link(one, &second()).to_string(), SECOND);
}

#[test]
fn a_change_says_everything_in_a_fixed_order() {
    let said = String::from_utf8(content(&second())).expect("JSON is text");
    let expected = concat!(
        r#"{"number":2,"undoId":"00000000-0000-0000-0000-000000000014","#,
        r#""logId":"00000000-0000-0000-0000-000000000015","account":"00000000-0000-0000-0000-000000000013","#,
        r#""at":1776211200124,"before":[["00000000-0000-0000-0000-000000000021",null],"#,
        r#"["00000000-0000-0000-0000-000000000022",1776297600000]],"#,
        r#""after":[["00000000-0000-0000-0000-000000000021",null]],"statusBefore":true,"statusAfter":false,"#,
        r#""active":false,"kind":"undo","source":"rollback","actor":"00000000-0000-0000-0000-000000000031","#,
        r#""credential":"00000000-0000-0000-0000-000000000032","reason":"Für \"ihn\"\n\u001b/\\","reverses":1,"#,
        r#""batch":"00000000-0000-0000-0000-000000000033"}"#,
    );
    assert_eq!(said, expected);
}

/// A function that alters a change, and the name of the alteration.
type Alteration = (&'static str, fn(&mut RankChange));

/// Ways to alter a change: every member of its content.
fn alterations() -> Vec<Alteration> {
    vec![
        ("number", |change| change.number.0 += 1),
        ("undo id", |change| change.undo_id = UndoId(id(0xff))),
        ("log id", |change| change.log_id = LogId(id(0xff))),
        ("account", |change| change.account = AccountId(id(0xff))),
        ("time", |change| change.at += SignedDuration::from_millis(1)),
        ("a rank before", |change| change.transition.before[0].rank = RankId(id(0xff))),
        ("an end before", |change| change.transition.before[1].expires_at = None),
        ("the order before", |change| change.transition.before.reverse()),
        ("one rank less before", |change| change.transition.before.truncate(1)),
        ("a rank after", |change| change.transition.after[0].rank = RankId(id(0xff))),
        ("an end after", |change| change.transition.after[0].expires_at = Some(millisecond(1))),
        ("one rank less after", |change| change.transition.after.clear()),
        ("a rank on the other side", |change| {
            let rank = change.transition.before.pop().expect("there are two");
            change.transition.after.push(rank);
        }),
        ("status before", |change| change.transition.status_before ^= true),
        ("status after", |change| change.transition.status_after ^= true),
        ("the status asked for", |change| change.transition.active = Some(true)),
        ("no status asked for", |change| change.transition.active = None),
        ("kind", |change| change.kind = ChangeKind::Redo),
        ("source", |change| change.source = Source::Api),
        ("actor", |change| change.actor = Some(AccountId(id(0xff)))),
        ("no actor", |change| change.actor = None),
        ("credential", |change| change.credential = Some(CredentialId(id(0xff)))),
        ("no credential", |change| change.credential = None),
        ("reason", |change| change.reason = Some("Fur \"ihn\"\n\u{1b}/\\".to_owned())),
        ("an empty reason", |change| change.reason = Some(String::new())),
        ("no reason", |change| change.reason = None),
        ("what it reverses", |change| change.reverses = Some(ChangeNumber(3))),
        ("reverses nothing", |change| change.reverses = None),
        ("batch", |change| change.batch = Some(BatchId(id(0xff)))),
        ("no batch", |change| change.batch = None),
    ]
}

#[test]
fn whatever_is_altered_the_hash_is_another() {
    let before = genesis(community());
    let mut seen = vec![link(before, &second())];
    for (what, alter) in alterations() {
        let mut altered = second();
        alter(&mut altered);
        let hash = link(before, &altered);
        assert!(!seen.contains(&hash), "{what}");
        seen.push(hash);
    }
}

#[test]
fn every_kind_and_every_source_has_its_own_hash() {
    let before = genesis(community());
    let mut seen = Vec::new();
    for kind in [ChangeKind::Change, ChangeKind::Undo, ChangeKind::Redo] {
        for source in Source::ALL {
            let hash = link(before, &RankChange { kind, source, ..first() });
            assert!(!seen.contains(&hash), "{} {}", kind.as_str(), source.as_str());
            seen.push(hash);
        }
    }
}

#[test]
fn one_altered_change_alters_every_hash_after_it() {
    let chain = |first: &RankChange| link(link(genesis(community()), first), &second());
    let altered = RankChange { reason: Some("Promoted".to_owned()), ..first() };
    assert_ne!(chain(&first()), chain(&altered));
    assert_ne!(link(genesis(id(1)), &first()), link(genesis(id(2)), &first()));
}

#[test]
fn what_is_learned_later_is_no_part_of_a_hash() {
    let undone = RankChange { reversed_by: Some(ChangeNumber(9)), ..first() };
    let before = genesis(community());
    assert_eq!(link(before, &undone), link(before, &first()));
}

#[test]
fn a_hash_is_read_back_from_its_text() {
    let hash: ChainHash = SECOND.parse().expect("a hash");
    assert_eq!(hash.to_string(), SECOND);
    let upper = SECOND.to_uppercase();
    for text in
        ["", "b1", &SECOND[1..], &format!("{SECOND}0"), &format!("{SECOND}00"), &upper, &"g".repeat(64)]
    {
        assert!(text.parse::<ChainHash>().is_err(), "{text}");
    }
}
