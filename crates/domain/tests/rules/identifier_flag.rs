//! Flags: which accounts are flagged when one is found to have an identifier that others have, too.

use rankledger_domain::identifier_flag::{FlagPlan, KnownFlag, MOST_FLAGGED, plan_flag};
use rankledger_domain::ids::{AccountId, FlagId};
use uuid::Uuid;

fn account(number: u128) -> AccountId {
    AccountId(Uuid::from_u128(number))
}

fn accounts(numbers: &[u128]) -> Vec<AccountId> {
    numbers.iter().copied().map(account).collect()
}

fn flag(number: u128, is_open: bool, named: &[u128]) -> KnownFlag {
    KnownFlag { id: FlagId(Uuid::from_u128(number)), is_open, accounts: accounts(named) }
}

fn plan(who: u128, others: &[u128], flags: &[KnownFlag]) -> FlagPlan {
    plan_flag(account(who), &accounts(others), flags)
}

#[test]
fn the_second_account_with_a_value_raises_a_flag_on_both() {
    assert_eq!(plan(1, &[], &[]), FlagPlan::Nothing);
    assert_eq!(plan(2, &[1], &[]), FlagPlan::Raise(accounts(&[2, 1])));
}

#[test]
fn a_pair_is_flagged_once_whether_the_flag_is_open_or_dismissed() {
    for is_open in [true, false] {
        let flags = [flag(9, is_open, &[1, 2])];
        assert_eq!(plan(1, &[2], &flags), FlagPlan::Nothing);
        assert_eq!(plan(2, &[1], &flags), FlagPlan::Nothing);
    }
}

#[test]
fn a_third_account_joins_the_open_flag() {
    let open = flag(9, true, &[1, 2]);
    assert_eq!(plan(3, &[1, 2], std::slice::from_ref(&open)), FlagPlan::Extend(open.id, accounts(&[3])));
}

#[test]
fn a_third_account_raises_another_flag_if_the_first_is_dismissed() {
    let flags = [flag(9, false, &[1, 2])];
    assert_eq!(plan(3, &[1, 2], &flags), FlagPlan::Raise(accounts(&[3, 1, 2])));
    let flags = [flag(9, false, &[1, 2]), flag(8, false, &[1, 3])];
    assert_eq!(
        plan(3, &[1, 2], &flags),
        FlagPlan::Raise(accounts(&[3, 2])),
        "only the pair that is not known"
    );
}

#[test]
fn a_value_of_a_whole_network_flags_nobody() {
    let others: Vec<_> = (2..).take(MOST_FLAGGED - 1).collect();
    assert!(matches!(plan(1, &others, &[]), FlagPlan::Raise(_)));
    let others: Vec<_> = (2..).take(MOST_FLAGGED).collect();
    assert_eq!(plan(1, &others, &[]), FlagPlan::Nothing);
}
