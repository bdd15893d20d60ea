//! Credentials in PostgreSQL.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::api_key::KeyHash;
use rankledger_domain::credential::{Credential, Scopes};
use rankledger_domain::ids::{CommunityId, CredentialId};
use rankledger_domain::rank::Power;
use tokio_postgres::Row;

use super::codec::{bytes, get, optional_small, optional_time, time, word};
use super::tx::PgTx;
use crate::credentials::{ReadCredentials, WriteCredentials};
use crate::{Result, StorageError};

fn credential(row: &Row) -> Result<Credential> {
    Ok(Credential {
        id: CredentialId(get(row, "id")?),
        community: CommunityId(get(row, "community")?),
        name: get(row, "name")?,
        scopes: word(row, "scopes", |names| names.parse::<Scopes>().ok())?,
        power_ceiling: optional_small(row, "power_ceiling")?.map(Power),
        created_at: time(row, "created_at")?,
        expires_at: optional_time(row, "expires_at")?,
        revoked_at: optional_time(row, "revoked_at")?,
    })
}

#[async_trait]
impl ReadCredentials for PgTx {
    async fn credential_by_hash(&mut self, hash: &KeyHash) -> Result<Option<Credential>> {
        if let Some((revision, credential)) = self.cache().credentials.last(hash)
            && self.revision(credential.community).await? == Some(revision)
        {
            return Ok(Some(credential));
        }
        let sql = "SELECT c.*, o.revision FROM credentials c JOIN communities o ON o.id = c.community
             WHERE c.key_hash = $1";
        let found = self
            .anywhere()
            .await?
            .one(sql, &[&hash.0.as_slice()], |row| {
                Ok((KeyHash(bytes(row, "key_hash")?), credential(row)?, get(row, "revision")?))
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
        self.on(community).await?.all(sql, &[&community.0], credential).await
    }
}

#[async_trait]
impl WriteCredentials for PgTx {
    async fn insert_credential(&mut self, credential: &Credential, hash: &KeyHash) -> Result<()> {
        let sql = "INSERT INTO credentials
                 (community, id, name, key_hash, scopes, power_ceiling, created_at, expires_at, revoked_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT DO NOTHING";
        let scopes = credential.scopes.to_string();
        let power_ceiling = credential.power_ceiling.map(|power| i64::from(power.0));
        let created_at = credential.created_at.as_millisecond();
        let expires_at = credential.expires_at.map(Timestamp::as_millisecond);
        let revoked_at = credential.revoked_at.map(Timestamp::as_millisecond);
        let tx = self.writing(credential.community).await?;
        let stored = tx
            .run(
                sql,
                &[
                    &credential.community.0,
                    &credential.id.0,
                    &credential.name,
                    &hash.0.as_slice(),
                    &scopes,
                    &power_ceiling,
                    &created_at,
                    &expires_at,
                    &revoked_at,
                ],
            )
            .await?;
        if stored == 0 {
            return Err(StorageError::Conflict(format!("the credential {}", credential.id)));
        }
        Ok(())
    }

    async fn revoke_credential(
        &mut self,
        community: CommunityId,
        id: CredentialId,
        at: Timestamp,
    ) -> Result<bool> {
        let sql =
            "UPDATE credentials SET revoked_at = $3 WHERE community = $1 AND id = $2 AND revoked_at IS NULL";
        let tx = self.writing(community).await?;
        let revoked = tx.run(sql, &[&community.0, &id.0, &at.as_millisecond()]).await?;
        Ok(revoked == 1)
    }
}
