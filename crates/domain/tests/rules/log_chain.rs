//! The hash chain of the log: the content of an entry, and that no part of it can be altered without another
//! hash.

use jiff::Timestamp;
use rankledger_domain::chain::{self, ChainHash};
use rankledger_domain::ids::{AccountId, ChangeNumber, CredentialId, LogId};
use rankledger_domain::log::{Act, ActKind, LogEntry, LogPlace, LogPosition};
use rankledger_domain::log_chain::{content, genesis, link};
use uuid::Uuid;

use crate::chain::{SECOND, community};

/// The figures of this log were made with Python's hashlib.
const GENESIS: &str = "fcc196c1b9f2e36c136ff68f4a2ebd70ddd6bed63f1b20847f9597c4ea74eaeb";
const FIRST: &str = "c857abf4ec18020c5a8d71aa048c5c44d55a625c8916f0d14889624285cd04aa";
const LATER: &str = "4353a7a68b4f4f5e8086ed5e5b8fc71eadba67fc86a7490762abdc010f8179a7";

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn second(second: i64) -> Timestamp {
    Timestamp::from_millisecond(1_776_211_200_123 + second * 1000).expect("a time in range")
}

/// Returns an entry with nothing that may be absent.
fn first() -> LogEntry {
    LogEntry {
        position: LogPosition { place: LogPlace(1), after_change: ChangeNumber(0) },
        ledger_hash: chain::genesis(community()),
        act: Act {
            id: LogId(id(0x11)),
            at: second(0),
            kind: ActKind::CommunityFrozen,
            actor: None,
            credential: None,
            address: None,
            account: None,
            before: None,
            after: None,
        },
    }
}

/// Returns an entry with everything filled in, after two rank changes.
fn later() -> LogEntry {
    LogEntry {
        position: LogPosition { place: LogPlace(4), after_change: ChangeNumber(2) },
        ledger_hash: SECOND.parse().expect("a hash"),
        act: Act {
            id: LogId(id(0x12)),
            at: second(1),
            kind: ActKind::AccountRenamed,
            actor: Some(AccountId(id(0x13))),
            credential: Some(CredentialId(id(0x14))),
            address: Some("2001:db8::1".parse().expect("an address")),
            account: Some(AccountId(id(0x15))),
            before: Some(r#"{"name":"A"}"#.to_owned()),
            after: Some(r#"{"name":"Zoë"}"#.to_owned()),
        },
    }
}

#[test]
fn a_chain_begins_with_its_community_and_not_as_its_ledger_does() {
    assert_eq!(genesis(community()).to_string(), GENESIS);
    assert_ne!(genesis(id(1)), genesis(id(2)));
    assert_ne!(genesis(id(1)), chain::genesis(id(1)));
}

#[test]
fn hashes_are_those_that_anybody_computes() {
    let one = link(genesis(community()), &first());
    assert_eq!(one.to_string(), FIRST);
    assert_eq!(link(one, &later()).to_string(), LATER);
}

#[test]
fn an_entry_says_everything_in_a_fixed_order() {
    let said = String::from_utf8(content(&later())).expect("JSON is text");
    let expected = concat!(
        r#"{"place":4,"afterChange":2,"#,
        r#""ledgerHash":"b1bd2f1d31f6caf9215e486f7b5da866ad6bf357c2a98cffacef54eeabed0887","#,
        r#""id":"00000000-0000-0000-0000-000000000012","at":1776211201123,"kind":"account.renamed","#,
        r#""actor":"00000000-0000-0000-0000-000000000013","credential":"00000000-0000-0000-0000-000000000014","#,
        r#""address":"2001:db8::1","account":"00000000-0000-0000-0000-000000000015","#,
        r#""before":"{\"name\":\"A\"}","after":"{\"name\":\"Zoë\"}"}"#,
    );
    assert_eq!(said, expected);
}

#[test]
fn nothing_of_an_entry_can_be_altered_without_another_hash() {
    let alterations: [fn(&mut LogEntry); 13] = [
        |entry| entry.position.place.0 += 1,
        |entry| entry.position.after_change.0 += 1,
        |entry| entry.ledger_hash = ChainHash([7; 32]),
        |entry| entry.act.id = LogId(id(0xff)),
        |entry| entry.act.at = second(2),
        |entry| entry.act.kind = ActKind::AccountUpdated,
        |entry| entry.act.actor = None,
        |entry| entry.act.credential = Some(CredentialId(id(0xff))),
        |entry| entry.act.address = None,
        |entry| entry.act.account = Some(AccountId(id(0xff))),
        |entry| entry.act.before = None,
        |entry| entry.act.after = Some("{}".to_owned()),
        |entry| std::mem::swap(&mut entry.act.before, &mut entry.act.after),
    ];
    let before = ChainHash([1; 32]);
    for (index, alter) in alterations.iter().enumerate() {
        let mut altered = later();
        alter(&mut altered);
        assert_ne!(link(before, &altered), link(before, &later()), "alteration {index}");
    }
    assert_ne!(link(ChainHash([2; 32]), &later()), link(before, &later()), "another entry before it");
}
