//! The ledger.

use rankledger_domain::account::HeldRank;
use rankledger_domain::ids::{ChangeNumber, UndoId};
use rankledger_domain::rank_change::{ChangeKind, RankChange, Source};
use rankledger_storage::{Storage, StorageError};

use crate::kit::{
    account_id, begin, change, community, held, live_changes_after, rank_id, reversal, time, transition, uuid,
};

pub(crate) async fn a_change_comes_back_as_it_was_recorded(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let until = HeldRank { rank: rank_id(3), expires_at: Some(time(500)) };
    let bare = RankChange {
        transition: transition(&[held(1), until], &[until, held(2)]),
        source: Source::Import,
        actor: None,
        credential: None,
        reason: None,
        batch: None,
        ..change(2)
    };
    tx.append_rank_change(club, &change(1)).await.expect("a change");
    tx.append_rank_change(club, &bare).await.expect("a change");
    assert_eq!(tx.last_change_number(club).await.expect("a look-up"), ChangeNumber(2));
    for change in [change(1), bare] {
        let by_number = tx.rank_change(club, change.number).await.expect("a look-up");
        assert_eq!(by_number.as_ref(), Some(&change));
        let by_undo_id = tx.rank_change_by_undo_id(club, change.undo_id).await.expect("a look-up");
        assert_eq!(by_undo_id, Some(change));
    }
    assert_eq!(tx.rank_change(club, ChangeNumber(3)).await.expect("a look-up"), None);
    assert_eq!(tx.rank_change_by_undo_id(club, UndoId(uuid(7))).await.expect("a look-up"), None);
}

pub(crate) async fn numbers_have_no_hole_and_no_repeat(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    tx.append_rank_change(club, &change(1)).await.expect("the first");
    for wrong in [0, 1, 3] {
        let refused =
            tx.append_rank_change(club, &RankChange { undo_id: UndoId(uuid(9)), ..change(wrong) }).await;
        assert!(matches!(refused, Err(StorageError::Conflict(_))), "{wrong}: {refused:?}");
    }
    tx.append_rank_change(club, &change(2)).await.expect("the second");
}

pub(crate) async fn an_undo_id_is_taken_once(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    tx.append_rank_change(club, &change(1)).await.expect("a change");
    let taken = RankChange { undo_id: change(1).undo_id, ..change(2) };
    let refused = match tx.append_rank_change(club, &taken).await {
        Ok(()) => tx.commit().await,
        refused => refused,
    };
    assert!(matches!(refused, Err(StorageError::Conflict(_))), "now, or at the latest now: {refused:?}");
}

pub(crate) async fn a_change_is_reversed_once(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    tx.append_rank_change(club, &change(1)).await.expect("a change");
    tx.append_rank_change(club, &reversal(2, 1, ChangeKind::Undo)).await.expect("its undo");
    let found = tx.rank_change(club, ChangeNumber(1)).await.expect("a look-up").expect("the change");
    assert_eq!(found, RankChange { reversed_by: Some(ChangeNumber(2)), ..change(1) });
    let undo = tx.rank_change(club, ChangeNumber(2)).await.expect("a look-up");
    assert_eq!(undo, Some(reversal(2, 1, ChangeKind::Undo)));

    tx.savepoint().await.expect("a savepoint");
    let refused = tx.append_rank_change(club, &reversal(3, 1, ChangeKind::Undo)).await;
    assert!(matches!(refused, Err(StorageError::Conflict(_))), "{refused:?}");
    tx.rollback_to_savepoint().await.expect("a rollback");
    let missing = tx.append_rank_change(club, &reversal(3, 40, ChangeKind::Undo)).await;
    assert!(matches!(missing, Err(StorageError::Conflict(_))), "{missing:?}");
}

pub(crate) async fn only_live_changes_are_found_after_a_number(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let others = RankChange { account: account_id(2), ..change(2) };
    for change in [
        change(1),                        // live
        others,                           // of another account
        change(3),                        // undone, then redone
        reversal(4, 3, ChangeKind::Undo), // the undo, redone
        change(5),                        // undone
        reversal(6, 5, ChangeKind::Undo), // the undo: never live
        reversal(7, 4, ChangeKind::Redo), // the redo: live in the place of 3
        change(8),                        // live
    ] {
        tx.append_rank_change(club, &change).await.expect("a change");
    }
    for (after, expected) in [(0, vec![1, 7, 8]), (1, vec![7, 8]), (7, vec![8]), (8, vec![])] {
        let found = live_changes_after(tx.as_mut(), club, account_id(1), ChangeNumber(after)).await;
        assert_eq!(found.iter().map(|change| change.number.0).collect::<Vec<_>>(), expected);
        assert!(found.iter().all(RankChange::is_live));
    }
    let mut first = Vec::new();
    let look = &mut |change: RankChange| {
        first.push(change.number.0);
        false
    };
    tx.look_back(club, account_id(1), ChangeNumber(0), look).await.expect("a walk");
    assert_eq!(first, [8], "it ends when enough was seen");
}
