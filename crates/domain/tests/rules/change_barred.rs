//! Changes of a banned or archived account: it may lose, and gains nothing.

use rankledger_domain::refusal::Refusal;

use crate::kit::{Ledger, request};

fn banned(keys: &str) -> Ledger {
    let mut ledger = Ledger::holding(keys);
    ledger.account.banned = true;
    ledger
}

fn archived(keys: &str) -> Ledger {
    let mut ledger = Ledger::holding(keys);
    ledger.account.archived = true;
    ledger
}

#[test]
fn a_banned_account_is_given_no_rank() {
    assert_eq!(banned("officer").refusal("+medic"), Refusal::AccountBanned);
    assert_eq!(banned("officer").refusal("=medic"), Refusal::AccountBanned);
}

#[test]
fn an_archived_account_is_given_no_rank() {
    assert_eq!(archived("officer").refusal("+medic"), Refusal::AccountArchived);
    assert_eq!(archived("officer").refusal("=medic"), Refusal::AccountArchived);
}

#[test]
fn a_banned_account_is_not_made_active_by_request() {
    assert_eq!(banned("").refusal("active"), Refusal::AccountBanned);
}

#[test]
fn an_archived_account_is_not_made_active_by_request() {
    assert_eq!(archived("").refusal("active"), Refusal::AccountArchived);
}

#[test]
fn losing_a_rank_does_not_pay_for_active() {
    let mut ledger = banned("officer");
    ledger.account.com_status = false;
    assert_eq!(ledger.refusal("-officer active"), Refusal::AccountBanned);
}

#[test]
fn asking_for_active_is_refused_where_the_account_is_active_already_but_the_change_is_not_nothing() {
    assert_eq!(banned("officer medic").refusal("-medic active"), Refusal::AccountBanned);
    assert_eq!(archived("officer medic").refusal("-medic active"), Refusal::AccountArchived);
}

#[test]
fn losing_a_rank_does_not_pay_for_another() {
    assert_eq!(banned("officer").refusal("-officer +medic"), Refusal::AccountBanned);
    assert_eq!(archived("officer").refusal("-officer +medic"), Refusal::AccountArchived);
}

#[test]
fn a_banned_account_may_lose_ranks() {
    let mut ledger = banned("officer medic pilot");
    ledger.change("-medic");
    assert_eq!((ledger.held().as_str(), ledger.status()), ("officer pilot", true));
    ledger.change("=pilot");
    assert_eq!(ledger.held(), "pilot");
    ledger.change("=");
    assert_eq!((ledger.held().as_str(), ledger.status()), ("", false));
}

#[test]
fn an_archived_account_may_lose_ranks() {
    let mut ledger = archived("officer medic");
    ledger.change("-medic");
    assert_eq!((ledger.held().as_str(), ledger.status()), ("officer", true));
}

#[test]
fn a_banned_account_may_be_made_inactive() {
    let mut ledger = banned("officer");
    ledger.change("inactive");
    assert_eq!((ledger.held().as_str(), ledger.status()), ("officer", false));
}

#[test]
fn a_banned_account_never_becomes_active_by_itself() {
    let mut ledger = banned("officer medic");
    ledger.account.com_status = false;
    ledger.change("-medic");
    assert_eq!((ledger.held().as_str(), ledger.status()), ("officer", false));
}

#[test]
fn an_archived_account_never_becomes_active_by_itself() {
    let mut ledger = archived("officer medic");
    ledger.account.com_status = false;
    ledger.change("-medic");
    assert!(!ledger.status());
}

#[test]
fn what_a_banned_account_has_already_is_no_gain() {
    assert_eq!(banned("officer").plan(&request("+officer active")), Ok(None));
}

#[test]
fn an_account_that_is_both_is_called_banned() {
    let mut ledger = banned("officer");
    ledger.account.archived = true;
    assert_eq!(ledger.refusal("+medic"), Refusal::AccountBanned);
}
