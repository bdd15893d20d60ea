//! Ends that take something away: when a request does, how the guard counts it, and how an undo and a
//! rollback look through the end of a grant.

use rankledger_domain::grant::MAX_YEARS;
use rankledger_domain::guard::removals;
use rankledger_domain::refusal::{Refusal, SlotState};
use rankledger_domain::rollback::Outcome;
use rankledger_domain::undo::OnConflict;

use crate::kit::{Ledger, conflict, held, id, item, request, until};
use crate::rollbacks::{OTHER, ROGUE, batch, by_rogue};

#[test]
fn what_is_held_for_longer_keeps_its_end_unless_it_is_replaced() {
    let mut ledger = Ledger::holding("officer");
    ledger.account.ranks.push(until("medic", 4));
    assert_eq!(ledger.plan(&request("+officer~9 +medic~3")), Ok(None));
    ledger.change("+medic~6 +pilot~2");
    assert_eq!(ledger.account.ranks, [held("officer"), until("medic", 6), until("pilot", 2)]);
    ledger.change("+officer@9 +medic@3");
    assert_eq!(ledger.account.ranks, [until("officer", 9), until("medic", 3), until("pilot", 2)]);
}

#[test]
fn an_extension_is_added_to_the_end_or_to_now() {
    let mut ledger = Ledger::holding("officer");
    ledger.account.ranks.push(until("medic", 4));
    ledger.now = crate::kit::hours(1);
    ledger.change("+officer^2 +medic^2 +pilot^2");
    assert_eq!(ledger.account.ranks, [held("officer"), until("medic", 6), until("pilot", 3)]);
    ledger.now = crate::kit::hours(7);
    ledger.change("+medic^2");
    assert_eq!(ledger.account.ranks[1], until("medic", 9), "a grant that is over is extended from now");
}

#[test]
fn nothing_is_extended_beyond_the_latest_end() {
    let mut ledger = Ledger::holding("officer");
    let hours = i64::from(MAX_YEARS) * 366 * 24;
    let Refusal::EndTooLate(entries) = ledger.refusal(&format!("+medic^1 +pilot^{hours}")) else {
        panic!("the end is too late");
    };
    assert_eq!(entries.iter().map(|entry| entry.pointer.as_str()).collect::<Vec<_>>(), ["/add/1"]);
}

#[test]
fn a_shortening_and_a_deactivation_are_removals() {
    let mut ledger = Ledger::holding("officer medic");
    let mut count = |words: &str| {
        let number = ledger.change(words);
        removals(&ledger.entry(number).transition)
    };
    assert_eq!(count("+officer@5"), 1, "it had no end");
    assert_eq!(count("+officer@3 -medic"), 2);
    assert_eq!(count("+officer@4"), 0, "a later end");
    assert_eq!(count("inactive"), 1);
    assert_eq!(count("active"), 0);
}

#[test]
fn a_status_that_will_go_with_a_rank_or_goes_without_one_is_a_removal() {
    let mut ledger = Ledger::holding("officer");
    let mut count = |words: &str| {
        let number = ledger.change(words);
        removals(&ledger.entry(number).transition)
    };
    assert_eq!(count("-officer"), 1, "the status follows from the rank");
    assert_eq!(count("+medic@9"), 0, "it comes with the rank and goes with it");
    assert_eq!(count("-medic active"), 1);
    assert_eq!(count("+medic@9"), 1, "it was there without a rank, and will go with this one");
    assert_eq!(count("+officer"), 0);
}

#[test]
fn the_undo_of_a_shortening_gives_the_rank_back_after_it_has_ended() {
    let mut ledger = Ledger::holding("officer medic");
    let shortening = ledger.change("+officer@1");
    let expiry = ledger.wait_until(2).expect("it has ended");
    assert_eq!(ledger.held(), "medic");
    assert_eq!(ledger.undo_refusal(expiry), Refusal::GrantExpired(vec![id("officer")]));
    let undo = ledger.undo(shortening);
    assert_eq!(ledger.account.ranks, [held("officer"), held("medic")]);
    ledger.undo(undo);
    assert_eq!(ledger.held(), "medic", "undo, then redo: as before");
}

#[test]
fn the_undo_of_a_shortening_that_asked_for_a_status_gives_back_the_status_that_the_end_took() {
    let mut ledger = Ledger::holding("officer");
    let shortening = ledger.change("+officer@1 active");
    ledger.wait_until(2).expect("it has ended");
    assert_eq!((ledger.held().as_str(), ledger.status()), ("", false));
    ledger.undo(shortening);
    assert_eq!((ledger.held().as_str(), ledger.status()), ("officer", true));
}

#[test]
fn a_status_that_somebody_asked_for_after_the_end_stays() {
    let mut ledger = Ledger::holding("officer");
    let shortening = ledger.change("+officer@1 active");
    ledger.wait_until(2).expect("it has ended");
    ledger.change("active");
    ledger.change("inactive");
    ledger.undo(shortening);
    assert_eq!((ledger.held().as_str(), ledger.status()), ("officer", false));
}

#[test]
fn a_status_that_the_change_left_alone_and_somebody_has_changed_since_stays() {
    let mut ledger = Ledger::holding("officer");
    ledger.change("inactive");
    let shortening = ledger.change("+officer@5");
    ledger.change("active");
    ledger.undo(shortening);
    assert_eq!((&ledger.account.ranks[..], ledger.status()), (&[held("officer")][..], true));

    let mut ledger = Ledger::holding("officer medic");
    let removal = ledger.change("-medic");
    ledger.change("inactive");
    ledger.undo(removal);
    assert_eq!((ledger.held().as_str(), ledger.status()), ("officer medic", false));
}

#[test]
fn a_grant_that_has_ended_needs_no_undo() {
    let mut ledger = Ledger::holding("officer");
    let grant = ledger.change("+medic@1");
    ledger.wait_until(2).expect("it has ended");
    ledger.expect_already(grant);
}

#[test]
fn the_end_of_a_grant_is_in_the_way_of_nothing_that_gives_back_but_of_what_takes_away() {
    let mut ledger = Ledger::holding("officer");
    let removal = ledger.change("-officer");
    let grant = ledger.change("+officer@1");
    let expiry = ledger.wait_until(2).expect("it has ended");
    let by_grant = Refusal::UndoConflict(vec![conflict(&ledger, "officer", grant)]);
    assert_eq!(ledger.undo_refusal(removal), by_grant, "named is who gave the rank, not the server");
    ledger.try_undo(removal, OnConflict::Force).expect("it is allowed").expect("it is recorded");
    assert_eq!(ledger.held(), "officer");
    let by_expiry = Refusal::UndoConflict(vec![conflict(&ledger, "officer", expiry)]);
    assert_eq!(ledger.undo_refusal(grant), by_expiry, "what it gave is over, and this was given by others");
}

/// Lets the rogue make these changes, and time pass between them; then rolls the rogue's changes back.
fn after_rollback(deeds: &[&str], until: i64) -> (String, Vec<Outcome>) {
    let mut ledger = Ledger::holding("officer medic");
    for deed in deeds {
        ledger.as_actor(ROGUE, |ledger| ledger.change(deed));
    }
    ledger.wait_until(until).expect("something has ended");
    let steps = ledger.roll_back(by_rogue, OnConflict::Refuse, batch(1));
    (ledger.held(), steps.into_iter().map(|step| step.outcome).collect())
}

#[test]
fn a_rollback_gives_back_whatever_was_taken_by_an_end() {
    for deeds in [
        &["+officer@1"][..],
        &["+officer@5", "+officer@1"],
        &["-officer", "+officer@1"],
        &["+officer@1", "-medic"],
        &["+officer@1 +medic@1"],
        &["=officer@1"],
    ] {
        let (held, outcomes) = after_rollback(deeds, 9);
        assert_eq!(held, "officer medic", "{deeds:?}");
        assert!(!outcomes.iter().any(|outcome| matches!(outcome, Outcome::Skipped(_))), "{outcomes:?}");
    }
}

#[test]
fn a_rollback_leaves_out_a_grant_that_would_have_ended_anyway() {
    let mut ledger = Ledger::holding("officer");
    ledger.account.ranks.push(until("medic", 3));
    ledger.as_actor(ROGUE, |ledger| ledger.change("-officer -medic"));
    ledger.now = crate::kit::hours(4);
    let steps = ledger.roll_back(by_rogue, OnConflict::Refuse, batch(1));
    assert_eq!(ledger.held(), "officer");
    let Outcome::Undone(inverse) = &steps[0].outcome else { panic!("it is undone") };
    assert_eq!(inverse.skipped, [item("medic", SlotState::Expired)]);
}

#[test]
fn a_rollback_that_was_taken_back_can_be_made_again() {
    let mut ledger = Ledger::holding("officer");
    ledger.as_actor(ROGUE, |ledger| ledger.change("-officer"));
    let of = |number| {
        move |change: &rankledger_domain::rank_change::RankChange| change.batch == Some(batch(number))
    };
    ledger.as_actor(OTHER, |ledger| ledger.roll_back(by_rogue, OnConflict::Refuse, batch(1)));
    assert_eq!(ledger.roll_back(by_rogue, OnConflict::Refuse, batch(9)), [], "nothing is left to do");
    ledger.as_actor(OTHER, |ledger| ledger.roll_back(of(1), OnConflict::Refuse, batch(2)));
    assert_eq!(ledger.held(), "");
    ledger.as_actor(OTHER, |ledger| ledger.roll_back(by_rogue, OnConflict::Refuse, batch(3)));
    assert_eq!(ledger.held(), "officer");
    ledger.as_actor(OTHER, |ledger| ledger.roll_back(of(3), OnConflict::Refuse, batch(4)));
    ledger.as_actor(OTHER, |ledger| ledger.roll_back(by_rogue, OnConflict::Refuse, batch(5)));
    assert_eq!(ledger.held(), "officer", "and again");
}
