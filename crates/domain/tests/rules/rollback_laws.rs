//! Laws that hold for every rollback, checked on random histories (see `histories`) of a rogue and of others.

use proptest::collection::vec;
use proptest::prelude::*;
use rankledger_domain::account::HeldRank;
use rankledger_domain::ids::{AccountId, RankId};
use rankledger_domain::rank_change::RankChange;
use rankledger_domain::rollback::Outcome;
use rankledger_domain::undo::OnConflict;

use crate::histories::{Step, beginnings, changes, histories, histories_with_skips, play, play_all};
use crate::kit::{Ledger, RANKS, id};
use crate::rollbacks::{OTHER, ROGUE, batch, by_rogue};

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) }
}

/// Generates steps, each with the person who takes it.
fn acts() -> impl Strategy<Value = Vec<(AccountId, Step)>> {
    acts_of(histories())
}

/// Generates steps with persons, where some of the undos skip slots that are not clean.
fn acts_with_skips() -> impl Strategy<Value = Vec<(AccountId, Step)>> {
    acts_of(histories_with_skips())
}

fn acts_of(steps: impl Strategy<Value = Vec<Step>>) -> impl Strategy<Value = Vec<(AccountId, Step)>> {
    let who = vec(prop::sample::select(vec![ROGUE, OTHER]), 16);
    (who, steps).prop_map(|(who, steps)| who.into_iter().zip(steps).collect())
}

fn either() -> impl Strategy<Value = OnConflict> {
    prop::sample::select(vec![OnConflict::Refuse, OnConflict::Force])
}

fn play_acts(ledger: &mut Ledger, acts: &[(AccountId, Step)]) {
    for (actor, step) in acts {
        ledger.as_actor(*actor, |ledger| play(ledger, step));
    }
}

fn grant_of(ranks: &[HeldRank], rank: RankId) -> Option<HeldRank> {
    ranks.iter().find(|held| held.rank == rank).copied()
}

/// Returns the last change that touched a rank, undone since or not.
fn last_touch(ledger: &Ledger, rank: RankId) -> Option<&RankChange> {
    ledger.entries.iter().rev().find(|change| change.transition.touches_rank(rank))
}

/// Plays a step, unless it would reverse a change of the same actor.
fn play_on_others(ledger: &mut Ledger, step: &Step) {
    let before = ledger.clone();
    let recorded = play(ledger, step);
    let reversed = recorded.and_then(|number| ledger.entry(number).reverses);
    if reversed.is_some_and(|number| ledger.entry(number).actor == ledger.actor) {
        *ledger = before;
    }
}

/// Rolls the rogue's changes back, then rolls back that rollback. Returns whether the account is as before
/// and each step was undone.
fn there_and_back(ledger: &mut Ledger, on_conflict: OnConflict) -> bool {
    let before = ledger.account.clone();
    let steps = ledger.roll_back(by_rogue, on_conflict, batch(1));
    let undone = steps.iter().filter(|step| is_undone(step)).count();
    let in_batch = |change: &RankChange| change.batch == Some(batch(1));
    let back = ledger.roll_back(in_batch, OnConflict::Refuse, batch(2));
    back.len() == undone && back.iter().all(is_undone) && ledger.account == before
}

fn is_undone(step: &rankledger_domain::rollback::Step) -> bool {
    matches!(step.outcome, Outcome::Undone(_))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn where_nobody_else_acted_since_everything_returns(
        mut ledger in beginnings(),
        steps in histories_with_skips(),
        deeds in changes(),
        on_conflict in either(),
    ) {
        play_all(&mut ledger, &steps);
        let before = ledger.account.clone();
        ledger.as_actor(ROGUE, |ledger| play_all(ledger, &deeds));
        ledger.roll_back(by_rogue, on_conflict, batch(1));
        prop_assert_eq!(ledger.account, before);
    }

    #[test]
    fn what_the_rogue_undid_returns_like_what_the_rogue_did(
        mut ledger in beginnings(),
        steps in histories(),
        deeds in histories(),
    ) {
        play_all(&mut ledger, &steps);
        let before = ledger.account.clone();
        ledger.as_actor(ROGUE, |ledger| deeds.iter().for_each(|deed| play_on_others(ledger, deed)));
        ledger.roll_back(by_rogue, OnConflict::Refuse, batch(1));
        prop_assert_eq!(ledger.account, before);
    }

    #[test]
    fn a_rollback_of_changes_is_their_undos_one_after_the_other(
        mut ledger in beginnings(),
        acts in acts(),
        on_conflict in either(),
    ) {
        for (actor, step) in &acts {
            let actor = if matches!(step, Step::Undo(..)) { OTHER } else { *actor };
            ledger.as_actor(actor, |ledger| play(ledger, step));
        }
        let (steps, account) = ledger.plan_rollback(by_rogue, on_conflict);
        for step in &steps {
            let undone = ledger.try_undo(step.target.number, on_conflict);
            match &step.outcome {
                Outcome::Undone(plan) => {
                    let (reversal, skipped) = undone.expect("it is allowed").expect("it is recorded");
                    prop_assert_eq!(&ledger.entry(reversal).transition, &plan.transition);
                    prop_assert_eq!(&skipped, &plan.skipped);
                }
                Outcome::Already => prop_assert_eq!(undone, Ok(None)),
                Outcome::Skipped(refusal) => prop_assert_eq!(undone.as_ref(), Err(refusal)),
            }
        }
        prop_assert_eq!(ledger.account, account);
    }

    #[test]
    fn the_rollback_of_a_rollback_is_the_identity(mut ledger in beginnings(), acts in acts()) {
        play_acts(&mut ledger, &acts);
        prop_assert!(there_and_back(&mut ledger, OnConflict::Refuse));
    }

    #[test]
    fn the_rollback_of_a_forced_rollback_of_changes_is_the_identity(
        mut ledger in beginnings(),
        acts in acts_of(changes()),
    ) {
        play_acts(&mut ledger, &acts);
        prop_assert!(there_and_back(&mut ledger, OnConflict::Force));
    }

    #[test]
    fn what_others_touched_last_is_unchanged(mut ledger in beginnings(), acts in acts_with_skips()) {
        play_acts(&mut ledger, &acts);
        let before = ledger.clone();
        ledger.roll_back(by_rogue, OnConflict::Refuse, batch(1));
        for (key, _) in RANKS {
            let last = last_touch(&before, id(key));
            if last.is_some_and(|last| last.actor == Some(OTHER) && last.is_live()) {
                let grants = [&before, &ledger].map(|ledger| grant_of(&ledger.account.ranks, id(key)));
                prop_assert_eq!(grants[0], grants[1], "{}", key);
            }
        }
    }

    #[test]
    fn a_second_rollback_finds_nothing_to_undo_that_is_not_in_the_way(
        mut ledger in beginnings(),
        acts in acts(),
    ) {
        play_acts(&mut ledger, &acts);
        let steps = ledger.roll_back(by_rogue, OnConflict::Refuse, batch(1));
        let left = steps.iter().filter(|step| !is_undone(step)).count();
        let (again, _) = ledger.plan_rollback(by_rogue, OnConflict::Refuse);
        prop_assert!(again.len() <= left, "{:?}", again);
    }

    #[test]
    fn a_rollback_of_nothing_does_nothing(mut ledger in beginnings(), acts in acts()) {
        play_acts(&mut ledger, &acts);
        let before = (ledger.account.clone(), ledger.entries.len());
        prop_assert_eq!(ledger.roll_back(|_| false, OnConflict::Force, batch(1)), []);
        prop_assert_eq!((ledger.account, ledger.entries.len()), before);
    }
}
