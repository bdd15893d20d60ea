//! The keys that sign the checkpoints of communities.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;

use crate::Result;

/// The secret half of an Ed25519 key.
pub type SigningSecret = [u8; 32];

/// Reading signing keys.
#[async_trait]
pub trait ReadSigningKeys {
    /// The key of a community, if it has one yet.
    async fn signing_secret(&mut self, community: CommunityId) -> Result<Option<SigningSecret>>;
}

/// Writing signing keys.
#[async_trait]
pub trait WriteSigningKeys {
    /// Keeps the key of a community. [`crate::StorageError::Conflict`] if it has one.
    async fn insert_signing_secret(&mut self, community: CommunityId, secret: SigningSecret) -> Result<()>;
}
