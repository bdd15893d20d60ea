//! Communities and their game servers.

use rankledger_storage::communities::{Community, NewCommunity};
use rankledger_storage::{Storage, StorageError};

use crate::kit::{begin, new_community, read, uuid};

pub(crate) async fn a_community_gets_another_name_and_keeps_the_rest(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let id = tx.insert_community(&new_community("first")).await.expect("a community");
    let other = tx.insert_community(&new_community("second")).await.expect("a community");
    tx.commit().await.expect("a commit");
    let before = read(storage).await.community(id).await.expect("a look-up").expect("the community");
    let mut tx = begin(storage).await;
    tx.rename_community(id, "Renamed").await.expect("an update");
    tx.commit().await.expect("a commit");

    let mut tx = read(storage).await;
    let expected = Community { name: "Renamed".to_owned(), ..before };
    assert_eq!(tx.community(id).await.expect("a look-up"), Some(expected));
    let other = tx.community(other).await.expect("a look-up").expect("the community");
    assert_ne!(other.name, "Renamed");
}

pub(crate) async fn a_community_comes_back_as_it_was_stored(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let second = tx.insert_community(&new_community("second")).await.expect("a community");
    let first = tx.insert_community(&new_community("first")).await.expect("a community");
    let changed = NewCommunity {
        name: "Renamed".to_owned(),
        sub_version: 5,
        undo_needs_user: true,
        change_needs_user: true,
        custom_domain: Some("club.example".to_owned()),
        ..new_community("first")
    };
    tx.update_community(first, &changed).await.expect("an update");
    tx.commit().await.expect("a commit");

    let mut tx = read(storage).await;
    let expected = Community {
        id: first,
        uuid: changed.uuid,
        public_id: "first".to_owned(),
        name: "Renamed".to_owned(),
        sub_version: 5,
        undo_needs_user: true,
        change_needs_user: true,
        custom_domain: Some("club.example".to_owned()),
        servers: 0,
    };
    assert_eq!(tx.community(first).await.expect("a look-up"), Some(expected.clone()));
    assert_eq!(tx.community_by_public_id("first").await.expect("a look-up"), Some(expected));
    assert_eq!(tx.community_by_public_id("third").await.expect("a look-up"), None);
    let all: Vec<_> =
        tx.communities().await.expect("a list").into_iter().map(|community| community.id).collect();
    assert_eq!(all, [first, second]);
}

pub(crate) async fn a_public_id_is_taken_once(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    tx.insert_community(&new_community("club")).await.expect("a community");
    let again = NewCommunity { uuid: uuid(99), ..new_community("club") };
    let refused = tx.insert_community(&again).await;
    assert!(matches!(refused, Err(StorageError::Conflict(_))), "{refused:?}");
}
