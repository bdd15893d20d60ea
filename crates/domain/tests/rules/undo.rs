//! Undos: the inverse of the change, the order, the status, redo, and which changes are live.
//!
//! Conflicts with later changes are in `undo_conflicts`, other reasons to refuse an undo in `undo_refusals`.

use rankledger_domain::rank_change::ChangeKind;
use rankledger_domain::refusal::Refusal;

use crate::kit::{Ledger, held, until};

/// Returns the ranks after a change was made and at once undone.
fn there_and_back(held: &str, words: &str) -> String {
    let mut ledger = Ledger::holding(held);
    let change = ledger.change(words);
    ledger.undo(change);
    ledger.held()
}

#[test]
fn an_undo_takes_away_what_was_added() {
    assert_eq!(there_and_back("officer", "+medic +pilot"), "officer");
}

#[test]
fn an_undo_gives_back_what_was_removed() {
    assert_eq!(there_and_back("officer medic", "-medic"), "officer medic");
}

#[test]
fn an_undo_reverses_a_move() {
    assert_eq!(there_and_back("officer medic", "-officer +sergeant"), "officer medic");
}

#[test]
fn an_undo_of_set_gives_back_what_set_left_out() {
    assert_eq!(there_and_back("officer medic pilot", "=medic =chief"), "officer medic pilot");
}

#[test]
fn an_undo_leaves_what_the_change_named_but_did_not_change() {
    assert_eq!(there_and_back("officer medic", "+officer +pilot -chief"), "officer medic");
}

#[test]
fn an_undo_leaves_later_changes_to_other_ranks() {
    let mut ledger = Ledger::holding("officer medic");
    let change = ledger.change("-officer");
    ledger.change("+pilot -medic");
    ledger.undo(change);
    assert_eq!(ledger.held(), "officer pilot");
}

#[test]
fn an_undo_is_not_the_snapshot_from_before() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic");
    ledger.change("+pilot");
    ledger.change("-officer");
    ledger.undo(change);
    assert_eq!(ledger.held(), "pilot");
}

#[test]
fn a_grant_comes_back_with_its_end() {
    let mut ledger = Ledger::holding("");
    ledger.account.ranks = vec![until("officer", 5), held("medic")];
    let change = ledger.change("-officer -medic");
    ledger.undo(change);
    assert_eq!(ledger.account.ranks, [until("officer", 5), held("medic")]);
}

#[test]
fn a_direct_undo_restores_the_order() {
    let everything = "recruit officer medic pilot sergeant";
    for words in
        ["=", "-recruit -medic -sergeant", "-officer -medic -pilot", "=pilot =chief", "-medic +chief"]
    {
        assert_eq!(there_and_back(everything, words), everything, "{words}");
    }
}

#[test]
fn a_rank_given_back_stands_behind_the_nearest_that_preceded_it() {
    let mut ledger = Ledger::holding("recruit officer medic pilot");
    let change = ledger.change("-medic");
    ledger.change("-officer +chief");
    ledger.undo(change);
    assert_eq!(ledger.held(), "recruit medic pilot chief");
}

#[test]
fn the_nearest_that_preceded_it_counts_wherever_it_stands_now() {
    let mut ledger = Ledger::holding("officer medic pilot");
    let change = ledger.change("-pilot");
    ledger.change("-officer");
    ledger.change("+officer");
    ledger.change("-medic");
    ledger.change("+chief");
    ledger.undo(change);
    assert_eq!(ledger.held(), "officer pilot chief");
}

#[test]
fn a_rank_given_back_stands_first_if_none_that_preceded_it_is_held() {
    let mut ledger = Ledger::holding("officer medic pilot");
    let change = ledger.change("-medic");
    ledger.change("-officer +chief");
    ledger.undo(change);
    assert_eq!(ledger.held(), "medic pilot chief");
}

#[test]
fn ranks_given_back_together_keep_their_order() {
    let mut ledger = Ledger::holding("officer medic pilot");
    let change = ledger.change("=");
    ledger.change("+chief");
    ledger.undo(change);
    assert_eq!(ledger.held(), "officer medic pilot chief");
}

#[test]
fn the_status_from_before_returns_with_the_ranks_from_before() {
    let mut ledger = Ledger::holding("officer");
    ledger.account.com_status = false;
    let change = ledger.change("+medic");
    assert!(ledger.status());
    ledger.undo(change);
    assert!(!ledger.status());
}

#[test]
fn the_status_from_before_returns_whatever_the_order_of_the_ranks() {
    let mut ledger = Ledger::holding("officer medic");
    ledger.account.com_status = false;
    let change = ledger.change("+pilot");
    ledger.change("-officer");
    ledger.change("+officer");
    ledger.undo(change);
    assert_eq!((ledger.held().as_str(), ledger.status()), ("medic officer", false));
}

#[test]
fn with_other_ranks_than_before_the_status_is_automatic() {
    let mut ledger = Ledger::holding("officer");
    ledger.account.com_status = false;
    let change = ledger.change("+medic");
    ledger.change("+pilot");
    ledger.undo(change);
    assert_eq!((ledger.held().as_str(), ledger.status()), ("officer pilot", true));
}

#[test]
fn an_undo_that_leaves_no_rank_makes_inactive() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic");
    ledger.change("-officer");
    ledger.undo(change);
    assert_eq!((ledger.held().as_str(), ledger.status()), ("", false));
}

#[test]
fn a_status_that_was_asked_for_is_undone() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic inactive");
    ledger.undo(change);
    assert_eq!((ledger.held().as_str(), ledger.status()), ("officer", true));
}

#[test]
fn a_status_alone_is_undone() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("inactive");
    ledger.undo(change);
    assert!(ledger.status());
}

#[test]
fn a_status_that_was_asked_for_is_undone_even_with_other_ranks() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("-officer active");
    ledger.change("+pilot");
    let inactive = ledger.change("inactive");
    ledger.undo(inactive);
    ledger.undo(change);
    assert_eq!((ledger.held().as_str(), ledger.status()), ("officer pilot", true));
}

#[test]
fn a_status_asked_for_that_was_so_already_is_no_slot() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic active");
    ledger.change("inactive");
    ledger.undo(change);
    assert_eq!((ledger.held().as_str(), ledger.status()), ("officer", false));
}

#[test]
fn a_reversal_carries_active_if_the_change_did() {
    let mut ledger = Ledger::holding("officer");
    let with = ledger.change("+medic inactive");
    let undo = ledger.undo(with);
    assert_eq!(ledger.entry(undo).transition.active, Some(true));
    let redo = ledger.undo(undo);
    assert_eq!(ledger.entry(redo).transition.active, Some(false));
}

#[test]
fn a_reversal_carries_no_active_if_the_change_did_not() {
    let mut ledger = Ledger::holding("officer");
    let without = ledger.change("-officer");
    let undo = ledger.undo(without);
    assert_eq!(ledger.entry(undo).transition.active, None);
}

#[test]
fn a_redo_does_the_change_again() {
    let mut ledger = Ledger::holding("officer medic");
    let change = ledger.change("-officer +sergeant inactive");
    let undo = ledger.undo(change);
    let redo = ledger.undo(undo);
    assert_eq!((ledger.held().as_str(), ledger.status()), ("medic sergeant", false));
    assert_eq!(ledger.entry(redo).kind, ChangeKind::Redo);
}

#[test]
fn undo_then_redo_is_the_identity_even_with_changes_between() {
    let mut ledger = Ledger::holding("officer medic pilot");
    let change = ledger.change("-medic +sergeant");
    ledger.change("+chief -officer");
    let account = ledger.account.clone();
    let undo = ledger.undo(change);
    ledger.undo(undo);
    assert_eq!(ledger.account, account);
}

#[test]
fn a_redo_leaves_later_changes_to_other_ranks() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic");
    let undo = ledger.undo(change);
    ledger.change("+pilot");
    ledger.undo(undo);
    assert_eq!(ledger.held(), "officer medic pilot");
}

#[test]
fn the_last_change_of_a_lineage_is_what_undid_a_change_or_brought_it_back() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic");
    let last_after = |ledger: &Ledger, number| {
        let lineage = ledger.lineage(ledger.entry(number));
        lineage.last_after(number).map(|last| last.number)
    };
    assert_eq!(last_after(&ledger, change), None);
    let undo = ledger.undo(change);
    assert_eq!(last_after(&ledger, change), Some(undo));
    let redo = ledger.undo(undo);
    let found = [change, undo, redo].map(|number| last_after(&ledger, number));
    assert_eq!(found, [Some(redo), Some(redo), None]);
}

#[test]
fn after_a_redo_the_change_is_undone_again_by_its_own_id() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic");
    let undo = ledger.undo(change);
    let redo = ledger.undo(undo);
    let again = ledger.undo(change);
    assert_eq!(ledger.held(), "officer");
    assert_eq!(ledger.entry(again).kind, ChangeKind::Undo);
    assert_eq!(ledger.entry(again).reverses, Some(redo));
}

#[test]
fn after_a_redo_the_change_is_undone_again_by_the_id_of_the_redo() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic");
    let undo = ledger.undo(change);
    let redo = ledger.undo(undo);
    ledger.undo(redo);
    assert_eq!(ledger.held(), "officer");
    assert!(matches!(ledger.undo_refusal(change), Refusal::AlreadyUndone(_)));
}

#[test]
fn a_redo_can_be_redone_by_the_id_of_the_first_undo() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic");
    let undo = ledger.undo(change);
    ledger.undo(undo);
    ledger.undo(change);
    let redo = ledger.undo(undo);
    assert_eq!(ledger.held(), "officer medic");
    assert_eq!(ledger.entry(redo).kind, ChangeKind::Redo);
}

#[test]
fn changes_are_undone_in_any_order_if_they_touch_different_ranks() {
    let mut ledger = Ledger::holding("officer");
    let first = ledger.change("+medic");
    let second = ledger.change("+pilot");
    let third = ledger.change("+chief");
    ledger.undo(second);
    ledger.undo(first);
    ledger.undo(third);
    assert_eq!(ledger.held(), "officer");
}

#[test]
fn what_another_undo_brought_back_is_so_already() {
    let mut ledger = Ledger::holding("medic officer");
    let first = ledger.change("-medic");
    let second = ledger.change("+medic +pilot");
    let third = ledger.change("-medic");
    ledger.undo(second);
    ledger.undo(third);
    assert_eq!(ledger.held(), "officer medic");
    ledger.expect_already(first);
    ledger.edit_rank("medic", |rank| rank.retired = true);
    ledger.expect_already(first);
}
