//! Pruning: how much of the beginning of a ledger can be deleted, and that the part that is kept does not
//! need it.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use rankledger_domain::ids::ChangeNumber;
use rankledger_domain::pruning::{Reversal, last_cut};
use rankledger_domain::rank_change::RankChange;
use rankledger_domain::transition::Transition;
use rankledger_domain::undo::OnConflict;

use crate::histories::{beginnings, histories_with_skips, play_all, requests};
use crate::kit::Ledger;

/// Returns the cut of a ledger with these reversals: pairs of a change's number and the number of the change
/// that reversed it.
fn cut(up_to: i64, reversals: &[(i64, i64)]) -> i64 {
    let reversals = reversals.iter().map(|&(of, by)| Reversal { of: ChangeNumber(of), by: ChangeNumber(by) });
    last_cut(ChangeNumber(up_to), reversals).0
}

#[test]
fn without_reversals_all_can_go() {
    assert_eq!(cut(7, &[]), 7);
    assert_eq!(cut(0, &[]), 0);
}

#[test]
fn a_change_stays_with_a_reversal_that_stays() {
    assert_eq!(cut(7, &[(4, 8)]), 3);
    assert_eq!(cut(7, &[(1, 8)]), 0);
    assert_eq!(cut(7, &[(7, 8)]), 6);
}

#[test]
fn a_reversal_that_goes_holds_nothing() {
    assert_eq!(cut(7, &[(4, 7)]), 7);
    assert_eq!(cut(8, &[(2, 3), (4, 5)]), 8);
}

#[test]
fn what_stays_holds_what_reaches_into_it() {
    assert_eq!(cut(9, &[(2, 5), (4, 12)]), 1, "5 stays, for 4 does, and so does 2, which it reverses");
    assert_eq!(cut(9, &[(2, 3), (3, 8), (8, 12)]), 1, "one lineage");
    assert_eq!(cut(9, &[(2, 3), (4, 12)]), 3, "another one that ended before");
    assert_eq!(cut(9, &[(2, 20), (4, 5)]), 1, "one within the stretch of another");
}

fn count(count: usize) -> i64 {
    i64::try_from(count).expect("a small number")
}

/// Returns the reversals of changes up to this number, in the order of the changes that they reverse.
fn reversals(ledger: &Ledger, up_to: i64) -> Vec<Reversal> {
    let pair = |change: &RankChange| Some(Reversal { of: change.number, by: change.reversed_by? });
    ledger.entries.iter().filter(|change| change.number.0 <= up_to).filter_map(pair).collect()
}

/// Returns whether no change after this number reverses one up to it.
fn is_clean(ledger: &Ledger, number: i64) -> bool {
    let splits = |change: &&RankChange| {
        change.number.0 > number && change.reverses.is_some_and(|reversed| reversed.0 <= number)
    };
    ledger.entries.iter().find(splits).is_none()
}

/// Returns the ledger with the content of all changes up to the number blanked.
fn pruned(ledger: &Ledger, up_to: i64) -> Ledger {
    let mut pruned = ledger.clone();
    for change in pruned.entries.iter_mut().filter(|change| change.number.0 <= up_to) {
        let transition = Transition {
            before: Vec::new(),
            after: Vec::new(),
            status_before: false,
            status_after: false,
            active: None,
        };
        *change = RankChange { transition, reverses: None, reversed_by: None, ..change.clone() };
    }
    pruned
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn the_cut_is_the_last_that_splits_no_lineage(
        mut ledger in beginnings(),
        steps in histories_with_skips(),
        up_to in any::<Index>(),
    ) {
        play_all(&mut ledger, &steps);
        let up_to = count(up_to.index(ledger.entries.len() + 1));
        let expected = (0..=up_to).rev().find(|&number| is_clean(&ledger, number));
        prop_assert_eq!(Some(last_cut(ChangeNumber(up_to), reversals(&ledger, up_to)).0), expected);
    }

    #[test]
    fn what_is_kept_is_undone_as_if_nothing_had_gone(
        mut ledger in beginnings(),
        steps in histories_with_skips(),
        up_to in any::<Index>(),
        later in vec((any::<Index>(), requests()), 1..6),
    ) {
        play_all(&mut ledger, &steps);
        let last = count(ledger.entries.len());
        let up_to = count(up_to.index(ledger.entries.len() + 1));
        let cut = last_cut(ChangeNumber(up_to), reversals(&ledger, up_to)).0;
        let mut pruned = pruned(&ledger, cut);
        for number in (cut + 1..=last).map(ChangeNumber) {
            for on_conflict in [OnConflict::Refuse, OnConflict::Skip, OnConflict::Force] {
                prop_assert_eq!(
                    pruned.plan_undo(number, on_conflict),
                    ledger.plan_undo(number, on_conflict)
                );
            }
        }
        // The two ledgers stay equal while the history goes on.
        for (named, request) in later {
            prop_assert_eq!(pruned.try_request(&request), ledger.try_request(&request));
            let kept = ledger.entries.iter().map(|change| change.number).filter(|number| number.0 > cut);
            let kept: Vec<_> = kept.collect();
            if let Some(named) = kept.get(named.index(kept.len().max(1))) {
                let undone = pruned.try_undo(*named, OnConflict::Refuse);
                prop_assert_eq!(undone, ledger.try_undo(*named, OnConflict::Refuse));
            }
            prop_assert_eq!(&pruned.account, &ledger.account);
        }
    }
}
