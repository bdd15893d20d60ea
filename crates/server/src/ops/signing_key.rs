//! The key that a community's checkpoints are signed with: made when the first is asked for.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;
use rankledger_storage::signing_keys::SigningSecret;

use super::Command;
use super::OpError;
use super::Work;

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
