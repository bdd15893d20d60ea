//! Signing keys.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;

use super::value::params;
use super::{SqlTx, refuse_unwritten};
use crate::Result;
use crate::signing_keys::{ReadSigningKeys, SigningSecret, WriteSigningKeys};

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
