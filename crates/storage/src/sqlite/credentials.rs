//! Credentials in SQLite.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::api_key::KeyHash;
use rankledger_domain::credential::{Credential, Scopes};
use rankledger_domain::ids::{CommunityId, CredentialId};
use rankledger_domain::rank::Power;
use rusqlite::{Row, named_params};

use super::codec::{Id, Millis, id, optional_time, time, word};
use super::tx::SqliteTx;
use crate::Result;
use crate::credentials::{ReadCredentials, WriteCredentials};

fn credential(row: &Row<'_>) -> rusqlite::Result<Credential> {
    Ok(Credential {
        id: CredentialId(id(row, "id")?),
        community: CommunityId(row.get("community")?),
        name: row.get("name")?,
        scopes: word(row, "scopes", |names| names.parse::<Scopes>().ok())?,
        power_ceiling: row.get::<_, Option<u32>>("power_ceiling")?.map(Power),
        created_at: time(row, "created_at")?,
        expires_at: optional_time(row, "expires_at")?,
        revoked_at: optional_time(row, "revoked_at")?,
    })
}

#[async_trait]
impl ReadCredentials for SqliteTx {
    async fn credential_by_hash(&mut self, hash: &KeyHash) -> Result<Option<Credential>> {
        if let Some((revision, credential)) = self.cache().credentials.last(hash)
            && self.revision(credential.community)? == Some(revision)
        {
            return Ok(Some(credential));
        }
        let found = self.one("SELECT * FROM credentials WHERE key_hash = ?1", [hash.0], |row| {
            Ok((KeyHash(row.get("key_hash")?), credential(row)?))
        })?;
        let Some((_, credential)) = found.filter(|(stored, _)| stored == hash) else { return Ok(None) };
        if let Some(revision) = self.revision(credential.community)? {
            self.cache().credentials.put(*hash, revision, credential.clone());
        }
        Ok(Some(credential))
    }

    async fn credentials(&mut self, community: CommunityId) -> Result<Vec<Credential>> {
        let sql = "SELECT * FROM credentials WHERE community = ?1 ORDER BY created_at, id";
        self.all(sql, [community.0], credential)
    }
}

#[async_trait]
impl WriteCredentials for SqliteTx {
    async fn insert_credential(&mut self, credential: &Credential, hash: &KeyHash) -> Result<()> {
        self.run(
            "INSERT INTO credentials
                 (community, id, name, key_hash, scopes, power_ceiling, created_at, expires_at, revoked_at)
             VALUES (:community, :id, :name, :key_hash, :scopes, :power_ceiling, :created_at, :expires_at, :revoked_at)",
            named_params! {
                ":community": credential.community.0,
                ":id": Id(credential.id.0),
                ":name": credential.name,
                ":key_hash": hash.0,
                ":scopes": credential.scopes.to_string(),
                ":power_ceiling": credential.power_ceiling.map(|power| power.0),
                ":created_at": Millis(credential.created_at),
                ":expires_at": credential.expires_at.map(Millis),
                ":revoked_at": credential.revoked_at.map(Millis),
            },
        )
        .map(drop)
    }

    async fn revoke_credential(
        &mut self,
        community: CommunityId,
        id: CredentialId,
        at: Timestamp,
    ) -> Result<bool> {
        let revoked = self.run(
            "UPDATE credentials SET revoked_at = ?3 WHERE community = ?1 AND id = ?2 AND revoked_at IS NULL",
            (community.0, Id(id.0), Millis(at)),
        )?;
        Ok(revoked == 1)
    }
}
