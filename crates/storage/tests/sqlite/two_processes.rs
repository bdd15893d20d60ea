//! Two processes on one file: each sees the writes of the other with its next transaction.

use rankledger_domain::api_key::KeyHash;
use rankledger_domain::credential::{Credential, RateFactor, Scope};
use rankledger_domain::guard::Guards;
use rankledger_domain::ids::CredentialId;
use rankledger_storage::communities::NewCommunity;
use rankledger_storage::sqlite::SqliteStorage;
use rankledger_storage::{Storage, StorageError};
use uuid::Uuid;

use crate::{TestDatabase, new_community};

#[tokio::test]
async fn what_one_has_cached_is_forgotten_when_the_other_writes() {
    let place = TestDatabase::new();
    let first = SqliteStorage::open(&place.file()).expect("the database");
    let second = SqliteStorage::open(&place.file()).expect("the database, again");
    let hash = KeyHash([1; 32]);
    let now = jiff::Timestamp::UNIX_EPOCH;

    let mut tx = second.begin().await.expect("a transaction");
    let club = tx.insert_community(&new_community()).await.expect("a community");
    let credential = Credential {
        id: CredentialId(Uuid::from_u128(1)),
        community: club,
        name: "bot".to_owned(),
        scopes: [Scope::Admin].into_iter().collect(),
        power_ceiling: None,
        rate_factor: RateFactor::ONE,
        created_at: now,
        made_by: None,
        expires_at: None,
        revoked_at: None,
    };
    tx.insert_credential(&credential, &hash).await.expect("a credential");
    tx.commit().await.expect("a commit");

    let mut view = first.read().await.expect("a view");
    assert_eq!(view.credential_by_hash(&hash).await.expect("a look-up"), Some(credential.clone()));
    assert_eq!(view.community(club).await.expect("a look-up").expect("it is there").name, "The Club");
    assert_eq!(view.guards(club).await.expect("the guards"), Guards::default());
    drop(view);

    let mut tx = second.begin().await.expect("a transaction");
    tx.revoke_credential(club, credential.id, now).await.expect("it is revoked");
    let renamed = NewCommunity { name: "Renamed".to_owned(), ..new_community() };
    tx.update_community(club, &renamed).await.expect("it is renamed");
    let enabled = Guards { enabled: true, ..Guards::default() };
    tx.put_guards(club, &enabled).await.expect("they are enabled");
    tx.commit().await.expect("a commit");

    let mut view = first.read().await.expect("a view");
    let found = view.credential_by_hash(&hash).await.expect("a look-up").expect("it is there");
    assert_eq!(found.revoked_at, Some(now));
    assert_eq!(view.community(club).await.expect("a look-up").expect("it is there").name, "Renamed");
    assert_eq!(view.guards(club).await.expect("the guards"), enabled);
}

/// Takes ten seconds, because a writer waits that long.
#[tokio::test]
async fn a_writer_that_waits_too_long_learns_that_another_process_has_locked_the_file() {
    let place = TestDatabase::new();
    let other = place.made();
    let storage = SqliteStorage::open(&place.file()).expect("the database");
    other.execute_batch("BEGIN IMMEDIATE").expect("the lock");
    let begun = storage.begin().await.map(drop);
    assert!(matches!(begun, Err(StorageError::Locked)), "{begun:?}");
    other.execute_batch("ROLLBACK").expect("the lock is given back");
    let tx = storage.begin().await.expect("a transaction");
    tx.commit().await.expect("a commit");
}
