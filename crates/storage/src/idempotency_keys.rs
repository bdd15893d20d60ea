//! Idempotency keys: the answers to requests that may be sent again.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{CommunityId, CredentialId};

use crate::Result;
use crate::transfer::{Table, tables};

/// The table of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    idempotency_keys: [community Int, credential Id, key Text] fingerprint Bytes, answer Bytes, created_at Int;
};

/// A key that a client has given to a request, and what became of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The credential that sent it. Keys of others are other keys.
    pub credential: CredentialId,
    /// The key, as the client chose it.
    pub key: String,
    /// SHA-256 hash of the request, which distinguishes it from others.
    pub fingerprint: [u8; 32],
    /// The answer, in the form of the caller that stored it.
    pub answer: Vec<u8>,
    /// When it was answered.
    pub created_at: Timestamp,
}

/// Reading idempotency keys.
#[async_trait]
pub trait ReadIdempotencyKeys {
    /// Returns what is stored of this key, however old it is. `None` if the key is not stored.
    async fn idempotency_key(
        &mut self,
        community: CommunityId,
        credential: CredentialId,
        key: &str,
    ) -> Result<Option<IdempotencyKey>>;
}

/// Writing idempotency keys.
#[async_trait]
pub trait WriteIdempotencyKeys {
    /// Stores a key, in the place of what was known of it.
    async fn put_idempotency_key(&mut self, community: CommunityId, key: &IdempotencyKey) -> Result<()>;

    /// Removes keys that were stored at this time or before it, the oldest first, `most` at most. Returns the
    /// number of removed keys.
    async fn remove_idempotency_keys(
        &mut self,
        community: CommunityId,
        until: Timestamp,
        most: u32,
    ) -> Result<usize>;
}
