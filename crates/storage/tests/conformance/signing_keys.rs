//! Keys that sign the checkpoints of a community.

use rankledger_storage::{Storage, StorageError};

use crate::kit::{begin, community};

pub(crate) async fn a_community_keeps_one_signing_key(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let other = community(tx.as_mut(), "other").await;
    assert_eq!(tx.signing_secret(club).await.expect("a look-up"), None);
    tx.insert_signing_secret(club, [7; 32]).await.expect("a key");
    assert_eq!(tx.signing_secret(club).await.expect("a look-up"), Some([7; 32]));
    assert_eq!(tx.signing_secret(other).await.expect("a look-up"), None);
    let again = tx.insert_signing_secret(club, [8; 32]).await;
    assert!(matches!(again, Err(StorageError::Conflict(_))), "{again:?}");
    tx.insert_signing_secret(other, [8; 32]).await.expect("a key");
    assert_eq!(tx.signing_secret(club).await.expect("a look-up"), Some([7; 32]));
}
