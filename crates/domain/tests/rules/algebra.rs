//! Laws that hold for every history of changes, undos and redos, checked on random ones (see `histories`).

use proptest::prelude::*;
use rankledger_domain::account::HeldRank;
use rankledger_domain::change::ChangeRequest;
use rankledger_domain::grant::Grant;
use rankledger_domain::ids::{ChangeNumber, RankId};
use rankledger_domain::rank::RankName;
use rankledger_domain::rank_change::{ChangeKind, RankChange};
use rankledger_domain::transition::Transition;
use rankledger_domain::undo::OnConflict;

use crate::histories::{
    Step, beginnings, changes, histories, histories_with_skips, play, play_all, requests,
};
use crate::kit::{Ledger, RANKS, id};

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1500) }
}

/// Returns whether the ranks that are in both lists have the same order in both, whatever their ends.
fn same_order(a: &[HeldRank], b: &[HeldRank]) -> bool {
    let in_both = |these: &[HeldRank], those: &[HeldRank]| -> Vec<RankId> {
        these.iter().map(|held| held.rank).filter(|&rank| grant_of(those, rank).is_some()).collect()
    };
    in_both(a, b) == in_both(b, a)
}

fn has_duplicates(ranks: &[HeldRank]) -> bool {
    ranks.iter().enumerate().any(|(index, held)| ranks[..index].iter().any(|other| other.rank == held.rank))
}

fn grant_of(ranks: &[HeldRank], rank: RankId) -> Option<HeldRank> {
    ranks.iter().find(|held| held.rank == rank).copied()
}

/// Returns whether the account has by now, rank by rank, the grants that an undo of `done` would leave.
fn is_back(now: &[HeldRank], done: &Transition) -> bool {
    let touched = done.added().chain(done.removed());
    touched.into_iter().all(|held| grant_of(now, held.rank) == grant_of(&done.before, held.rank))
}

fn is_move(done: &Transition) -> bool {
    let is_new = |held: HeldRank| grant_of(&done.before, held.rank).is_none();
    let is_gone = |held: HeldRank| grant_of(&done.after, held.rank).is_none();
    done.added().any(is_new) && done.removed().any(is_gone)
}

/// Returns whether the reversal itself touched every rank that `done` touched.
fn is_whole(reversal: &Transition, done: &Transition) -> bool {
    done.added().chain(done.removed()).all(|held| reversal.touches_rank(held.rank))
}

fn reversed<'a>(ledger: &'a Ledger, recorded: &RankChange) -> Option<&'a Transition> {
    recorded.reverses.map(|number| &ledger.entry(number).transition)
}

/// Returns the transition of the change at the beginning of this one's lineage.
fn root_of<'a>(ledger: &'a Ledger, recorded: &'a RankChange) -> &'a Transition {
    match recorded.reverses {
        Some(number) => root_of(ledger, ledger.entry(number)),
        None => &recorded.transition,
    }
}

/// Returns whether a request leaves the account with this rank.
fn is_wanted(request: &ChangeRequest, key: &str, held: bool) -> bool {
    let name = RankName::parse(key);
    let given =
        |list: &Option<Vec<Grant>>| list.as_ref().map(|list| list.iter().any(|grant| grant.name == name));
    let joins = given(&request.add).unwrap_or(false);
    let leaves = request.remove.iter().flatten().any(|removed| *removed == name);
    (given(&request.set).unwrap_or(held) || joins) && !leaves
}

/// Plays an undo of the change with this index. Returns the reversal. `None` if nothing was recorded.
fn undo_some(ledger: &mut Ledger, which: usize) -> Option<ChangeNumber> {
    play(ledger, &Step::Undo(which, OnConflict::Refuse))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_ranks_after_a_change_are_base_and_add_without_remove(
        mut ledger in beginnings(),
        request in requests(),
    ) {
        let held = ledger.account.clone();
        ledger.try_request(&request).expect("the operator may change everything");
        for (key, _) in RANKS {
            let wanted = is_wanted(&request, key, held.holds(id(key)));
            prop_assert_eq!(ledger.account.holds(id(key)), wanted, "{}", key);
        }
    }

    #[test]
    fn the_same_change_again_changes_nothing(mut ledger in beginnings(), request in requests()) {
        ledger.try_request(&request).expect("the operator may change everything");
        prop_assert_eq!(ledger.plan(&request), Ok(None));
    }

    #[test]
    fn an_undo_directly_after_a_change_is_the_identity(
        mut ledger in beginnings(),
        steps in histories_with_skips(),
        last in changes(),
    ) {
        play_all(&mut ledger, &steps);
        for step in &last {
            let before = ledger.account.clone();
            if let Some(change) = play(&mut ledger, step) {
                ledger.undo(change);
                prop_assert_eq!(&ledger.account, &before);
            }
        }
    }

    #[test]
    fn undo_then_redo_is_the_identity(
        mut ledger in beginnings(),
        steps in histories(),
        which: usize,
    ) {
        play_all(&mut ledger, &steps);
        let before = ledger.account.clone();
        let Some(undo) = undo_some(&mut ledger, which) else { return Ok(()) };
        let after = ledger.account.clone();
        let redo = ledger.undo(undo);
        prop_assert_eq!(&ledger.account, &before);
        ledger.undo(redo);
        prop_assert_eq!(&ledger.account, &after);
    }

    #[test]
    fn undoing_everything_newest_first_returns_to_the_start(mut ledger in beginnings(), steps in changes()) {
        let start = ledger.account.clone();
        play_all(&mut ledger, &steps);
        let numbers: Vec<_> = ledger.entries.iter().rev().map(|change| change.number).collect();
        for number in numbers {
            ledger.undo(number);
        }
        prop_assert_eq!(ledger.account, start);
    }

    #[test]
    fn an_undo_leaves_every_other_rank(mut ledger in beginnings(), steps in histories_with_skips()) {
        for step in &steps {
            let Some(number) = play(&mut ledger, step) else { continue };
            let recorded = ledger.entry(number);
            let Some(done) = reversed(&ledger, recorded) else { continue };
            for (key, _) in RANKS {
                let Transition { before, after, .. } = &recorded.transition;
                if !done.touches_rank(id(key)) && !root_of(&ledger, recorded).touches_rank(id(key)) {
                    prop_assert_eq!(grant_of(before, id(key)), grant_of(after, id(key)), "{}", key);
                }
            }
        }
    }

    #[test]
    fn without_skip_a_change_returns_whole_or_not_at_all(
        mut ledger in beginnings(),
        steps in histories(),
    ) {
        for step in &steps {
            let before = ledger.account.clone();
            let Some(number) = play(&mut ledger, step) else {
                prop_assert_eq!(&ledger.account, &before);
                continue;
            };
            let reversal = &ledger.entry(number).transition;
            if let Some(done) = reversed(&ledger, ledger.entry(number)) {
                prop_assert!(is_back(&ledger.account.ranks, done), "{:?}", reversal);
                prop_assert!(!is_move(done) || is_whole(reversal, done), "{:?}", reversal);
            }
        }
    }

    #[test]
    fn half_a_move_is_never_undone_unasked(
        mut ledger in beginnings(),
        steps in histories_with_skips(),
    ) {
        for step in &steps {
            let Some(number) = play(&mut ledger, step) else { continue };
            let recorded = ledger.entry(number);
            let root = root_of(&ledger, recorded);
            let is_asked = matches!(step, Step::Undo(_, OnConflict::Skip));
            if recorded.kind != ChangeKind::Undo || !is_move(root) || is_asked {
                continue;
            }
            // If a rank was given with different ends, one grant of it can take the place of another.
            let has_ends = |rank: RankId| {
                let held = |change: &RankChange| [&change.transition.before, &change.transition.after].map(Clone::clone).concat();
                ledger.entries.iter().flat_map(held).any(|held| held.rank == rank && held.expires_at.is_some())
            };
            for rank in root.touched_ranks().into_iter().filter(|&rank| !has_ends(rank)) {
                let was_held = root.before.iter().any(|held| held.rank == rank);
                prop_assert_eq!(ledger.account.holds(rank), was_held, "{:?}", recorded);
            }
        }
    }

    #[test]
    fn order_is_kept(mut ledger in beginnings(), steps in histories_with_skips()) {
        for step in &steps {
            let Some(number) = play(&mut ledger, step) else { continue };
            let Transition { before, after, .. } = &ledger.entry(number).transition;
            let message = format!("{:?}", ledger.entry(number));
            prop_assert!(same_order(before, after), "{}", message);
        }
    }

    #[test]
    fn no_rank_is_held_twice(mut ledger in beginnings(), steps in histories_with_skips()) {
        for step in &steps {
            play(&mut ledger, step);
            prop_assert!(!has_duplicates(&ledger.account.ranks), "{:?}", ledger.account.ranks);
        }
    }

    #[test]
    fn the_recorded_transitions_lead_to_the_account(
        mut ledger in beginnings(),
        steps in histories_with_skips(),
    ) {
        let start = ledger.account.clone();
        play_all(&mut ledger, &steps);
        let mut replayed = start;
        for change in &ledger.entries {
            prop_assert_eq!(&change.transition.before, &replayed.ranks);
            prop_assert_eq!(change.transition.status_before, replayed.com_status);
            replayed.ranks.clone_from(&change.transition.after);
            replayed.com_status = change.transition.status_after;
        }
        prop_assert_eq!(replayed, ledger.account);
    }

    #[test]
    fn nothing_is_recorded_where_nothing_changes(mut ledger in beginnings(), steps in histories()) {
        for step in &steps {
            let before = ledger.account.clone();
            let count = ledger.entries.len();
            play(&mut ledger, step);
            let last = ledger.entries.last();
            prop_assert_eq!(ledger.entries.len() == count, ledger.account == before, "{:?}", last);
        }
    }
}
