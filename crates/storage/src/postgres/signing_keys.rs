//! Signing keys in PostgreSQL.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;

use super::codec::bytes;
use super::tx::PgTx;
use crate::signing_keys::{ReadSigningKeys, SigningSecret, WriteSigningKeys};
use crate::{Result, StorageError};

#[async_trait]
impl ReadSigningKeys for PgTx {
    async fn signing_secret(&mut self, community: CommunityId) -> Result<Option<SigningSecret>> {
        let sql = "SELECT secret FROM signing_keys WHERE community = $1";
        self.on(community).await?.one(sql, &[&community.0], |row| bytes(row, "secret")).await
    }
}

#[async_trait]
impl WriteSigningKeys for PgTx {
    async fn insert_signing_secret(&mut self, community: CommunityId, secret: SigningSecret) -> Result<()> {
        let sql = "INSERT INTO signing_keys (community, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        let secret = secret.as_slice();
        match self.writing(community).await?.run(sql, &[&community.0, &secret]).await? {
            0 => Err(StorageError::Conflict(format!("the signing key of community {}", community.0))),
            _ => Ok(()),
        }
    }
}
