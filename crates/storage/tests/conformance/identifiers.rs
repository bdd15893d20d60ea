//! Identifiers.

use rankledger_storage::identifiers::Identifier;
use rankledger_storage::json::Json;
use rankledger_storage::{Storage, StorageError};

use crate::kit::{account_id, begin, community, identifier, uuid};

pub(crate) async fn identifiers_come_back_oldest_first(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    tx.put_identifier(club, &identifier(32, 1, "b")).await.expect("an identifier");
    tx.put_identifier(club, &identifier(31, 1, "a")).await.expect("an identifier");
    let changed = Identifier {
        ref_count: 7,
        verified: false,
        metadata: Json::EMPTY_OBJECT,
        flag_id: None,
        updated_at: None,
        ..identifier(32, 1, "c")
    };
    tx.put_identifier(club, &changed).await.expect("an identifier");
    let found = tx.identifiers(club, account_id(1)).await.expect("a list");
    assert_eq!(found, [identifier(31, 1, "a"), changed]);
    assert_eq!(tx.identifiers(club, account_id(2)).await.expect("a list"), []);
}

pub(crate) async fn a_verified_value_has_one_owner(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    tx.put_identifier(club, &identifier(31, 1, "a")).await.expect("an identifier");
    let hearsay = Identifier { verified: false, ..identifier(32, 2, "a") };
    tx.put_identifier(club, &hearsay).await.expect("an unverified identifier");
    let refused = tx.put_identifier(club, &Identifier { verified: true, ..hearsay }).await;
    assert!(matches!(refused, Err(StorageError::Conflict(_))), "{refused:?}");
    let owner = tx.identifier_owner(club, "steam", "a").await.expect("a look-up");
    assert_eq!(owner, Some(account_id(1)));
    assert_eq!(tx.identifier_owner(club, "discord", "a").await.expect("a look-up"), None);
}

pub(crate) async fn an_identifier_stays_with_its_account(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    tx.put_identifier(club, &identifier(31, 1, "a")).await.expect("an identifier");
    let refused = tx.put_identifier(club, &identifier(31, 2, "a")).await;
    assert!(matches!(refused, Err(StorageError::Conflict(_))), "{refused:?}");
}

pub(crate) async fn discord_ids_are_found_in_rows_and_identifiers(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let discord = |number, account, value: &str| Identifier {
        kind: "discord".into(),
        ..identifier(number, account, value)
    };
    let own = "100000000000000001";
    assert_eq!(tx.accounts_linked_to_discord(club, own).await.expect("a look-up"), [account_id(1)]);
    let hearsay = Identifier { verified: false, ..discord(30, 3, own) };
    tx.put_identifier(club, &hearsay).await.expect("an unverified identifier");
    assert_eq!(tx.accounts_linked_to_discord(club, own).await.expect("a look-up"), [account_id(1)]);
    tx.put_identifier(club, &discord(31, 1, own)).await.expect("an identifier");
    assert_eq!(tx.accounts_linked_to_discord(club, own).await.expect("a look-up"), [account_id(1)]);
    let others = "100000000000000002";
    tx.put_identifier(club, &discord(32, 3, others)).await.expect("an identifier");
    assert_eq!(tx.accounts_linked_to_discord(club, others).await.expect("a look-up").len(), 2);
    tx.put_identifier(club, &identifier(33, 2, "765")).await.expect("an identifier");
    assert_eq!(tx.accounts_linked_to_discord(club, "765").await.expect("a look-up"), []);
}

pub(crate) async fn an_identifier_that_is_removed_is_free_for_others(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    tx.put_identifier(club, &identifier(1, 1, "100")).await.expect("an identifier");
    tx.remove_identifier(club, uuid(9)).await.expect("nothing of that id");
    assert_eq!(tx.identifiers(club, account_id(1)).await.expect("a list").len(), 1);
    tx.remove_identifier(club, uuid(1)).await.expect("it is there");
    assert_eq!(tx.identifiers(club, account_id(1)).await.expect("a list"), []);
    tx.put_identifier(club, &identifier(2, 2, "100")).await.expect("the value is free");
}
