//! Refusals of an undo for reasons other than later changes of the same ranks: the change is undone already,
//! a rank is retired, a grant has ended, the account is banned or archived, the power is too low.

use rankledger_domain::authority::PowerRefusal;
use rankledger_domain::ids::AccountId;
use rankledger_domain::rank::Power;
use rankledger_domain::refusal::{Refusal, RetiredEntry};
use uuid::Uuid;

use crate::kit::{Ledger, acting, held, hours, id, person, retired, stranger, until};

#[test]
fn an_undo_is_never_a_toggle() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic");
    let undo = ledger.undo(change);
    assert_eq!(ledger.undo_refusal(change), Refusal::AlreadyUndone(ledger.refer(undo)));
    assert_eq!(ledger.held(), "officer");
}

#[test]
fn already_undone_names_the_reversal_when_and_by_whom() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic");
    let actor = Some(AccountId(Uuid::from_u128(7)));
    (ledger.actor, ledger.now) = (actor, hours(3));
    let undo = ledger.undo(change);
    (ledger.actor, ledger.now) = (None, hours(4));
    let Refusal::AlreadyUndone(reversal) = ledger.undo_refusal(change) else { panic!("undone already") };
    assert_eq!((reversal.number, reversal.at, reversal.actor), (undo, hours(3), actor));
    assert_eq!(reversal.undo_id, ledger.entry(undo).undo_id);
}

#[test]
fn already_undone_names_the_last_reversal_if_there_were_more() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic");
    let undo = ledger.undo(change);
    let redo = ledger.undo(undo);
    let again = ledger.undo(change);
    assert_eq!(ledger.undo_refusal(change), Refusal::AlreadyUndone(ledger.refer(again)));
    assert_eq!(ledger.undo_refusal(redo), Refusal::AlreadyUndone(ledger.refer(again)));
}

#[test]
fn an_undo_that_was_redone_is_undone_already() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic");
    let undo = ledger.undo(change);
    let redo = ledger.undo(undo);
    assert_eq!(ledger.undo_refusal(undo), Refusal::AlreadyUndone(ledger.refer(redo)));
}

#[test]
fn a_rank_that_is_retired_is_not_given_back() {
    let mut ledger = Ledger::holding("officer medic");
    let change = ledger.change("-medic -officer");
    ledger.edit_rank("medic", |rank| rank.retired = true);
    assert_eq!(ledger.undo_refusal(change), Refusal::RankRetired(vec![retired("medic")]));
    assert_eq!(ledger.held(), "");
}

#[test]
fn a_move_is_refused_whole_if_a_rank_is_retired() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("-officer +sergeant");
    ledger.edit_rank("officer", |rank| rank.retired = true);
    assert_eq!(ledger.undo_refusal(change), Refusal::RankRetired(vec![retired("officer")]));
    assert_eq!(ledger.held(), "sergeant");
}

#[test]
fn a_rank_that_is_restored_can_be_given_back_again() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("-officer");
    ledger.edit_rank("officer", |rank| rank.retired = true);
    ledger.undo_refusal(change);
    ledger.edit_rank("officer", |rank| rank.retired = false);
    ledger.undo(change);
    assert_eq!(ledger.held(), "officer");
}

#[test]
fn a_retired_rank_can_be_taken_away_by_an_undo() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic");
    ledger.edit_rank("medic", |rank| rank.retired = true);
    ledger.undo(change);
    assert_eq!(ledger.held(), "officer");
}

#[test]
fn a_retired_rank_that_has_been_given_back_since_needs_nothing() {
    let mut ledger = Ledger::holding("officer medic");
    let change = ledger.change("-medic");
    ledger.change("+medic");
    ledger.edit_rank("medic", |rank| rank.retired = true);
    ledger.expect_already(change);
}

#[test]
fn a_rank_that_has_gone_from_the_community_is_not_given_back() {
    let mut ledger = Ledger::holding("officer");
    ledger.account.ranks[0].rank = stranger();
    let change = ledger.change("=");
    let gone = RetiredEntry { pointer: None, rank: stranger(), label: stranger().to_string() };
    assert_eq!(ledger.undo_refusal(change), Refusal::RankRetired(vec![gone]));
}

#[test]
fn a_conflict_is_told_before_a_retired_rank() {
    let mut ledger = Ledger::holding("officer medic");
    let change = ledger.change("-officer -medic");
    ledger.change("+officer");
    ledger.change("-officer");
    ledger.edit_rank("medic", |rank| rank.retired = true);
    assert!(matches!(ledger.undo_refusal(change), Refusal::UndoConflict(items) if items.len() == 2));
}

#[test]
fn a_grant_that_ended_since_is_already_so() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.grant(vec![held("officer"), until("medic", 1)]);
    ledger.now = hours(1);
    ledger.grant(vec![held("officer")]);
    ledger.expect_already(change);
}

#[test]
fn what_did_not_end_is_undone_beside_a_grant_that_did() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.grant(vec![held("officer"), until("medic", 1), held("pilot")]);
    ledger.now = hours(1);
    ledger.grant(vec![held("officer"), held("pilot")]);
    ledger.undo(change);
    assert_eq!(ledger.held(), "officer");
}

#[test]
fn a_grant_whose_end_has_passed_is_not_given_back() {
    let mut ledger = Ledger::holding("officer");
    ledger.account.ranks.push(until("medic", 1));
    let change = ledger.change("-medic");
    ledger.now = hours(1);
    assert_eq!(ledger.undo_refusal(change), Refusal::GrantExpired(vec![id("medic")]));
}

#[test]
fn a_grant_is_given_back_until_its_end() {
    let mut ledger = Ledger::holding("officer");
    ledger.account.ranks.push(until("medic", 2));
    let change = ledger.change("-medic");
    ledger.now = hours(1);
    ledger.undo(change);
    assert_eq!(ledger.account.ranks, [held("officer"), until("medic", 2)]);
}

#[test]
fn a_redo_does_not_give_back_a_grant_whose_end_has_passed() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.grant(vec![held("officer"), until("medic", 1)]);
    let undo = ledger.undo(change);
    ledger.now = hours(1);
    assert_eq!(ledger.undo_refusal(undo), Refusal::GrantExpired(vec![id("medic")]));
}

#[test]
fn a_banned_account_is_given_nothing_back() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("-officer");
    ledger.account.banned = true;
    assert_eq!(ledger.undo_refusal(change), Refusal::AccountBanned);
}

#[test]
fn an_archived_account_is_given_nothing_back() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("-officer +sergeant");
    ledger.account.archived = true;
    assert_eq!(ledger.undo_refusal(change), Refusal::AccountArchived);
}

#[test]
fn an_undo_that_only_removes_is_allowed_for_a_banned_account() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic");
    ledger.account.banned = true;
    ledger.undo(change);
    assert_eq!((ledger.held().as_str(), ledger.status()), ("officer", true));
}

#[test]
fn an_undo_that_only_removes_is_allowed_for_an_archived_account() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic");
    ledger.account.archived = true;
    ledger.undo(change);
    assert_eq!(ledger.held(), "officer");
}

#[test]
fn an_undo_does_not_give_a_banned_account_the_active_status_it_asked_for() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("inactive");
    ledger.account.banned = true;
    assert_eq!(ledger.undo_refusal(change), Refusal::AccountBanned);
}

#[test]
fn the_status_from_before_does_not_make_a_banned_account_active() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic");
    ledger.change("inactive");
    ledger.account.banned = true;
    ledger.undo(change);
    assert_eq!((ledger.held().as_str(), ledger.status()), ("officer", false));
}

#[test]
fn the_automatic_status_does_not_make_a_banned_account_active() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic");
    ledger.change("+pilot inactive");
    ledger.account.banned = true;
    ledger.undo(change);
    assert_eq!((ledger.held().as_str(), ledger.status()), ("officer pilot", false));
}

#[test]
fn the_powers_of_today_decide_about_a_rank() {
    let mut ledger = Ledger::holding("officer");
    ledger.authority = acting(Some(40), None);
    let change = ledger.change("+medic");
    ledger.edit_rank("medic", |rank| rank.power = Power(40));
    ledger.authority = acting(Some(41), None);
    let undo = ledger.undo(change);
    ledger.authority = acting(Some(40), None);
    let refusal = PowerRefusal::Rank {
        rank: id("medic"),
        label: "The medic".to_owned(),
        power: Power(40),
        limit: Power(40),
    };
    assert_eq!(ledger.undo_refusal(undo), Refusal::InsufficientPower(refusal));
}

#[test]
fn the_powers_of_today_decide_about_whoever_acts() {
    let mut ledger = Ledger::holding("officer");
    let mut actor = person("captain");
    ledger.authority = acting(None, Some(&actor));
    let change = ledger.change("+sergeant");
    actor.ranks = vec![held("sergeant")];
    ledger.authority = acting(None, Some(&actor));
    assert!(matches!(ledger.undo_refusal(change), Refusal::InsufficientPower(_)));
}

#[test]
fn the_powers_of_today_decide_about_the_account() {
    let mut ledger = Ledger::holding("officer");
    ledger.authority = acting(Some(40), None);
    let change = ledger.change("+medic");
    ledger.grant(vec![held("officer"), held("medic"), held("captain")]);
    assert!(matches!(ledger.undo_refusal(change), Refusal::InsufficientPower(PowerRefusal::Account { .. })));
}

#[test]
fn what_is_already_so_needs_no_power() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+chief");
    ledger.change("-chief");
    ledger.authority = acting(Some(0), None);
    ledger.expect_already(change);
}

#[test]
fn nobody_gives_themselves_a_rank_back_by_an_undo() {
    let mut ledger = Ledger::holding("officer sergeant");
    let own = ledger.account.clone();
    let change = ledger.change("-officer");
    ledger.authority = acting(None, Some(&own));
    let refusal = Refusal::InsufficientPower(PowerRefusal::Oneself);
    assert_eq!(ledger.undo_refusal(change), refusal);
}

#[test]
fn anybody_may_give_a_rank_up_by_an_undo() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+sergeant");
    let own = ledger.account.clone();
    ledger.authority = acting(None, Some(&own));
    ledger.undo(change);
    assert_eq!(ledger.held(), "officer");
}
