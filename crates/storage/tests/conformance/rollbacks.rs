//! Rollbacks that were carried out.

use rankledger_domain::ids::{BatchId, ChangeNumber};
use rankledger_storage::rollbacks::Rollback;
use rankledger_storage::{Storage, StorageError};

use crate::kit::{begin, community, time, uuid};

fn rollback(number: u128) -> Rollback {
    Rollback {
        batch: BatchId(uuid(number)),
        first: ChangeNumber(3),
        last: ChangeNumber(5),
        at: time(7),
        report: r#"{"said":"\"ä\""}"#.to_owned(),
    }
}

pub(crate) async fn a_rollback_comes_back_as_it_was_kept(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    tx.insert_rollback(club, &rollback(1)).await.expect("a rollback");
    tx.insert_rollback(club, &rollback(2)).await.expect("another");
    for number in [1, 2] {
        let found = tx.rollback(club, BatchId(uuid(number))).await.expect("a look-up");
        assert_eq!(found, Some(rollback(number)));
    }
    assert_eq!(tx.rollback(club, BatchId(uuid(3))).await.expect("a look-up"), None);
}

pub(crate) async fn a_rollback_is_kept_once_in_a_community(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let other = community(tx.as_mut(), "other").await;
    tx.insert_rollback(club, &rollback(1)).await.expect("a rollback");
    assert_eq!(tx.rollback(other, BatchId(uuid(1))).await.expect("a look-up"), None);
    let again = tx.insert_rollback(club, &Rollback { report: "{}".to_owned(), ..rollback(1) }).await;
    assert!(matches!(again, Err(StorageError::Conflict(_))), "{again:?}");
    tx.insert_rollback(other, &rollback(1)).await.expect("the id is free there");
}
