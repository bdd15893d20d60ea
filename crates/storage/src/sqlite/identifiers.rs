//! Identifiers in SQLite.

use async_trait::async_trait;
use rankledger_domain::ids::{AccountId, CommunityId};
use rusqlite::params;
use uuid::Uuid;

use super::codec::{Id, Millis, id, json_value, optional_time, time};
use super::tx::SqliteTx;
use crate::identifiers::{Identifier, ReadIdentifiers, WriteIdentifiers};
use crate::{Result, StorageError};

#[async_trait]
impl ReadIdentifiers for SqliteTx {
    async fn identifiers(&mut self, community: CommunityId, account: AccountId) -> Result<Vec<Identifier>> {
        let sql = "SELECT id, type, value, ref_count, verified, metadata, flag_id, created_at, updated_at
             FROM identifiers WHERE community = ?1 AND account = ?2 ORDER BY created_at, id";
        self.all(sql, (community.0, Id(account.0)), |row| {
            Ok(Identifier {
                id: id(row, 0)?,
                account,
                kind: row.get(1)?,
                value: row.get(2)?,
                ref_count: row.get(3)?,
                verified: row.get(4)?,
                metadata: json_value(row, 5)?,
                flag_id: row.get(6)?,
                created_at: time(row, 7)?,
                updated_at: optional_time(row, 8)?,
            })
        })
    }

    async fn identifier_owner(
        &mut self,
        community: CommunityId,
        kind: &str,
        value: &str,
    ) -> Result<Option<AccountId>> {
        let sql = "SELECT account FROM identifiers WHERE community = ?1 AND type = ?2 AND value = ?3 AND verified = 1";
        self.one(sql, (community.0, kind, value), |row| id(row, "account").map(AccountId))
    }

    async fn accounts_linked_to_discord(
        &mut self,
        community: CommunityId,
        discord_id: &str,
    ) -> Result<Vec<AccountId>> {
        let sql = "SELECT id FROM accounts WHERE community = ?1 AND discord_id = ?2
             UNION
             SELECT account FROM identifiers WHERE community = ?1 AND value = ?2 AND type = 'discord' AND verified = 1
             LIMIT 2";
        self.all(sql, (community.0, discord_id), |row| id(row, "id").map(AccountId))
    }
}

#[async_trait]
impl WriteIdentifiers for SqliteTx {
    async fn put_identifier(&mut self, community: CommunityId, identifier: &Identifier) -> Result<()> {
        let written = self.run(
            "INSERT INTO identifiers
                 (community, id, account, type, value, ref_count, verified, metadata, flag_id, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
             ON CONFLICT (community, id) DO UPDATE
             SET type = excluded.type, value = excluded.value, ref_count = excluded.ref_count,
                 verified = excluded.verified, metadata = excluded.metadata, flag_id = excluded.flag_id,
                 updated_at = excluded.updated_at
             WHERE account = excluded.account",
            params![
                community.0,
                Id(identifier.id),
                Id(identifier.account.0),
                identifier.kind,
                identifier.value,
                identifier.ref_count,
                identifier.verified,
                identifier.metadata.as_str(),
                identifier.flag_id,
                Millis(identifier.created_at),
                identifier.updated_at.map(Millis),
            ],
        )?;
        match written {
            0 => Err(StorageError::Conflict(format!("identifier {} of another account", identifier.id))),
            _ => Ok(()),
        }
    }

    async fn remove_identifier(&mut self, community: CommunityId, id: Uuid) -> Result<()> {
        self.run("DELETE FROM identifiers WHERE community = ?1 AND id = ?2", (community.0, Id(id))).map(drop)
    }
}
