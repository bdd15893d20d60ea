//! The key that a community signs with: its checkpoints, and the plan tokens of its rollbacks. It is made
//! with the community, so that every copy of the database has the key that signed.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;
use rankledger_storage::signing_keys::SigningSecret;
use rankledger_storage::{Storage, WriteTx};

use super::Command;
use super::Ledger;
use super::OpError;
use super::Work;
use crate::system::new_signing_secret;
use crate::wire::problem::Problem;

/// Makes the key of a community that was made in the same transaction.
pub(crate) async fn make_key(tx: &mut dyn WriteTx, community: CommunityId) -> Result<(), OpError> {
    Ok(tx.insert_signing_secret(community, new_secret()?).await?)
}

/// Makes the keys of all communities that have none, because an older version made them.
pub(crate) async fn make_missing_keys(storage: &dyn Storage, ledger: &Ledger) -> Result<(), OpError> {
    let mut tx = storage.read().await?;
    let mut without = Vec::new();
    for community in tx.communities().await? {
        if tx.signing_secret(community.id).await?.is_none() {
            without.push(community.id);
        }
    }
    drop(tx);
    for community in without {
        ledger.submit(KeepSigningKey { community, secret: new_secret()? }).await?;
    }
    Ok(())
}

/// Returns a key that no community has.
pub(crate) fn new_secret() -> Result<SigningSecret, Problem> {
    new_signing_secret().map_err(|error| Problem::internal(&error))
}

/// A request to keep a new key, unless there is one.
#[derive(Clone)]
pub struct KeepSigningKey {
    /// Whose key it is.
    pub community: CommunityId,
    /// The new key.
    pub secret: SigningSecret,
}

#[async_trait]
impl Command for KeepSigningKey {
    /// The key to sign with.
    type Output = SigningSecret;

    fn community(&self) -> Option<CommunityId> {
        Some(self.community)
    }

    async fn run(self, work: &mut Work<'_>) -> Result<SigningSecret, OpError> {
        if let Some(known) = work.tx.signing_secret(self.community).await? {
            return Ok(known);
        }
        work.tx.insert_signing_secret(self.community, self.secret).await?;
        Ok(self.secret)
    }
}
