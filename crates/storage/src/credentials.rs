//! Credentials, found by the hash of their key.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::api_key::KeyHash;
use rankledger_domain::credential::Credential;
use rankledger_domain::ids::{CommunityId, CredentialId};

use crate::Result;

/// Reading credentials.
#[async_trait]
pub trait ReadCredentials {
    /// Returns the credential whose key has this hash, of whatever community: the credential says which
    /// community a request is about. `None` if no key has this hash.
    async fn credential_by_hash(&mut self, hash: &KeyHash) -> Result<Option<Credential>>;

    /// All credentials of a community, oldest first.
    async fn credentials(&mut self, community: CommunityId) -> Result<Vec<Credential>>;
}

/// Writing credentials.
#[async_trait]
pub trait WriteCredentials {
    /// Stores a credential. [`crate::StorageError::Conflict`] if its key is stored already.
    async fn insert_credential(&mut self, credential: &Credential, hash: &KeyHash) -> Result<()>;

    /// Revokes a credential. Returns whether there was one that was not revoked before.
    async fn revoke_credential(
        &mut self,
        community: CommunityId,
        id: CredentialId,
        at: Timestamp,
    ) -> Result<bool>;
}
