//! Credentials.

use rankledger_domain::api_key::KeyHash;
use rankledger_domain::credential::{Credential, RateFactor};
use rankledger_domain::ids::{CommunityId, CredentialId};
use rankledger_domain::rank::Power;
use rankledger_storage::{Storage, StorageError};

use crate::kit::{begin, new_community, time, uuid};

fn credential(community: CommunityId, number: u128) -> Credential {
    Credential {
        id: CredentialId(uuid(number)),
        community,
        name: format!("bot {number}"),
        scopes: "ranks:write ranks:undo".parse().expect("scopes"),
        power_ceiling: Some(Power(50)),
        rate_factor: RateFactor::new(1000).expect("a factor"),
        created_at: time(i64::try_from(number).expect("a small number")),
        made_by: Some(CredentialId(uuid(7))),
        expires_at: Some(time(100)),
        revoked_at: None,
    }
}

fn hash(first: u8) -> KeyHash {
    let mut bytes = [0; 32];
    bytes[0] = first;
    KeyHash(bytes)
}

pub(crate) async fn a_credential_is_found_by_its_hash(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = tx.insert_community(&new_community("club")).await.expect("a community");
    let full = credential(club, 2);
    let bare = Credential {
        power_ceiling: None,
        rate_factor: RateFactor::ONE,
        made_by: None,
        expires_at: None,
        ..credential(club, 1)
    };
    tx.insert_credential(&full, &hash(1)).await.expect("a credential");
    tx.insert_credential(&bare, &hash(2)).await.expect("a credential");
    assert_eq!(tx.credential_by_hash(&hash(1)).await.expect("a look-up"), Some(full.clone()));
    assert_eq!(tx.credential_by_hash(&hash(2)).await.expect("a look-up"), Some(bare.clone()));
    assert_eq!(tx.credential_by_hash(&hash(3)).await.expect("a look-up"), None);
    assert_eq!(tx.credentials(club).await.expect("a list"), [bare, full]);
}

pub(crate) async fn a_key_is_stored_once(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = tx.insert_community(&new_community("club")).await.expect("a community");
    let other = tx.insert_community(&new_community("other")).await.expect("a community");
    tx.insert_credential(&credential(club, 1), &hash(1)).await.expect("a credential");
    let refused = tx.insert_credential(&credential(other, 2), &hash(1)).await;
    assert!(matches!(refused, Err(StorageError::Conflict(_))), "a key belongs to one community: {refused:?}");
}

pub(crate) async fn a_credential_is_revoked_once(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = tx.insert_community(&new_community("club")).await.expect("a community");
    let other = tx.insert_community(&new_community("other")).await.expect("a community");
    let bot = credential(club, 1);
    tx.insert_credential(&bot, &hash(1)).await.expect("a credential");
    assert!(!tx.revoke_credential(other, bot.id, time(50)).await.expect("an answer"), "not theirs");
    assert!(tx.revoke_credential(club, bot.id, time(50)).await.expect("an answer"));
    assert!(!tx.revoke_credential(club, bot.id, time(60)).await.expect("an answer"), "revoked already");
    let found = tx.credential_by_hash(&hash(1)).await.expect("a look-up").expect("the credential");
    assert_eq!(found.revoked_at, Some(time(50)));
}

pub(crate) async fn the_rate_factor_of_a_credential_is_set(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = tx.insert_community(&new_community("club")).await.expect("a community");
    let other = tx.insert_community(&new_community("other")).await.expect("a community");
    let bot = credential(club, 1);
    tx.insert_credential(&bot, &hash(1)).await.expect("a credential");
    tx.commit().await.expect("a commit");
    let mut tx = begin(storage).await;
    tx.credential_by_hash(&hash(1)).await.expect("a look-up").expect("the credential, which is cached now");
    let factor = RateFactor::new(20).expect("a factor");
    assert!(!tx.set_rate_factor(other, bot.id, factor).await.expect("an answer"), "not theirs");
    assert!(tx.set_rate_factor(club, bot.id, factor).await.expect("an answer"));
    let found = tx.credential_by_hash(&hash(1)).await.expect("a look-up");
    assert_eq!(found, Some(Credential { rate_factor: factor, ..bot }));
}
