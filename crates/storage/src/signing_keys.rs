//! The keys that sign the checkpoints of communities.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;

use crate::Result;
use crate::sql::value::params;
use crate::sql::{SqlTx, refuse_unwritten};
use crate::transfer::{Table, tables};

/// The table of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    signing_keys: [community Int] secret Bytes;
};

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

#[async_trait]
impl<T: SqlTx> ReadSigningKeys for T {
    async fn signing_secret(&mut self, community: CommunityId) -> Result<Option<SigningSecret>> {
        let sql = "SELECT secret FROM signing_keys WHERE community = $1";
        self.on(community).await?.one(sql, params![community], |row| row.get("secret")).await
    }
}

#[async_trait]
impl<T: SqlTx> WriteSigningKeys for T {
    async fn insert_signing_secret(&mut self, community: CommunityId, secret: SigningSecret) -> Result<()> {
        let sql = "INSERT INTO signing_keys (community, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        let written = self.writing(community).await?.run(sql, params![community, secret]).await?;
        refuse_unwritten(written, || format!("the signing key of community {}", community.0))
    }
}
