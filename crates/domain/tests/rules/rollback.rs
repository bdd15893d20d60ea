//! Rollbacks: the changes that are undone, those that are skipped, and the outcomes that the plan names.

use rankledger_domain::ids::ChangeNumber;
use rankledger_domain::refusal::{Refusal, SlotState};
use rankledger_domain::rollback::{Outcome, Step};
use rankledger_domain::undo::OnConflict;

use crate::kit::{Ledger, acting, item, retired, until};
use crate::rollbacks::{OTHER, ROGUE, batch, by_rogue};

fn rogue(ledger: &mut Ledger, words: &str) -> ChangeNumber {
    ledger.as_actor(ROGUE, |ledger| ledger.change(words))
}

fn other(ledger: &mut Ledger, words: &str) -> ChangeNumber {
    ledger.as_actor(OTHER, |ledger| ledger.change(words))
}

fn roll_back(ledger: &mut Ledger) -> Vec<Step> {
    ledger.roll_back(by_rogue, OnConflict::Refuse, batch(1))
}

fn numbers(steps: &[Step]) -> Vec<i64> {
    steps.iter().map(|step| step.target.number.0).collect()
}

fn is_undone(step: &Step) -> bool {
    matches!(step.outcome, Outcome::Undone(_))
}

#[test]
fn what_somebody_did_is_undone_newest_first() {
    let mut ledger = Ledger::holding("officer medic");
    rogue(&mut ledger, "-medic");
    rogue(&mut ledger, "+chief -officer");
    rogue(&mut ledger, "=");
    let steps = roll_back(&mut ledger);
    assert_eq!(numbers(&steps), [3, 2, 1]);
    assert!(steps.iter().all(is_undone));
    assert_eq!(ledger.held(), "officer medic");
}

#[test]
fn what_others_did_meanwhile_stays() {
    let mut ledger = Ledger::holding("officer");
    rogue(&mut ledger, "-officer");
    other(&mut ledger, "+medic");
    rogue(&mut ledger, "+pilot");
    assert_eq!(numbers(&roll_back(&mut ledger)), [3, 1]);
    assert_eq!(ledger.held(), "officer medic");
}

#[test]
fn what_others_touched_since_is_left_and_named() {
    let mut ledger = Ledger::holding("");
    let first = rogue(&mut ledger, "+chief");
    other(&mut ledger, "-chief");
    let again = other(&mut ledger, "+chief");
    let steps = roll_back(&mut ledger);
    let item = item("chief", SlotState::Superseded(ledger.refer(again)));
    assert_eq!(numbers(&steps), [first.0]);
    assert_eq!(steps[0].outcome, Outcome::Skipped(Refusal::UndoConflict(vec![item])));
    assert_eq!(ledger.held(), "chief");
}

#[test]
fn what_is_so_already_is_said_and_not_recorded() {
    let mut ledger = Ledger::holding("officer");
    rogue(&mut ledger, "-officer");
    other(&mut ledger, "+officer");
    let steps = roll_back(&mut ledger);
    assert_eq!(steps[0].outcome, Outcome::Already);
    assert_eq!(ledger.entries.len(), 2);
}

#[test]
fn force_undoes_also_what_others_touched_since() {
    let mut ledger = Ledger::holding("");
    rogue(&mut ledger, "+chief");
    other(&mut ledger, "-chief");
    other(&mut ledger, "+chief +pilot");
    let steps = ledger.roll_back(by_rogue, OnConflict::Force, batch(1));
    assert!(is_undone(&steps[0]));
    assert_eq!(ledger.held(), "pilot");
}

#[test]
fn force_undoes_half_a_move() {
    let mut ledger = Ledger::holding("officer");
    rogue(&mut ledger, "-officer +chief");
    other(&mut ledger, "-chief");
    let mut unforced = ledger.clone();
    assert!(matches!(roll_back(&mut unforced)[0].outcome, Outcome::Skipped(Refusal::UndoConflict(_))));
    assert!(is_undone(&ledger.roll_back(by_rogue, OnConflict::Force, batch(1))[0]));
    assert_eq!(ledger.held(), "officer");
}

#[test]
fn force_gives_no_retired_rank_back_and_says_so() {
    let mut ledger = Ledger::holding("officer medic");
    rogue(&mut ledger, "=");
    ledger.edit_rank("medic", |rank| rank.retired = true);
    let mut unforced = ledger.clone();
    let steps = roll_back(&mut unforced);
    assert_eq!(steps[0].outcome, Outcome::Skipped(Refusal::RankRetired(vec![retired("medic")])));
    let steps = ledger.roll_back(by_rogue, OnConflict::Force, batch(1));
    let Outcome::Undone(plan) = &steps[0].outcome else { panic!("{steps:?}") };
    assert_eq!(plan.skipped, [item("medic", SlotState::Retired)]);
    assert_eq!(ledger.held(), "officer");
}

#[test]
fn force_gives_back_no_grant_whose_end_has_passed() {
    let mut ledger = Ledger::holding("officer");
    ledger.account.ranks.push(until("medic", 2));
    rogue(&mut ledger, "=");
    ledger.now = crate::kit::hours(2);
    let steps = ledger.roll_back(by_rogue, OnConflict::Force, batch(1));
    let Outcome::Undone(plan) = &steps[0].outcome else { panic!("{steps:?}") };
    assert_eq!(plan.skipped, [item("medic", SlotState::Expired)]);
    assert_eq!(ledger.held(), "officer");
}

#[test]
fn force_does_not_lift_anybody_above_their_power() {
    let mut ledger = Ledger::holding("chief");
    rogue(&mut ledger, "-chief");
    ledger.authority = acting(Some(50), None);
    for on_conflict in [OnConflict::Refuse, OnConflict::Force] {
        let (steps, account) = ledger.plan_rollback(by_rogue, on_conflict);
        assert!(matches!(steps[0].outcome, Outcome::Skipped(Refusal::InsufficientPower(_))), "{steps:?}");
        assert_eq!(account, ledger.account);
    }
}

#[test]
fn an_undo_of_the_rogues_is_redone() {
    let mut ledger = Ledger::holding("officer");
    let promotion = other(&mut ledger, "-officer +sergeant");
    ledger.as_actor(ROGUE, |ledger| ledger.undo(promotion));
    assert_eq!(numbers(&roll_back(&mut ledger)), [2]);
    assert_eq!(ledger.held(), "sergeant");
}

#[test]
fn a_redo_of_the_rogues_is_undone() {
    let mut ledger = Ledger::holding("officer");
    let promotion = other(&mut ledger, "-officer +sergeant");
    let undo = ledger.as_actor(OTHER, |ledger| ledger.undo(promotion));
    ledger.as_actor(ROGUE, |ledger| ledger.undo(undo));
    assert_eq!(numbers(&roll_back(&mut ledger)), [3]);
    assert_eq!(ledger.held(), "officer");
}

#[test]
fn who_undid_and_redid_has_changed_nothing() {
    let mut ledger = Ledger::holding("officer");
    let promotion = other(&mut ledger, "-officer +sergeant");
    let undo = ledger.as_actor(ROGUE, |ledger| ledger.undo(promotion));
    let redo = ledger.as_actor(ROGUE, |ledger| ledger.undo(undo));
    assert_eq!(roll_back(&mut ledger), []);
    ledger.as_actor(ROGUE, |ledger| ledger.undo(redo));
    assert_eq!(numbers(&roll_back(&mut ledger)), [4], "an undo more, and it is one again");
    assert_eq!(ledger.held(), "sergeant");
}

#[test]
fn what_the_rogue_took_back_is_left_undone() {
    let mut ledger = Ledger::holding("officer");
    let change = rogue(&mut ledger, "+chief");
    ledger.as_actor(ROGUE, |ledger| ledger.undo(change));
    assert_eq!(roll_back(&mut ledger), []);
    let change = rogue(&mut ledger, "+chief");
    ledger.as_actor(OTHER, |ledger| ledger.undo(change));
    assert_eq!(roll_back(&mut ledger), [], "somebody else was faster");
    assert_eq!(ledger.held(), "officer");
}

#[test]
fn a_batch_is_taken_back_as_a_whole() {
    let mut ledger = Ledger::holding("officer medic");
    rogue(&mut ledger, "-medic");
    rogue(&mut ledger, "-officer +chief");
    let before = ledger.account.clone();
    roll_back(&mut ledger);
    let steps = ledger.roll_back(|change| change.batch == Some(batch(1)), OnConflict::Refuse, batch(2));
    assert_eq!(numbers(&steps), [4, 3]);
    assert_eq!(ledger.account, before);
    roll_back(&mut ledger);
    assert_eq!(ledger.held(), "officer medic", "a rollback that was taken back can be made again");
}

#[test]
fn what_a_step_brings_back_is_in_no_other_steps_way() {
    let mut ledger = Ledger::holding("officer");
    let left = other(&mut ledger, "-officer");
    let returned = other(&mut ledger, "+officer");
    for change in [returned, left] {
        ledger.as_actor(ROGUE, |ledger| ledger.undo(change));
    }
    let steps = roll_back(&mut ledger);
    assert_eq!(numbers(&steps), [4, 3]);
    assert!(steps.iter().all(is_undone), "{steps:?}");
    assert_eq!(ledger.held(), "officer");
}

#[test]
fn what_a_step_brings_back_stands_where_it_stood() {
    let mut ledger = Ledger::holding("");
    rogue(&mut ledger, "+chief");
    other(&mut ledger, "-chief");
    let again = other(&mut ledger, "+chief");
    ledger.as_actor(ROGUE, |ledger| ledger.undo(again));
    let steps = roll_back(&mut ledger);
    assert_eq!(numbers(&steps), [4, 1]);
    assert!(is_undone(&steps[0]));
    let Outcome::Skipped(Refusal::UndoConflict(items)) = &steps[1].outcome else { panic!("{steps:?}") };
    assert!(matches!(&items[0].state, SlotState::Superseded(by) if by.number == again), "{items:?}");
    assert_eq!(ledger.held(), "chief");
}
