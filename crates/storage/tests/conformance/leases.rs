//! Leases: of several nodes, only one does a task at a time.

use std::time::Duration;

use rankledger_storage::Storage;

use crate::kit::{begin, uuid};

const LONG: Duration = Duration::from_hours(1);

/// Takes a lease in a transaction of its own.
async fn take(storage: &dyn Storage, name: &str, holder: u128, lasts: Duration) -> bool {
    let mut tx = begin(storage).await;
    let is_taken = tx.take_lease(name, uuid(holder), lasts).await.expect("an answer");
    tx.commit().await.expect("a commit");
    is_taken
}

async fn give_back(storage: &dyn Storage, name: &str, holder: u128) {
    let mut tx = begin(storage).await;
    tx.give_lease_back(name, uuid(holder)).await.expect("an answer");
    tx.commit().await.expect("a commit");
}

pub(crate) async fn a_lease_has_one_holder_who_may_renew_it(storage: &dyn Storage) {
    assert!(take(storage, "a", 1, LONG).await, "it is free");
    assert!(!take(storage, "a", 2, LONG).await, "another has it");
    assert!(take(storage, "a", 1, LONG).await, "it is renewed");
    assert!(take(storage, "b", 2, LONG).await, "another lease is free");
    for (holder, has_it) in [(1, true), (2, false)] {
        let mut tx = begin(storage).await;
        assert_eq!(tx.is_lease_of("a", uuid(holder)).await.expect("an answer"), has_it);
    }
    give_back(storage, "a", 2).await;
    assert!(!take(storage, "a", 2, LONG).await, "only its holder gives it back");
}

pub(crate) async fn a_lease_that_is_over_or_given_back_is_free(storage: &dyn Storage) {
    assert!(take(storage, "a", 1, Duration::ZERO).await, "it is free");
    assert!(take(storage, "a", 2, LONG).await, "it is over");
    assert!(!take(storage, "a", 1, LONG).await, "the new holder has it");
    give_back(storage, "a", 2).await;
    assert!(take(storage, "a", 1, LONG).await, "it was given back");
}
