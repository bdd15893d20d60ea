//! Signing keys in SQLite.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;

use super::tx::SqliteTx;
use crate::Result;
use crate::signing_keys::{ReadSigningKeys, SigningSecret, WriteSigningKeys};

#[async_trait]
impl ReadSigningKeys for SqliteTx {
    async fn signing_secret(&mut self, community: CommunityId) -> Result<Option<SigningSecret>> {
        let sql = "SELECT secret FROM signing_keys WHERE community = ?1";
        self.one(sql, [community.0], |row| row.get("secret"))
    }
}

#[async_trait]
impl WriteSigningKeys for SqliteTx {
    async fn insert_signing_secret(&mut self, community: CommunityId, secret: SigningSecret) -> Result<()> {
        let sql = "INSERT INTO signing_keys (community, secret) VALUES (?1, ?2)";
        self.run(sql, (community.0, secret)).map(drop)
    }
}
