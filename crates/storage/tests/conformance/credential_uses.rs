//! Last uses of credentials.

use rankledger_domain::api_key::KeyHash;
use rankledger_domain::ids::{CommunityId, CredentialId};
use rankledger_storage::{Storage, WriteTx};

use crate::kit::{begin, bot, community, time};

async fn credential(tx: &mut dyn WriteTx, community: CommunityId, number: u8) -> CredentialId {
    let credential = bot(community, number.into());
    tx.insert_credential(&credential, &KeyHash([number; 32])).await.expect("a credential");
    credential.id
}

pub(crate) async fn the_latest_use_of_each_credential_is_kept(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let (club, other) = (community(tx.as_mut(), "club").await, community(tx.as_mut(), "other").await);
    let (bot, game) = (credential(tx.as_mut(), club, 1).await, credential(tx.as_mut(), club, 2).await);
    let theirs = credential(tx.as_mut(), other, 3).await;
    assert_eq!(tx.credential_uses(club).await.expect("a list"), []);
    for (community, id, at) in
        [(club, bot, 50), (club, bot, 70), (club, bot, 60), (club, game, 10), (other, theirs, 20)]
    {
        tx.put_credential_use(community, id, time(at)).await.expect("a use");
    }
    tx.put_credential_use(club, theirs, time(80)).await.expect("another community's is passed over");
    tx.commit().await.expect("a commit");
    let mut tx = storage.read().await.expect("a view");
    let mut uses = tx.credential_uses(club).await.expect("a list");
    uses.sort();
    assert_eq!(uses, [(bot, time(70)), (game, time(10))]);
    assert_eq!(tx.credential_uses(other).await.expect("a list"), [(theirs, time(20))]);
}
