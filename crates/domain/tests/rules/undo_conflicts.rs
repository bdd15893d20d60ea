//! Undos after later changes of the same ranks: clean, already, superseded; pure changes and moves.

use rankledger_domain::ids::{AccountId, ChangeNumber};
use rankledger_domain::rank_change::Source;
use rankledger_domain::refusal::{ChangeRef, Refusal, SlotState};
use uuid::Uuid;

use crate::kit::{Ledger, already, conflict, held, hours, item, status_conflict, until};

#[test]
fn a_pure_change_that_is_already_undone_in_effect_needs_nothing() {
    let mut ledger = Ledger::holding("officer medic");
    let add = ledger.change("+pilot");
    let remove = ledger.change("-medic");
    ledger.change("-pilot");
    ledger.change("+medic");
    ledger.expect_already(add);
    ledger.expect_already(remove);
    assert_eq!(ledger.entries.len(), 4, "nothing was recorded");
}

#[test]
fn a_pure_change_is_undone_where_it_is_clean() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic +pilot");
    ledger.change("-medic");
    ledger.undo(change);
    assert_eq!(ledger.held(), "officer");
}

#[test]
fn a_pure_removal_is_undone_where_it_is_clean() {
    let mut ledger = Ledger::holding("officer medic pilot");
    let change = ledger.change("-medic -pilot");
    ledger.change("+pilot");
    ledger.undo(change);
    assert_eq!(ledger.held(), "officer medic pilot");
}

#[test]
fn a_rank_removed_and_given_again_since_is_superseded() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic");
    ledger.change("-medic");
    let again = ledger.change("+medic");
    let items = vec![conflict(&ledger, "medic", again)];
    assert_eq!(ledger.undo_refusal(change), Refusal::UndoConflict(items));
}

#[test]
fn a_rank_given_and_removed_again_since_is_superseded() {
    let mut ledger = Ledger::holding("officer medic");
    let change = ledger.change("-medic");
    ledger.change("+medic");
    let again = ledger.change("-medic");
    let items = vec![conflict(&ledger, "medic", again)];
    assert_eq!(ledger.undo_refusal(change), Refusal::UndoConflict(items));
}

#[test]
fn a_conflict_says_which_rank_which_change_who_and_when() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic");
    ledger.change("-medic");
    let actor = Some(AccountId(Uuid::from_u128(7)));
    (ledger.actor, ledger.now) = (actor, hours(3));
    let later = ledger.change("+medic");
    let undo_id = ledger.entry(later).undo_id;
    let (number, source) = (ChangeNumber(3), Source::Api);
    let culprit = ChangeRef { number, undo_id, at: hours(3), actor, credential: None, source };
    let items = vec![item("medic", SlotState::Superseded(culprit))];
    assert_eq!(ledger.undo_refusal(change), Refusal::UndoConflict(items));
}

#[test]
fn the_same_rank_with_another_end_is_not_what_the_undo_would_give_back() {
    let mut ledger = Ledger::holding("officer medic");
    let change = ledger.change("-medic");
    let later = ledger.grant(vec![held("officer"), until("medic", 9)]);
    let items = vec![conflict(&ledger, "medic", later)];
    assert_eq!(ledger.undo_refusal(change), Refusal::UndoConflict(items));
}

#[test]
fn one_superseded_rank_refuses_the_whole_and_names_what_is_not_clean() {
    let mut ledger = Ledger::holding("");
    let change = ledger.change("+officer +medic +pilot");
    let both = ledger.change("-medic -pilot");
    let later = ledger.change("+pilot");
    let items = vec![already(&ledger, "medic", both), conflict(&ledger, "pilot", later)];
    assert_eq!(ledger.undo_refusal(change), Refusal::UndoConflict(items));
    assert_eq!(ledger.held(), "officer pilot");
}

#[test]
fn a_later_change_that_was_undone_stands_in_no_way() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic");
    let later = ledger.change("-medic");
    ledger.undo(later);
    ledger.undo(change);
    assert_eq!(ledger.held(), "officer");
}

#[test]
fn a_later_change_that_was_redone_stands_in_the_way() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic");
    ledger.change("-medic");
    let later = ledger.change("+medic");
    let undo = ledger.undo(later);
    ledger.expect_already(change);
    let redo = ledger.undo(undo);
    let items = vec![conflict(&ledger, "medic", redo)];
    assert_eq!(ledger.undo_refusal(change), Refusal::UndoConflict(items));
}

#[test]
fn a_redo_is_younger_than_the_changes_before_it() {
    let mut ledger = Ledger::holding("");
    let change = ledger.change("+medic");
    let undo = ledger.undo(change);
    let between = ledger.change("+medic");
    ledger.expect_already(undo);
    let gone = ledger.change("-medic");
    let items = vec![conflict(&ledger, "medic", gone)];
    assert_eq!(ledger.undo_refusal(undo), Refusal::UndoConflict(items));
    ledger.undo(gone);
    ledger.undo(between);
    let redo = ledger.undo(undo);
    assert_eq!(ledger.undo(change), redo.next());
}

#[test]
fn a_move_is_refused_if_a_rank_is_superseded() {
    let mut ledger = Ledger::holding("officer");
    let promotion = ledger.change("-officer +sergeant");
    ledger.change("-sergeant +captain");
    let back = ledger.change("-captain +sergeant");
    let items = vec![conflict(&ledger, "sergeant", back)];
    assert_eq!(ledger.undo_refusal(promotion), Refusal::UndoConflict(items));
    assert_eq!(ledger.held(), "sergeant");
}

#[test]
fn a_move_is_refused_if_a_rank_is_already_so() {
    let mut ledger = Ledger::holding("officer");
    let promotion = ledger.change("-officer +sergeant");
    let later = ledger.change("-sergeant +captain");
    let items = vec![already(&ledger, "sergeant", later)];
    assert_eq!(ledger.undo_refusal(promotion), Refusal::UndoConflict(items));
    assert_eq!(ledger.held(), "captain");
}

#[test]
fn a_move_whose_every_rank_is_already_so_needs_nothing() {
    let mut ledger = Ledger::holding("officer");
    let promotion = ledger.change("-officer +sergeant");
    ledger.change("-sergeant +officer");
    ledger.expect_already(promotion);
}

#[test]
fn a_chain_of_promotions_is_undone_from_the_last_back() {
    let mut ledger = Ledger::holding("officer");
    let first = ledger.change("-officer +sergeant");
    let second = ledger.change("-sergeant +captain");
    ledger.undo(second);
    ledger.undo(first);
    assert_eq!(ledger.held(), "officer");
}

#[test]
fn a_move_is_undone_if_later_changes_touch_other_ranks() {
    let mut ledger = Ledger::holding("officer");
    let promotion = ledger.change("-officer +sergeant");
    ledger.change("+medic");
    ledger.undo(promotion);
    assert_eq!(ledger.held(), "officer medic");
}

#[test]
fn a_status_changed_since_is_superseded() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic inactive");
    ledger.change("active");
    let later = ledger.change("inactive");
    let items = vec![status_conflict(&ledger, later)];
    assert_eq!(ledger.undo_refusal(change), Refusal::UndoConflict(items));
}

#[test]
fn a_status_changed_since_without_being_asked_for_is_touched_too() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("inactive");
    let automatic = ledger.change("+medic");
    assert!(ledger.status());
    let gone = ledger.change("=");
    assert!(ledger.entry(automatic).transition.touches_status());
    let items = vec![status_conflict(&ledger, gone)];
    assert_eq!(ledger.undo_refusal(change), Refusal::UndoConflict(items));
}

#[test]
fn a_status_that_is_already_as_the_undo_would_leave_it_needs_nothing() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("inactive");
    ledger.change("active");
    ledger.expect_already(change);
}

#[test]
fn a_move_is_undone_though_its_status_is_already_so() {
    let mut ledger = Ledger::holding("officer");
    let promotion = ledger.change("-officer +sergeant inactive");
    ledger.change("active");
    ledger.undo(promotion);
    assert_eq!((ledger.held().as_str(), ledger.status()), ("officer", true));
}

#[test]
fn a_later_change_that_left_the_status_as_it_was_does_not_touch_it() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("inactive");
    ledger.change("+medic inactive");
    ledger.undo(change);
    assert_eq!((ledger.held().as_str(), ledger.status()), ("officer medic", true));
}

#[test]
fn a_status_from_before_is_not_in_conflict_if_it_was_not_asked_for() {
    let mut ledger = Ledger::holding("");
    let change = ledger.change("+officer");
    ledger.change("inactive");
    ledger.undo(change);
    assert_eq!((ledger.held().as_str(), ledger.status()), ("", false));
}

#[test]
fn an_undo_of_a_pure_change_may_be_redone_where_it_did_something() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic +pilot");
    ledger.change("-medic");
    let undo = ledger.undo(change);
    ledger.undo(undo);
    assert_eq!(ledger.held(), "officer pilot");
}

#[test]
fn a_redo_is_undone_whatever_became_meanwhile_of_what_the_undo_found_undone_already() {
    let mut ledger = Ledger::holding("");
    let change = ledger.change("+medic +pilot");
    ledger.change("-medic");
    let undo = ledger.undo(change);
    ledger.change("+medic");
    let redo = ledger.undo(undo);
    assert_eq!(ledger.held(), "pilot medic");
    ledger.undo(redo);
    assert_eq!(ledger.held(), "medic");
}
