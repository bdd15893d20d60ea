//! Idempotency keys.

use rankledger_domain::api_key::KeyHash;
use rankledger_domain::ids::{CommunityId, CredentialId};
use rankledger_storage::idempotency_keys::IdempotencyKey;
use rankledger_storage::{Storage, WriteTx};

use crate::kit::{begin, bot, new_community, time, uuid};

/// Returns a community with two credentials of these numbers.
async fn community(tx: &mut dyn WriteTx, public_id: &str, credentials: [u8; 2]) -> CommunityId {
    let community = tx.insert_community(&new_community(public_id)).await.expect("a community");
    for number in credentials {
        let credential = bot(community, number.into());
        tx.insert_credential(&credential, &KeyHash([number; 32])).await.expect("a credential");
    }
    community
}

fn credential(number: u8) -> CredentialId {
    CredentialId(uuid(u128::from(number)))
}

/// Returns a key of credential 1, answered at this time.
fn key(name: &str, at: i64) -> IdempotencyKey {
    IdempotencyKey {
        credential: credential(1),
        key: name.to_owned(),
        fingerprint: [7; 32],
        answer: b"\0anything\xff".to_vec(),
        created_at: time(at),
    }
}

pub(crate) async fn a_key_is_found_by_its_credential_and_name(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club", [1, 2]).await;
    let other = community(tx.as_mut(), "other", [3, 4]).await;
    tx.put_idempotency_key(club, &key("abc", 1)).await.expect("a key");
    let found = tx.idempotency_key(club, credential(1), "abc").await.expect("a look-up");
    assert_eq!(found, Some(key("abc", 1)));
    for (community, number, name) in
        [(club, 1, "ABC"), (club, 2, "abc"), (other, 1, "abc"), (other, 3, "abc")]
    {
        let found = tx.idempotency_key(community, credential(number), name).await.expect("a look-up");
        assert_eq!(found, None, "{number} {name}");
    }
    let theirs = IdempotencyKey { credential: credential(3), ..key("abc", 2) };
    tx.put_idempotency_key(other, &theirs).await.expect("the same key of another");
    let found = tx.idempotency_key(other, credential(3), "abc").await.expect("a look-up");
    assert_eq!(found, Some(theirs));
}

pub(crate) async fn a_key_that_is_stored_again_replaces_what_was_known(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club", [1, 2]).await;
    let again = IdempotencyKey { fingerprint: [8; 32], answer: b"else".to_vec(), ..key("abc", 9) };
    tx.put_idempotency_key(club, &key("abc", 1)).await.expect("a key");
    tx.put_idempotency_key(club, &again).await.expect("the key again");
    let found = tx.idempotency_key(club, credential(1), "abc").await.expect("a look-up");
    assert_eq!(found, Some(again));
    let removed = tx.remove_idempotency_keys(club, time(1), 10).await.expect("a removal");
    assert_eq!(removed, 0, "it is as old as what is known of it");
}

pub(crate) async fn the_oldest_keys_are_removed_first_a_few_at_a_time(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club", [1, 2]).await;
    let other = community(tx.as_mut(), "other", [3, 4]).await;
    for at in [3, 1, 4, 2] {
        tx.put_idempotency_key(club, &key(&at.to_string(), at)).await.expect("a key");
    }
    let theirs = IdempotencyKey { credential: credential(3), ..key("1", 1) };
    tx.put_idempotency_key(other, &theirs).await.expect("a key");
    for (most, left) in [(2, [false, false, true, true]), (9, [false, false, false, true])] {
        let removed = tx.remove_idempotency_keys(club, time(3), most).await.expect("a removal");
        assert_eq!(removed, if most == 2 { 2 } else { 1 });
        for (at, is_left) in (1..).zip(left) {
            let found = tx.idempotency_key(club, credential(1), &at.to_string()).await.expect("a look-up");
            assert_eq!(found.is_some(), is_left, "{at}");
        }
    }
    let found = tx.idempotency_key(other, credential(3), "1").await.expect("a look-up");
    assert_eq!(found, Some(theirs), "keys of another community stay");
}
