//! Transactions: which writes stay, which are rolled back, and who sees them when.

use std::time::Duration;

use rankledger_domain::ids::ChangeNumber;
use rankledger_storage::Storage;

use crate::kit::{begin, change, community, new_community, read};

async fn public_ids(storage: &dyn Storage) -> Vec<String> {
    let mut tx = read(storage).await;
    tx.communities().await.expect("a list").into_iter().map(|community| community.public_id).collect()
}

pub(crate) async fn what_is_not_committed_leaves_nothing(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    tx.insert_community(&new_community("dropped")).await.expect("a community");
    drop(tx);
    assert_eq!(public_ids(storage).await, Vec::<String>::new());
    let mut tx = begin(storage).await;
    tx.insert_community(&new_community("kept")).await.expect("a community");
    tx.commit().await.expect("a commit");
    assert_eq!(public_ids(storage).await, ["kept"]);
}

pub(crate) async fn a_savepoint_takes_back_what_came_after_it(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    tx.append_rank_change(club, &change(1)).await.expect("a change");
    tx.savepoint().await.expect("a savepoint");
    tx.append_rank_change(club, &change(2)).await.expect("a change");
    tx.rollback_to_savepoint().await.expect("a rollback");
    assert_eq!(tx.last_change_number(club).await.expect("a look-up"), ChangeNumber(1));
    tx.savepoint().await.expect("another savepoint");
    tx.append_rank_change(club, &change(2)).await.expect("the number is free again");
    tx.release_savepoint().await.expect("a release");
    tx.commit().await.expect("a commit");
    let last = read(storage).await.last_change_number(club).await.expect("a look-up");
    assert_eq!(last, ChangeNumber(2));
}

pub(crate) async fn a_released_savepoint_stays(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    for (name, keep) in [("a", true), ("b", false), ("c", true)] {
        tx.savepoint().await.expect("a savepoint");
        tx.insert_community(&new_community(name)).await.expect("a community");
        if keep {
            tx.release_savepoint().await.expect("a release");
        } else {
            tx.rollback_to_savepoint().await.expect("a rollback");
        }
    }
    tx.commit().await.expect("a commit");
    assert_eq!(public_ids(storage).await, ["a", "c"]);
}

pub(crate) async fn a_reader_sees_one_moment(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    tx.commit().await.expect("a commit");

    let mut reader = read(storage).await;
    assert_eq!(reader.last_change_number(club).await.expect("a look-up"), ChangeNumber(0));
    let mut tx = begin(storage).await;
    tx.append_rank_change(club, &change(1)).await.expect("a change");
    assert_eq!(reader.rank_change(club, ChangeNumber(1)).await.expect("a look-up"), None, "not committed");
    tx.commit().await.expect("a commit");
    assert_eq!(reader.rank_change(club, ChangeNumber(1)).await.expect("a look-up"), None, "committed since");
    drop(reader);
    let last = read(storage).await.last_change_number(club).await.expect("a look-up");
    assert_eq!(last, ChangeNumber(1), "a later reader sees it");
}

pub(crate) async fn writers_take_turns(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    tx.commit().await.expect("a commit");

    let mut first = begin(storage).await;
    first.ledger_head(club).await.expect("a look-up");
    let second = async { begin(storage).await.ledger_head(club).await };
    let second = tokio::time::timeout(Duration::from_millis(50), second).await;
    assert!(second.is_err(), "the second waits while the first writes to the same community");
    first.commit().await.expect("a commit");
    begin(storage).await.ledger_head(club).await.expect("then it may");
}
