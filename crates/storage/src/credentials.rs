//! Credentials, found by the hash of their key.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::api_key::KeyHash;
use rankledger_domain::credential::{Credential, RateFactor, Scopes};
use rankledger_domain::ids::{CommunityId, CredentialId};

use crate::console_sessions::WriteConsoleSessions;
use crate::sql::value::params;
use crate::sql::{Row, SqlTx, refuse_unwritten};
use crate::transfer::{Table, tables};
use crate::{Result, StorageError};

/// The table of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    credentials: [community Int, id Id]
        name Text, key_hash Bytes, scopes Text, power_ceiling Int, created_at Int, expires_at Int, revoked_at Int, made_by Id,
        rate_factor Int;
};

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

    /// Sets the rate factor of a credential. Returns whether there is one.
    async fn set_rate_factor(
        &mut self,
        community: CommunityId,
        id: CredentialId,
        factor: RateFactor,
    ) -> Result<bool>;

    /// Revokes a credential, and ends its sessions of the console. Returns whether there was one that was not
    /// revoked before.
    async fn revoke_credential(
        &mut self,
        community: CommunityId,
        id: CredentialId,
        at: Timestamp,
    ) -> Result<bool>;
}

fn credential(row: &Row<'_>) -> Result<Credential> {
    Ok(Credential {
        id: row.get("id")?,
        community: row.get("community")?,
        name: row.get("name")?,
        scopes: row.word("scopes", |names| names.parse::<Scopes>().ok())?,
        power_ceiling: row.get("power_ceiling")?,
        rate_factor: rate_factor(row.get("rate_factor")?)?,
        created_at: row.get("created_at")?,
        made_by: row.get("made_by")?,
        expires_at: row.get("expires_at")?,
        revoked_at: row.get("revoked_at")?,
    })
}

fn rate_factor(stored: u32) -> Result<RateFactor> {
    let factor = RateFactor::new(stored);
    factor.ok_or_else(|| StorageError::Corrupt(format!("column rate_factor: {stored} is out of range")))
}

#[async_trait]
impl<T: SqlTx> ReadCredentials for T {
    async fn credential_by_hash(&mut self, hash: &KeyHash) -> Result<Option<Credential>> {
        if let Some((revision, credential)) = self.cache().credentials.last(hash)
            && self.revision(credential.community).await? == Some(revision)
        {
            return Ok(Some(credential));
        }
        let sql = "SELECT c.*, o.revision FROM credentials c JOIN communities o ON o.id = c.community
             WHERE c.key_hash = $1";
        let tx = self.anywhere().await?;
        let found = tx
            .one(sql, params![hash], |row| {
                Ok((row.get::<KeyHash>("key_hash")?, credential(row)?, row.get("revision")?))
            })
            .await?;
        let Some((_, credential, revision)) = found.filter(|(stored, ..)| stored == hash) else {
            return Ok(None);
        };
        self.cache().credentials.put(*hash, revision, credential.clone());
        Ok(Some(credential))
    }

    async fn credentials(&mut self, community: CommunityId) -> Result<Vec<Credential>> {
        let sql = "SELECT * FROM credentials WHERE community = $1 ORDER BY created_at, id";
        self.on(community).await?.all(sql, params![community], credential).await
    }
}

#[async_trait]
impl<T: SqlTx> WriteCredentials for T {
    async fn insert_credential(&mut self, credential: &Credential, hash: &KeyHash) -> Result<()> {
        let sql = "INSERT INTO credentials
                 (community, id, name, key_hash, scopes, power_ceiling, created_at, expires_at, revoked_at,
                  made_by, rate_factor)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT DO NOTHING";
        let (scopes, rate_factor) = (credential.scopes.to_string(), credential.rate_factor.get());
        let params = params![
            credential.community,
            credential.id,
            credential.name,
            hash,
            scopes,
            credential.power_ceiling,
            credential.created_at,
            credential.expires_at,
            credential.revoked_at,
            credential.made_by,
            rate_factor,
        ];
        let written = self.writing(credential.community).await?.run(sql, params).await?;
        refuse_unwritten(written, || format!("the credential {}", credential.id))
    }

    async fn set_rate_factor(
        &mut self,
        community: CommunityId,
        id: CredentialId,
        factor: RateFactor,
    ) -> Result<bool> {
        let sql = "UPDATE credentials SET rate_factor = $3 WHERE community = $1 AND id = $2";
        let factor = factor.get();
        let set = self.writing(community).await?.run(sql, params![community, id, factor]).await?;
        Ok(set == 1)
    }

    async fn revoke_credential(
        &mut self,
        community: CommunityId,
        id: CredentialId,
        at: Timestamp,
    ) -> Result<bool> {
        let sql =
            "UPDATE credentials SET revoked_at = $3 WHERE community = $1 AND id = $2 AND revoked_at IS NULL";
        let revoked = self.writing(community).await?.run(sql, params![community, id, at]).await?;
        self.end_sessions_of_key(community, id).await?;
        Ok(revoked == 1)
    }
}
