//! Rank changes: the lists, the order, the status, and the refusals.
//!
//! Banned and archived accounts are in `change_barred`, the power behind a request in `authority`.

use rankledger_domain::change::ChangeRequest;
use rankledger_domain::refusal::{NamedEntry, Refusal, RetiredEntry};

use crate::kit::{Ledger, acting, held, id, person, request, start, stranger, until};

fn after(held: &str, words: &str) -> String {
    let mut ledger = Ledger::holding(held);
    ledger.change(words);
    ledger.held()
}

fn retired_at(pointer: &str, key: &str) -> RetiredEntry {
    RetiredEntry { pointer: Some(pointer.to_owned()), rank: id(key), label: format!("The {key}") }
}

fn named(pointer: &str, name: &str) -> NamedEntry {
    NamedEntry { pointer: pointer.to_owned(), name: name.to_owned() }
}

#[test]
fn without_set_the_current_ranks_are_the_base() {
    assert_eq!(after("officer medic", "+pilot"), "officer medic pilot");
}

#[test]
fn set_replaces_the_base() {
    assert_eq!(after("officer medic", "=medic =pilot"), "medic pilot");
}

#[test]
fn add_joins_set() {
    assert_eq!(after("officer", "=medic +pilot"), "medic pilot");
}

#[test]
fn add_keeps_a_rank_that_set_left_out() {
    assert_eq!(after("officer medic", "=medic =pilot +officer"), "officer medic pilot");
}

#[test]
fn remove_takes_out_of_the_current_ranks() {
    assert_eq!(after("officer medic pilot", "-medic"), "officer pilot");
}

#[test]
fn remove_wins_over_add() {
    assert_eq!(after("officer medic", "+pilot +medic -pilot -medic"), "officer");
}

#[test]
fn remove_wins_over_set() {
    assert_eq!(after("officer", "=medic =pilot -pilot"), "medic");
}

#[test]
fn new_ranks_are_appended_in_the_order_given() {
    assert_eq!(after("officer", "+pilot +chief +medic"), "officer pilot chief medic");
}

#[test]
fn ranks_new_by_set_stand_before_ranks_new_by_add() {
    assert_eq!(after("officer", "+recruit =pilot =officer =medic"), "officer pilot medic recruit");
}

#[test]
fn set_never_reorders() {
    assert_eq!(after("officer medic pilot", "=pilot =chief =officer"), "officer pilot chief");
}

#[test]
fn set_to_the_same_ranks_in_another_order_changes_nothing() {
    assert_eq!(Ledger::holding("officer medic").plan(&request("=medic =officer")), Ok(None));
}

#[test]
fn a_rank_named_twice_is_given_once() {
    assert_eq!(after("officer", "+medic +medic"), "officer medic");
    assert_eq!(after("officer", "=medic =medic"), "medic");
    assert_eq!(after("officer", "=officer =medic +medic"), "officer medic");
}

#[test]
fn a_rank_named_by_key_and_by_id_is_given_once() {
    assert_eq!(after("officer", &format!("+medic +{}", id("medic"))), "officer medic");
}

#[test]
fn a_rank_already_held_is_not_added_again() {
    assert_eq!(after("officer medic", "+officer +pilot"), "officer medic pilot");
}

#[test]
fn a_rank_already_held_keeps_its_end() {
    let mut ledger = Ledger::holding("");
    ledger.account.ranks = vec![until("officer", 1)];
    ledger.change("=officer +officer +medic");
    assert_eq!(ledger.account.ranks, [until("officer", 1), held("medic")]);
}

#[test]
fn nothing_changes_when_what_is_added_is_held() {
    assert_eq!(Ledger::holding("officer").plan(&request("+officer")), Ok(None));
}

#[test]
fn nothing_changes_when_what_is_removed_is_not_held() {
    assert_eq!(Ledger::holding("officer").plan(&request("-medic")), Ok(None));
}

#[test]
fn nothing_changes_when_remove_undoes_add() {
    assert_eq!(Ledger::holding("officer").plan(&request("+medic -medic")), Ok(None));
}

#[test]
fn nothing_changes_when_the_status_is_so_already() {
    assert_eq!(Ledger::holding("officer").plan(&request("active")), Ok(None));
    assert_eq!(Ledger::holding("").plan(&request("= inactive")), Ok(None));
}

#[test]
fn nothing_to_change_needs_no_power() {
    let mut ledger = Ledger::holding("chief");
    let nobody = person("");
    ledger.authority = acting(Some(0), Some(&nobody));
    assert_eq!(ledger.plan(&request("+chief -medic")), Ok(None));
}

#[test]
fn an_account_that_is_inactive_with_ranks_stays_so_when_nothing_changes() {
    let mut ledger = Ledger::holding("officer");
    ledger.account.com_status = false;
    assert_eq!(ledger.plan(&request("+officer")), Ok(None));
}

#[test]
fn every_unknown_rank_is_named_with_its_pointer() {
    let words = format!("=officer =colonel +{} +medic -medic -general", stranger());
    let expected = vec![
        named("/set/1", "colonel"),
        named("/add/0", &stranger().to_string()),
        named("/remove/1", "general"),
    ];
    assert_eq!(Ledger::holding("officer").refusal(&words), Refusal::UnknownRank(expected));
}

#[test]
fn an_unknown_id_in_remove_is_that_of_a_rank_that_is_not_held() {
    let stranger = stranger();
    let words = format!("-officer -{stranger} +medic -{stranger}");
    assert_eq!(after("officer", &words), "medic");
    assert_eq!(Ledger::holding("officer").plan(&request(&format!("-{stranger}"))), Ok(None));
    assert_eq!(request(&words).ignored(&Ledger::holding("").ranks), [stranger]);
    assert_eq!(request("-officer -medic").ignored(&Ledger::holding("").ranks), []);
}

#[test]
fn an_unknown_key_in_remove_is_refused_too() {
    let refusal = Ledger::holding("officer").refusal("-officer -colonel");
    assert_eq!(refusal, Refusal::UnknownRank(vec![named("/remove/1", "colonel")]));
}

#[test]
fn an_unknown_rank_named_twice_is_listed_twice() {
    let refusal = Ledger::holding("").refusal("+colonel +colonel");
    let expected = vec![named("/add/0", "colonel"), named("/add/1", "colonel")];
    assert_eq!(refusal, Refusal::UnknownRank(expected));
}

#[test]
fn a_rank_goes_by_its_id_in_any_spelling() {
    let id = id("medic").0;
    assert_eq!(after("", &format!("+{}", id.simple())), "medic");
    assert_eq!(after("", &format!("+{}", id.hyphenated().to_string().to_uppercase())), "medic");
}

#[test]
fn a_retired_rank_may_be_removed() {
    let mut ledger = Ledger::holding("officer medic");
    ledger.edit_rank("medic", |rank| rank.retired = true);
    ledger.change("-medic");
    assert_eq!(ledger.held(), "officer");
}

#[test]
fn a_retired_rank_is_not_given_any_more() {
    let mut ledger = Ledger::holding("officer");
    ledger.edit_rank("medic", |rank| rank.retired = true);
    let refused = |pointer: &str| Refusal::RankRetired(vec![retired_at(pointer, "medic")]);
    assert_eq!(ledger.refusal("+pilot +medic"), refused("/add/1"));
    assert_eq!(ledger.refusal("=medic"), refused("/set/0"));
}

#[test]
fn every_retired_entry_is_named_with_its_pointer() {
    let mut ledger = Ledger::holding("officer");
    ledger.edit_rank("medic", |rank| rank.retired = true);
    let expected = vec![retired_at("/set/1", "medic"), retired_at("/add/0", "medic")];
    assert_eq!(ledger.refusal("=officer =medic +medic"), Refusal::RankRetired(expected));
}

#[test]
fn a_retired_rank_that_is_held_may_stay() {
    let mut ledger = Ledger::holding("officer medic");
    ledger.edit_rank("medic", |rank| rank.retired = true);
    ledger.change("=medic +medic +pilot");
    assert_eq!(ledger.held(), "medic pilot");
}

#[test]
fn a_retired_rank_that_was_removed_does_not_come_back() {
    let mut ledger = Ledger::holding("officer medic");
    ledger.edit_rank("medic", |rank| rank.retired = true);
    ledger.change("-medic");
    assert_eq!(ledger.refusal("+medic"), Refusal::RankRetired(vec![retired_at("/add/0", "medic")]));
}

#[test]
fn an_empty_set_strips_all_ranks() {
    let mut ledger = Ledger::holding("officer medic");
    ledger.change("=");
    assert_eq!((ledger.held().as_str(), ledger.status()), ("", false));
}

#[test]
fn an_empty_set_with_add_leaves_what_was_added() {
    assert_eq!(after("officer medic", "= +pilot"), "pilot");
}

#[test]
fn a_request_for_nothing_is_refused() {
    let ledger = Ledger::holding("officer");
    assert_eq!(ledger.plan(&ChangeRequest::default()), Err(Refusal::EmptyRequest));
}

#[test]
fn an_empty_list_is_a_request_that_changes_nothing() {
    assert_eq!(Ledger::holding("officer").plan(&request("+")), Ok(None));
    assert_eq!(Ledger::holding("officer").plan(&request("-")), Ok(None));
}

#[test]
fn active_becomes_the_status_as_part_of_the_change() {
    let plan = Ledger::holding("officer").plan(&request("+medic inactive"));
    let transition = plan.expect("allowed").expect("a change");
    assert_eq!(transition.before, [held("officer")]);
    assert_eq!(transition.after, [held("officer"), held("medic")]);
    assert_eq!((transition.status_before, transition.status_after), (true, false));
    assert_eq!(transition.active, Some(false));
}

#[test]
fn active_alone_is_a_change() {
    let mut ledger = Ledger::holding("officer");
    ledger.change("inactive");
    assert_eq!((ledger.held().as_str(), ledger.status()), ("officer", false));
}

#[test]
fn active_holds_even_without_ranks() {
    let mut ledger = Ledger::holding("officer");
    ledger.change("-officer active");
    assert_eq!((ledger.held().as_str(), ledger.status()), ("", true));
}

#[test]
fn the_first_rank_makes_active() {
    let mut ledger = Ledger::holding("");
    ledger.change("+officer");
    assert!(ledger.status());
}

#[test]
fn losing_the_last_rank_makes_inactive() {
    let mut ledger = Ledger::holding("officer");
    ledger.change("-officer");
    assert!(!ledger.status());
}

#[test]
fn a_change_of_ranks_makes_an_inactive_account_active() {
    let mut ledger = Ledger::holding("officer medic");
    ledger.account.com_status = false;
    ledger.change("-medic");
    assert!(ledger.status());
}

#[test]
fn a_change_without_active_records_none() {
    let plan = Ledger::holding("").plan(&request("+officer")).expect("allowed").expect("a change");
    assert_eq!((plan.status_after, plan.active), (true, None));
}

#[test]
fn one_bad_entry_refuses_the_whole_change() {
    let mut ledger = Ledger::holding("officer");
    assert!(matches!(ledger.refusal("+medic -officer +colonel inactive"), Refusal::UnknownRank(_)));
    assert_eq!((ledger.held().as_str(), ledger.status()), ("officer", true));
}

#[test]
fn a_grant_whose_end_has_passed_may_be_removed() {
    let mut ledger = Ledger::holding("officer");
    ledger.account.ranks.push(until("medic", 0));
    assert_eq!(ledger.now, start());
    ledger.change("-medic");
    assert_eq!(ledger.held(), "officer");
}

#[test]
fn keys_are_told_apart_by_case() {
    let refusal = Ledger::holding("officer").plan(&request("+Medic"));
    assert_eq!(refusal, Err(Refusal::UnknownRank(vec![named("/add/0", "Medic")])));
}
