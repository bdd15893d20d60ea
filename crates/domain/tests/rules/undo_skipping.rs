//! Undos that skip the ranks with conflicting later changes, and their redos.

use rankledger_domain::authority::PowerRefusal;
use rankledger_domain::refusal::{Refusal, SlotState};
use rankledger_domain::undo::OnConflict;

use crate::kit::{Ledger, acting, already, conflict, hours, item, status_conflict, until};

#[test]
fn skip_undoes_what_is_clean_and_lists_the_rest() {
    let mut ledger = Ledger::holding("officer");
    let promotion = ledger.change("-officer +sergeant");
    let later = ledger.change("-sergeant +captain");
    assert_eq!(ledger.undo_skipping(promotion), [already(&ledger, "sergeant", later)]);
    assert_eq!(ledger.held(), "officer captain");
}

#[test]
fn skip_lists_what_is_superseded_with_the_later_change() {
    let mut ledger = Ledger::holding("");
    let change = ledger.change("+medic +pilot");
    ledger.change("-medic");
    let later = ledger.change("+medic");
    let expected = [conflict(&ledger, "medic", later)];
    assert_eq!(ledger.undo_skipping(change), expected);
    assert_eq!(ledger.held(), "medic");
}

#[test]
fn skip_lists_what_is_retired() {
    let mut ledger = Ledger::holding("officer medic");
    let change = ledger.change("-officer -medic");
    ledger.edit_rank("medic", |rank| rank.retired = true);
    assert_eq!(ledger.undo_skipping(change), [item("medic", SlotState::Retired)]);
    assert_eq!(ledger.held(), "officer");
}

#[test]
fn skip_lists_a_grant_whose_end_has_passed() {
    let mut ledger = Ledger::holding("officer");
    ledger.account.ranks.push(until("medic", 1));
    let change = ledger.change("=");
    ledger.now = hours(1);
    assert_eq!(ledger.undo_skipping(change), [item("medic", SlotState::Expired)]);
    assert_eq!(ledger.held(), "officer");
}

#[test]
fn skip_lists_nothing_where_everything_is_clean() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("-officer +sergeant");
    assert_eq!(ledger.undo_skipping(change), []);
    assert_eq!(ledger.held(), "officer");
}

#[test]
fn a_change_undone_with_skip_counts_as_undone() {
    let mut ledger = Ledger::holding("officer");
    let promotion = ledger.change("-officer +sergeant");
    ledger.change("-sergeant +captain");
    ledger.undo_skipping(promotion);
    assert!(matches!(ledger.undo_refusal(promotion), Refusal::AlreadyUndone(_)));
}

#[test]
fn a_change_of_which_everything_was_skipped_counts_as_undone() {
    let mut ledger = Ledger::holding("");
    let change = ledger.change("+medic");
    ledger.change("-medic");
    let later = ledger.change("+medic");
    let expected = [conflict(&ledger, "medic", later)];
    assert_eq!(ledger.undo_skipping(change), expected);
    assert_eq!((ledger.held().as_str(), ledger.status()), ("medic", true));
    assert!(matches!(ledger.undo_refusal(change), Refusal::AlreadyUndone(_)));
}

#[test]
fn skip_has_nothing_to_do_where_everything_is_already_so() {
    let mut ledger = Ledger::holding("");
    let change = ledger.change("+medic");
    ledger.change("-medic");
    let undone = ledger.try_undo(change, OnConflict::Skip);
    assert_eq!(undone, Ok(None));
}

#[test]
fn the_redo_of_an_undo_with_skip_does_again_what_was_undone() {
    let mut ledger = Ledger::holding("officer");
    let promotion = ledger.change("-officer +sergeant");
    ledger.change("-sergeant +captain");
    ledger.undo_skipping(promotion);
    let undo = ledger.entries.last().expect("recorded").number;
    ledger.undo(undo);
    assert_eq!(ledger.held(), "captain");
}

#[test]
fn what_is_skipped_needs_no_power() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic +captain");
    let later = ledger.change("-captain");
    ledger.authority = acting(Some(30), None);
    assert_eq!(ledger.undo_skipping(change), [already(&ledger, "captain", later)]);
    assert_eq!(ledger.held(), "officer");
}

#[test]
fn skip_opens_nothing_to_whoever_lacks_the_power() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("-officer +sergeant");
    ledger.change("-sergeant");
    ledger.authority = acting(Some(20), None);
    let refused = ledger.try_undo(change, OnConflict::Skip);
    assert!(matches!(refused, Err(Refusal::InsufficientPower(PowerRefusal::Rank { .. }))), "{refused:?}");
}

#[test]
fn skip_leaves_a_status_that_is_superseded() {
    let mut ledger = Ledger::holding("officer");
    let change = ledger.change("+medic inactive");
    ledger.change("active");
    let later = ledger.change("inactive");
    let expected = [status_conflict(&ledger, later)];
    assert_eq!(ledger.undo_skipping(change), expected);
    assert_eq!((ledger.held().as_str(), ledger.status()), ("officer", false));
}

#[test]
fn half_a_move_is_not_undone_unasked_after_a_redo_of_the_other_half() {
    let mut ledger = Ledger::holding("officer");
    let promotion = ledger.change("-officer +sergeant");
    ledger.change("-sergeant");
    let later = ledger.change("+sergeant");
    let refusal = Refusal::UndoConflict(vec![conflict(&ledger, "sergeant", later)]);
    assert_eq!(ledger.undo_refusal(promotion), refusal);
    ledger.undo_skipping(promotion);
    let undo = ledger.entry(promotion).reversed_by.expect("it was undone");
    let redo = ledger.undo(undo);
    assert_eq!(ledger.held(), "sergeant");
    assert_eq!(ledger.undo_refusal(promotion), refusal);
    assert_eq!(ledger.undo_refusal(redo), refusal);
}

#[test]
fn what_was_skipped_comes_back_once_nothing_stands_in_its_way() {
    let mut ledger = Ledger::holding("");
    let change = ledger.change("+medic +pilot");
    let loss = ledger.change("-pilot");
    let later = ledger.change("+pilot");
    ledger.undo_skipping(change);
    let undo = ledger.entry(change).reversed_by.expect("it was undone");
    ledger.undo(undo);
    ledger.undo(later);
    ledger.undo(loss);
    ledger.undo(change);
    assert_eq!(ledger.held(), "");
}

#[test]
fn an_undo_that_skipped_everything_can_be_undone() {
    let mut ledger = Ledger::holding("");
    let change = ledger.change("+medic");
    let loss = ledger.change("-medic");
    let later = ledger.change("+medic");
    ledger.undo_skipping(change);
    let undo = ledger.entry(change).reversed_by.expect("it was undone");
    ledger.undo(undo);
    assert_eq!(ledger.held(), "medic");
    ledger.undo(later);
    ledger.undo(loss);
    ledger.undo(change);
    assert_eq!(ledger.held(), "");
}
