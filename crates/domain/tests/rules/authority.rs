//! Authority: the ceiling of a credential, the power of a person, the lower of the two, and a person's own
//! account.

use rankledger_domain::account::{Account, AccountPower};
use rankledger_domain::authority::{Authority, PowerRefusal};
use rankledger_domain::rank::Power;
use rankledger_domain::refusal::Refusal;

use crate::kit::{Ledger, acting, held, hours, id, person, stranger, until};

/// Returns the ledger of an account with these ranks, and this authority over it.
fn under(authority: Authority, keys: &str) -> Ledger {
    Ledger { authority, ..Ledger::holding(keys) }
}

fn by_ceiling(ceiling: u32, keys: &str) -> Ledger {
    under(acting(Some(ceiling), None), keys)
}

fn by_person(actor: &Account, keys: &str) -> Ledger {
    under(acting(None, Some(actor)), keys)
}

/// Returns the ledger of an account with these ranks, where the account itself is the person who acts.
fn by_oneself(ceiling: Option<u32>, keys: &str) -> Ledger {
    let own = Ledger::holding(keys).account;
    under(acting(ceiling, Some(&own)), keys)
}

fn owner() -> Account {
    Account { owner: true, ..person("") }
}

fn rank_too_high(key: &str, power: u32, limit: u32) -> Refusal {
    let label = format!("The {key}");
    let (power, limit) = (Power(power), Power(limit));
    Refusal::InsufficientPower(PowerRefusal::Rank { rank: id(key), label, power, limit })
}

fn account_too_high(power: AccountPower, limit: u32) -> Refusal {
    Refusal::InsufficientPower(PowerRefusal::Account { power, limit: Power(limit) })
}

fn oneself() -> Refusal {
    Refusal::InsufficientPower(PowerRefusal::Oneself)
}

#[test]
fn a_rank_strictly_below_the_ceiling_can_be_given_and_taken() {
    let mut ledger = by_ceiling(31, "officer");
    ledger.change("+sergeant");
    ledger.change("-sergeant");
    assert_eq!(ledger.held(), "officer");
}

#[test]
fn a_rank_at_the_ceiling_cannot_be_given() {
    assert_eq!(by_ceiling(30, "officer").refusal("+sergeant"), rank_too_high("sergeant", 30, 30));
}

#[test]
fn a_rank_above_the_ceiling_cannot_be_given() {
    assert_eq!(by_ceiling(30, "officer").refusal("+captain"), rank_too_high("captain", 40, 30));
}

#[test]
fn one_rank_too_high_refuses_the_whole_change() {
    assert_eq!(by_ceiling(30, "officer").refusal("+medic +captain"), rank_too_high("captain", 40, 30));
}

#[test]
fn a_rank_at_the_ceiling_cannot_be_taken() {
    let mut ledger = by_ceiling(30, "officer");
    ledger.account.ranks.push(until("sergeant", 0));
    assert_eq!(ledger.refusal("-sergeant"), rank_too_high("sergeant", 30, 30));
}

#[test]
fn an_account_strictly_below_the_ceiling_can_be_changed() {
    let mut ledger = by_ceiling(31, "sergeant");
    ledger.change("+medic");
    assert_eq!(ledger.held(), "sergeant medic");
}

#[test]
fn an_account_at_the_ceiling_cannot_be_changed() {
    let expected = account_too_high(AccountPower::Power(Power(30)), 30);
    assert_eq!(by_ceiling(30, "sergeant").refusal("+medic"), expected);
    assert_eq!(by_ceiling(30, "medic sergeant").refusal("-medic"), expected);
}

#[test]
fn an_account_at_the_ceiling_cannot_be_made_inactive() {
    let expected = account_too_high(AccountPower::Power(Power(40)), 30);
    assert_eq!(by_ceiling(30, "captain").refusal("inactive"), expected);
}

#[test]
fn an_account_stands_as_high_as_its_highest_rank() {
    let expected = account_too_high(AccountPower::Power(Power(50)), 45);
    assert_eq!(by_ceiling(45, "recruit chief officer").refusal("+medic"), expected);
}

#[test]
fn an_account_without_ranks_stands_at_zero() {
    let mut ledger = by_ceiling(11, "");
    ledger.change("+recruit");
    let expected = account_too_high(AccountPower::Power(Power(0)), 0);
    assert_eq!(by_ceiling(0, "").refusal("active"), expected);
}

#[test]
fn a_credential_without_ceiling_stands_above_all() {
    let mut ledger = under(acting(None, None), "chief");
    ledger.change("-chief");
    ledger.change("+chief");
    ledger.account.owner = true;
    ledger.change("+medic");
    assert_eq!(ledger.held(), "chief medic");
}

#[test]
fn the_operator_stands_above_all() {
    let mut ledger = under(Authority::operator(), "chief");
    ledger.account.owner = true;
    ledger.change("-chief +captain");
    assert_eq!(ledger.held(), "captain");
}

#[test]
fn the_owner_stands_above_every_ceiling() {
    let mut ledger = by_ceiling(u32::MAX, "recruit");
    ledger.account.owner = true;
    assert_eq!(ledger.refusal("+medic"), account_too_high(AccountPower::Owner, u32::MAX));
}

#[test]
fn the_owner_stands_above_every_person() {
    let mut ledger = by_person(&person("chief"), "recruit");
    ledger.account.owner = true;
    assert_eq!(ledger.refusal("-recruit"), account_too_high(AccountPower::Owner, 50));
}

#[test]
fn the_owner_may_change_everybody() {
    let mut ledger = by_person(&owner(), "chief");
    ledger.change("-chief +captain");
    assert_eq!(ledger.held(), "captain");
}

#[test]
fn a_person_may_change_what_is_strictly_below_them() {
    let mut ledger = by_person(&person("sergeant"), "officer");
    ledger.change("+medic -officer");
    assert_eq!(ledger.held(), "medic");
}

#[test]
fn a_person_may_not_give_their_own_rank() {
    let mut ledger = by_person(&person("sergeant"), "officer");
    assert_eq!(ledger.refusal("+sergeant"), rank_too_high("sergeant", 30, 30));
}

#[test]
fn a_person_may_not_change_their_equal() {
    let mut ledger = by_person(&person("officer"), "medic");
    assert_eq!(ledger.refusal("+recruit"), account_too_high(AccountPower::Power(Power(20)), 20));
}

#[test]
fn a_person_without_ranks_may_change_nobody() {
    let mut ledger = by_person(&person(""), "");
    assert_eq!(ledger.refusal("+recruit"), account_too_high(AccountPower::Power(Power(0)), 0));
}

#[test]
fn a_person_is_as_high_as_their_highest_rank() {
    let mut ledger = by_person(&person("recruit captain officer"), "officer");
    ledger.change("+sergeant");
    assert_eq!(ledger.refusal("+captain"), rank_too_high("captain", 40, 40));
}

#[test]
fn a_grant_that_has_ended_lends_a_person_no_power() {
    let mut actor = person("officer");
    actor.ranks.push(until("chief", 0));
    assert_eq!(by_person(&actor, "").refusal("+sergeant"), rank_too_high("sergeant", 30, 20));
}

#[test]
fn a_grant_that_has_not_ended_lends_a_person_its_power() {
    let mut actor = person("officer");
    actor.ranks.push(until("chief", 1));
    let mut ledger = by_person(&actor, "");
    ledger.change("+sergeant");
    assert_eq!(ledger.held(), "sergeant");
}

#[test]
fn a_grant_that_has_ended_does_not_shield_an_account() {
    let mut ledger = by_ceiling(30, "officer");
    ledger.account.ranks.push(until("chief", 1));
    assert_eq!(ledger.refusal("-officer"), account_too_high(AccountPower::Power(Power(50)), 30));
    ledger.now = hours(1);
    ledger.change("-officer");
    assert_eq!(ledger.held(), "chief");
}

#[test]
fn the_ceiling_decides_if_it_is_lower_than_the_person() {
    let mut ledger = under(acting(Some(30), Some(&person("chief"))), "officer");
    assert_eq!(ledger.refusal("+sergeant"), rank_too_high("sergeant", 30, 30));
    ledger.change("+medic");
}

#[test]
fn the_person_decides_if_they_are_lower_than_the_ceiling() {
    let mut ledger = under(acting(Some(50), Some(&person("sergeant"))), "officer");
    assert_eq!(ledger.refusal("+sergeant"), rank_too_high("sergeant", 30, 30));
    ledger.change("+medic");
}

#[test]
fn naming_the_owner_does_not_lift_the_ceiling() {
    let mut ledger = under(acting(Some(30), Some(&owner())), "officer");
    assert_eq!(ledger.refusal("+captain"), rank_too_high("captain", 40, 30));
}

#[test]
fn only_ranks_that_change_are_checked() {
    let mut ledger = by_ceiling(31, "officer");
    ledger.account.ranks.push(until("chief", 0));
    ledger.change("+chief +medic -captain");
    assert_eq!(ledger.account.ranks, [held("officer"), until("chief", 0), held("medic")]);
}

#[test]
fn a_rank_that_the_community_does_not_have_counts_as_the_highest() {
    let mut ledger = by_ceiling(u32::MAX, "officer");
    ledger.account.ranks[0].rank = stranger();
    assert_eq!(ledger.refusal("="), account_too_high(AccountPower::Power(Power(u32::MAX)), u32::MAX));
}

#[test]
fn ones_own_ranks_may_be_given_up() {
    let mut ledger = by_oneself(None, "officer sergeant");
    ledger.change("-sergeant");
    ledger.change("=");
    assert_eq!(ledger.held(), "");
}

#[test]
fn oneself_may_be_made_inactive_but_not_active() {
    let mut ledger = by_oneself(None, "officer");
    ledger.change("inactive");
    assert_eq!(ledger.refusal("active"), oneself());
}

#[test]
fn nobody_gives_themselves_a_rank() {
    assert_eq!(by_oneself(None, "chief").refusal("+recruit"), oneself());
    assert_eq!(by_oneself(None, "chief").refusal("-chief +recruit"), oneself());
    assert_eq!(by_oneself(Some(100), "chief").refusal("=recruit"), oneself());
}

#[test]
fn the_ceiling_holds_though_the_person_is_the_account_itself() {
    let mut ledger = by_oneself(Some(30), "sergeant");
    assert_eq!(ledger.refusal("-sergeant"), account_too_high(AccountPower::Power(Power(30)), 30));
}

#[test]
fn below_the_ceiling_ones_own_ranks_may_be_given_up() {
    let mut ledger = by_oneself(Some(31), "officer sergeant");
    ledger.change("-sergeant");
    assert_eq!(ledger.held(), "officer");
}

#[test]
fn the_owner_may_give_themselves_a_rank() {
    let mut ledger = Ledger::holding("officer");
    ledger.account.owner = true;
    ledger.authority = acting(None, Some(&ledger.account));
    ledger.change("+chief");
    assert_eq!(ledger.held(), "officer chief");
}

#[test]
fn the_owner_becomes_active_by_a_rank_that_they_give_themselves() {
    let mut ledger = Ledger::holding("");
    ledger.account.owner = true;
    ledger.authority = acting(None, Some(&ledger.account));
    ledger.change("+chief");
    assert!(ledger.status());
}

#[test]
fn a_ceiling_holds_against_the_owner_for_their_own_account() {
    let mut ledger = Ledger::holding("officer");
    ledger.account.owner = true;
    ledger.authority = acting(Some(100), Some(&ledger.account));
    assert_eq!(ledger.refusal("+medic"), account_too_high(AccountPower::Owner, 100));
}

#[test]
fn a_banned_or_archived_person_may_change_nobody() {
    let barred = Refusal::InsufficientPower(PowerRefusal::ActorBarred);
    let banned = Account { banned: true, ..person("chief") };
    let archived = Account { archived: true, ..person("chief") };
    assert_eq!(by_person(&banned, "officer").refusal("-officer"), barred);
    assert_eq!(by_person(&archived, "officer").refusal("+medic"), barred);
}

#[test]
fn a_banned_person_may_not_even_give_up_their_own_ranks() {
    let mut ledger = Ledger::holding("officer");
    ledger.account.banned = true;
    ledger.authority = acting(None, Some(&ledger.account));
    assert_eq!(ledger.refusal("-officer"), Refusal::InsufficientPower(PowerRefusal::ActorBarred));
}

#[test]
fn a_banned_owner_may_change_nobody() {
    let banned = Account { banned: true, ..owner() };
    let refusal = by_person(&banned, "officer").refusal("-officer");
    assert_eq!(refusal, Refusal::InsufficientPower(PowerRefusal::ActorBarred));
}

#[test]
fn too_little_power_is_told_before_a_ban() {
    let mut ledger = by_ceiling(20, "officer");
    ledger.account.banned = true;
    assert!(matches!(ledger.refusal("+medic"), Refusal::InsufficientPower(_)));
}
