//! Whitelists: one blocked rank keeps out, else one allowed rank lets in, and without allowed ranks every
//! active member may join.

use proptest::prelude::*;
use proptest::sample::subsequence;
use rankledger_domain::account::{Account, HeldRank};
use rankledger_domain::ids::RankId;
use rankledger_domain::whitelist::{KeptOut, Whitelist};

use crate::kit::{RANKS, hours, id, person, start, until};

fn whitelist(allowed: &str, blocked: &str) -> Whitelist {
    let ids = |keys: &str| keys.split_whitespace().map(id).collect();
    Whitelist { allowed: ids(allowed), blocked: ids(blocked) }
}

fn active(ranks: &str) -> Account {
    Account { com_status: true, ..person(ranks) }
}

#[test]
fn the_ranks_decide() {
    let out = |key| Err(KeptOut::Blocked(id(key)));
    for (allowed, blocked, ranks, expected) in [
        ("", "", "", Ok(())),
        ("", "", "officer", Ok(())),
        ("officer", "", "officer", Ok(())),
        ("officer medic", "", "recruit medic", Ok(())),
        ("officer", "", "recruit", Err(KeptOut::NoAllowedRank)),
        ("officer", "", "", Err(KeptOut::NoAllowedRank)),
        ("", "recruit", "recruit", out("recruit")),
        ("", "recruit", "officer", Ok(())),
        ("officer", "recruit", "officer recruit", out("recruit")),
        ("officer", "officer", "officer", out("officer")),
    ] {
        let found = whitelist(allowed, blocked).check(&active(ranks), true, start());
        assert_eq!(found, expected, "[{allowed}] [{blocked}] [{ranks}]");
    }
}

#[test]
fn who_is_barred_stays_out_whatever_ranks_they_hold() {
    let open = whitelist("", "");
    let chief = active("chief");
    for (account, enabled, expected) in [
        (Account { banned: true, ..chief.clone() }, true, KeptOut::Banned),
        (Account { archived: true, ..chief.clone() }, true, KeptOut::Archived),
        (Account { com_status: false, ..chief.clone() }, true, KeptOut::Inactive),
        (Account { com_status: false, owner: true, ..chief.clone() }, true, KeptOut::Inactive),
        (chief.clone(), false, KeptOut::Disabled),
        (Account { banned: true, archived: true, com_status: false, ..chief }, false, KeptOut::Banned),
    ] {
        for whitelist in [&open, &whitelist("chief", "")] {
            assert_eq!(whitelist.check(&account, enabled, start()), Err(expected), "{account:?}");
        }
    }
}

#[test]
fn a_grant_lets_in_until_its_end_and_keeps_out_until_its_end() {
    let officer = Account { ranks: vec![until("officer", 1)], ..active("") };
    let allowed = whitelist("officer", "");
    assert_eq!(allowed.check(&officer, true, hours(0)), Ok(()));
    assert_eq!(allowed.check(&officer, true, hours(1)), Err(KeptOut::NoAllowedRank), "its end has come");
    let blocked = whitelist("", "officer");
    assert_eq!(blocked.check(&officer, true, hours(0)), Err(KeptOut::Blocked(id("officer"))));
    assert_eq!(blocked.check(&officer, true, hours(1)), Ok(()));
}

#[test]
fn a_ban_and_a_blocked_rank_keep_out_and_what_is_missing_does_not_let_in() {
    for (why, is_block) in [
        (KeptOut::Banned, true),
        (KeptOut::Blocked(id("officer")), true),
        (KeptOut::Archived, false),
        (KeptOut::Disabled, false),
        (KeptOut::Inactive, false),
        (KeptOut::NoAllowedRank, false),
    ] {
        assert_eq!(why.is_block(), is_block, "{why:?}");
    }
}

fn some_ranks() -> impl Strategy<Value = Vec<RankId>> {
    subsequence(RANKS.map(|(key, _)| id(key)).to_vec(), 0..RANKS.len())
}

fn grants() -> impl Strategy<Value = Vec<HeldRank>> {
    let grant = |(rank, end): (RankId, Option<i64>)| HeldRank { rank, expires_at: end.map(hours) };
    let ends = proptest::collection::vec(proptest::option::of(0..5_i64), RANKS.len());
    (some_ranks(), ends).prop_map(move |(ranks, ends)| ranks.into_iter().zip(ends).map(grant).collect())
}

fn accounts() -> impl Strategy<Value = Account> {
    let flag = || proptest::bool::weighted(0.2);
    (grants(), flag(), flag(), flag(), flag()).prop_map(|(ranks, inactive, banned, archived, owner)| {
        Account { ranks, com_status: !inactive, banned, archived, owner, ..person("") }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn the_verdict_is_that_of_the_sentence(
        account in accounts(), allowed in some_ranks(), blocked in some_ranks(), enabled in any::<bool>(), now in 0..5_i64,
    ) {
        let now = hours(now);
        let holds: Vec<_> = account.ranks.iter().filter(|of| of.expires_at.is_none_or(|end| end > now)).collect();
        let one_of = |ranks: &[RankId]| holds.iter().any(|of| ranks.contains(&of.rank));
        let is_active = account.com_status && enabled && !account.banned && !account.archived;
        let expected = is_active && !one_of(&blocked) && (allowed.is_empty() || one_of(&allowed));
        let found = Whitelist { allowed, blocked }.check(&account, enabled, now);
        prop_assert_eq!(found.is_ok(), expected, "{:?}", found);
    }

    #[test]
    fn to_take_something_away_never_lets_in_but_a_blocked_rank(
        account in accounts(), allowed in some_ranks(), blocked in some_ranks(), taken in some_ranks(),
    ) {
        let whitelist = Whitelist { allowed, blocked };
        let taken: Vec<_> = taken.into_iter().filter(|rank| !whitelist.blocked.contains(rank)).collect();
        let mut less = account.clone();
        less.ranks.retain(|of| !taken.contains(&of.rank));
        let is_in = |account: &Account| whitelist.check(account, true, start()).is_ok();
        prop_assert!(is_in(&account) || !is_in(&less));
    }
}
