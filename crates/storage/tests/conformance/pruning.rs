//! Pruning: the beginning of a history disappears at once, then its rows are deleted a few at a time. The
//! rest is not affected.

use rankledger_domain::ids::{BatchId, ChangeNumber, CommunityId};
use rankledger_domain::pruning::Reversal;
use rankledger_domain::rank_change::{ChangeKind, RankChange, Source};
use rankledger_storage::history::{HistoryFilter, Order};
use rankledger_storage::pruning::PrunedHistory;
use rankledger_storage::rollbacks::Rollback;
use rankledger_storage::{ReadTx, Storage, StorageError, WriteTx};

use crate::kit::{account_id, begin, change, community, live_changes_after, reversal, time, uuid};

/// Makes a community with seven changes: 4 is the undo of 2, and 7 the redo of 6, the undo of 5.
async fn filled(tx: &mut dyn WriteTx, public_id: &str) -> CommunityId {
    let club = community(tx, public_id).await;
    for number in 1..=7 {
        let change = match number {
            4 => reversal(4, 2, ChangeKind::Undo),
            6 => reversal(6, 5, ChangeKind::Undo),
            7 => reversal(7, 6, ChangeKind::Redo),
            _ => change(number),
        };
        tx.append_rank_change(club, &change).await.expect("a change");
    }
    club
}

/// Returns the numbers in the history, in this order.
async fn numbers(tx: &mut dyn ReadTx, community: CommunityId, order: Order) -> Vec<i64> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = tx.history(community, &HistoryFilter::default(), order, after, 2).await.expect("a page");
        all.extend(page.changes.iter().map(|linked| linked.change.number.0));
        after = page.next;
        if after.is_none() {
            return all;
        }
    }
}

/// Checks that every query finds the kept changes, and none of the pruned ones.
async fn expect_kept(tx: &mut dyn ReadTx, club: CommunityId, kept: &[i64]) {
    for number in 1..=8 {
        let is_kept = kept.contains(&number);
        let by_number = tx.rank_change(club, ChangeNumber(number)).await.expect("a look-up");
        assert_eq!(by_number.is_some(), is_kept, "{number}");
        let linked = tx.linked_change(club, ChangeNumber(number)).await.expect("a look-up");
        assert_eq!(linked.is_some(), is_kept, "{number}");
        let by_id = tx.rank_change_by_undo_id(club, change(number).undo_id).await.expect("a look-up");
        assert_eq!(by_id.is_some(), is_kept, "{number}");
    }
    assert_eq!(numbers(tx, club, Order::OldestFirst).await, kept);
    let newest_first: Vec<_> = kept.iter().rev().copied().collect();
    assert_eq!(numbers(tx, club, Order::NewestFirst).await, newest_first);
    let live = live_changes_after(tx, club, account_id(1), ChangeNumber(0)).await;
    let live: Vec<_> = live.iter().map(|change| change.number.0).collect();
    let expected: Vec<_> = [1, 3, 7, 8].into_iter().filter(|number| kept.contains(number)).collect();
    assert_eq!(live, expected);
}

async fn prune(tx: &mut dyn WriteTx, community: CommunityId, up_to: i64) {
    tx.prune(community, ChangeNumber(up_to), time(90)).await.expect("it can go");
}

pub(crate) async fn a_pruned_history_begins_after_what_went(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = filled(tx.as_mut(), "club").await;
    let other = filled(tx.as_mut(), "other").await;
    let whole = tx.ledger_head(club).await.expect("a look-up");
    assert_eq!(tx.pruned_history(club).await.expect("a look-up"), None);
    let mut before = Vec::new();
    for (up_to, at, kept) in [(1, 90, 2..=7), (4, 91, 5..=7)] {
        let last = tx.linked_change(club, ChangeNumber(up_to)).await.expect("a look-up").expect("a change");
        tx.prune(club, ChangeNumber(up_to), time(at)).await.expect("it can go");
        let pruned = tx.pruned_history(club).await.expect("a look-up");
        assert_eq!(pruned, Some(PrunedHistory { number: last.change.number, hash: last.hash, at: time(at) }));
        let kept: Vec<_> = kept.collect();
        // The result is the same whether the rows are still there or not.
        for _ in 0..3 {
            expect_kept(tx.as_mut(), club, &kept).await;
            before.push(tx.delete_pruned(club, 2).await.expect("a portion"));
        }
    }
    assert_eq!(before, [1, 0, 0, 2, 1, 0], "what is deleted a portion at a time");
    assert_eq!(tx.ledger_head(club).await.expect("a look-up"), whole, "the end does not notice");
    expect_kept(tx.as_mut(), other, &[1, 2, 3, 4, 5, 6, 7]).await;
    assert_eq!(tx.pruned_history(other).await.expect("a look-up"), None);
    tx.append_rank_change(club, &change(8)).await.expect("it goes on");
    expect_kept(tx.as_mut(), club, &[5, 6, 7, 8]).await;
}

pub(crate) async fn a_history_is_not_pruned_in_the_midst_of_a_lineage_nor_whole(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = filled(tx.as_mut(), "club").await;
    for up_to in [0, 2, 3, 5, 6, 7, 8] {
        let refused = tx.prune(club, ChangeNumber(up_to), time(90)).await;
        assert!(matches!(refused, Err(StorageError::Conflict(_))), "{up_to}: {refused:?}");
    }
    prune(tx.as_mut(), club, 4).await;
    for up_to in [1, 4] {
        let refused = tx.prune(club, ChangeNumber(up_to), time(90)).await;
        assert!(matches!(refused, Err(StorageError::Conflict(_))), "{up_to} is not in it: {refused:?}");
    }
    tx.savepoint().await.expect("a savepoint");
    let refused = tx.append_rank_change(club, &reversal(8, 3, ChangeKind::Undo)).await;
    assert!(matches!(refused, Err(StorageError::Conflict(_))), "3 is not in it: {refused:?}");
    tx.rollback_to_savepoint().await.expect("as before");
    assert_eq!(tx.delete_pruned(club, 100).await.expect("a portion"), 4);
}

pub(crate) async fn what_could_be_pruned_is_found(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = filled(tx.as_mut(), "club").await;
    // This change is recorded with an earlier time than the one before it, as by an import of old changes.
    tx.append_rank_change(club, &RankChange { at: time(3), ..change(8) }).await.expect("a change");
    for (before, expected) in [(0, 0), (1, 0), (2, 1), (7, 6), (8, 8), (50, 8)] {
        let found = tx.recorded_before(club, time(before)).await.expect("a look-up");
        assert_eq!(found, ChangeNumber(expected), "{before}");
    }
    let reversals = |pairs: &[(i64, i64)]| -> Vec<_> {
        pairs.iter().map(|&(of, by)| Reversal { of: ChangeNumber(of), by: ChangeNumber(by) }).collect()
    };
    let all = [(2, 4), (5, 6), (6, 7)];
    for (up_to, count) in [(1, 0), (2, 1), (5, 2), (6, 3), (8, 3)] {
        let found = tx.reversals_up_to(club, ChangeNumber(up_to)).await.expect("a list");
        assert_eq!(found, reversals(&all[..count]), "{up_to}");
    }
    prune(tx.as_mut(), club, 4).await;
    for _ in 0..2 {
        let found = tx.recorded_before(club, time(6)).await.expect("a look-up");
        assert_eq!(found, ChangeNumber(5));
        let none_more = tx.recorded_before(club, time(1)).await.expect("a look-up");
        assert_eq!(none_more, ChangeNumber(4), "what went is not asked again");
        let found = tx.reversals_up_to(club, ChangeNumber(8)).await.expect("a list");
        assert_eq!(found, reversals(&all[1..]));
        tx.delete_pruned(club, 100).await.expect("a portion");
    }
    let empty = community(tx.as_mut(), "empty").await;
    assert_eq!(tx.recorded_before(empty, time(9)).await.expect("a look-up"), ChangeNumber(0));
}

pub(crate) async fn with_a_rollback_goes_its_report(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let other = filled(tx.as_mut(), "other").await;
    for (number, batch) in [(1, 7), (2, 8), (3, 8), (4, 9)] {
        let of_rollback = RankChange { batch: Some(BatchId(uuid(batch))), ..change(number) };
        tx.append_rank_change(club, &of_rollback).await.expect("a change");
    }
    for community in [club, other] {
        for (batch, first, last) in [(7, 1, 1), (8, 2, 3), (9, 4, 4)] {
            let [first, last] = [first, last].map(ChangeNumber);
            let (batch, report) = (BatchId(uuid(batch)), "{}".to_owned());
            let rollback = Rollback { batch, first, last, at: time(5), report };
            tx.insert_rollback(community, &rollback).await.expect("a rollback");
        }
    }
    for (up_to, reports) in [(2, [false, true, true]), (3, [false, false, true])] {
        prune(tx.as_mut(), club, up_to).await;
        while tx.delete_pruned(club, 1).await.expect("a portion") > 0 {}
        for (batch, is_kept) in (7..).zip(reports) {
            let found = tx.rollback(club, BatchId(uuid(batch))).await.expect("a look-up");
            assert_eq!(found.is_some(), is_kept, "{batch}");
            let others = tx.rollback(other, BatchId(uuid(batch))).await.expect("a look-up");
            assert!(others.is_some());
        }
    }
}

pub(crate) async fn what_an_import_recorded_is_known_when_it_is_pruned(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let other = community(tx.as_mut(), "other").await;
    for number in 1..=4 {
        let source = if number == 2 { Source::Api } else { Source::Import };
        tx.append_rank_change(club, &RankChange { source, ..change(number) }).await.expect("a change");
    }
    prune(tx.as_mut(), club, 3).await;
    // The rows are deleted in portions. A row that is not deleted yet is as invisible as the rest.
    for expected in [1, 1, 1, 0] {
        for number in [1, 3] {
            let id = change(number).undo_id;
            assert!(tx.is_pruned_import(club, id).await.expect("a look-up"), "{number}");
            assert!(!tx.is_pruned_import(other, id).await.expect("a look-up"), "{number}");
        }
        assert!(!tx.is_pruned_import(club, change(4).undo_id).await.expect("a look-up"), "it is kept");
        assert_eq!(tx.delete_pruned(club, 1).await.expect("a portion"), expected);
    }
    assert!(!tx.is_pruned_import(club, change(2).undo_id).await.expect("a look-up"), "of no import");
}
