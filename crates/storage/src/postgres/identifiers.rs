//! Identifiers in PostgreSQL.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{AccountId, CommunityId};
use uuid::Uuid;

use super::codec::{get, json_value, optional_time, shared, time};
use super::tx::PgTx;
use crate::identifiers::{Identifier, ReadIdentifiers, WriteIdentifiers};
use crate::{Result, StorageError};

impl PgTx {
    /// Looked up before a verified value is stored: a statement that fails would take the whole transaction
    /// with it.
    async fn refuse_owned(&self, community: CommunityId, identifier: &Identifier) -> Result<()> {
        let sql = "SELECT 1 FROM identifiers
             WHERE community = $1 AND type = $2 AND value = $3 AND verified AND id <> $4";
        let Identifier { id, kind, value, .. } = identifier;
        match self.one(sql, &[&community.0, &kind.as_ref(), value, id], |_| Ok(())).await? {
            Some(()) => Err(StorageError::Conflict(format!("the verified value of identifier {id}"))),
            None => Ok(()),
        }
    }
}

#[async_trait]
impl ReadIdentifiers for PgTx {
    async fn identifiers(&mut self, community: CommunityId, account: AccountId) -> Result<Vec<Identifier>> {
        let sql = "SELECT id, type, value, ref_count, verified, metadata, flag_id, created_at, updated_at
             FROM identifiers WHERE community = $1 AND account = $2 ORDER BY created_at, id";
        let tx = self.on(community).await?;
        tx.all(sql, &[&community.0, &account.0], |row| {
            Ok(Identifier {
                id: get(row, 0)?,
                account,
                kind: shared(row, 1)?,
                value: get(row, 2)?,
                ref_count: get(row, 3)?,
                verified: get(row, 4)?,
                metadata: json_value(row, 5)?,
                flag_id: get(row, 6)?,
                created_at: time(row, 7)?,
                updated_at: optional_time(row, 8)?,
            })
        })
        .await
    }

    async fn identifier_owner(
        &mut self,
        community: CommunityId,
        kind: &str,
        value: &str,
    ) -> Result<Option<AccountId>> {
        let sql =
            "SELECT account FROM identifiers WHERE community = $1 AND type = $2 AND value = $3 AND verified";
        let tx = self.on(community).await?;
        tx.one(sql, &[&community.0, &kind, &value], |row| get(row, 0).map(AccountId)).await
    }

    async fn accounts_linked_to_discord(
        &mut self,
        community: CommunityId,
        discord_id: &str,
    ) -> Result<Vec<AccountId>> {
        let sql = "SELECT id FROM accounts WHERE community = $1 AND discord_id = $2
             UNION
             SELECT account FROM identifiers WHERE community = $1 AND value = $2 AND type = 'discord' AND verified
             LIMIT 2";
        let tx = self.on(community).await?;
        tx.all(sql, &[&community.0, &discord_id], |row| get(row, 0).map(AccountId)).await
    }
}

#[async_trait]
impl WriteIdentifiers for PgTx {
    async fn put_identifier(&mut self, community: CommunityId, identifier: &Identifier) -> Result<()> {
        let sql = "INSERT INTO identifiers AS old
                 (community, id, account, type, value, ref_count, verified, metadata, flag_id, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (community, id) DO UPDATE
             SET type = excluded.type, value = excluded.value, ref_count = excluded.ref_count,
                 verified = excluded.verified, metadata = excluded.metadata, flag_id = excluded.flag_id,
                 updated_at = excluded.updated_at
             WHERE old.account = excluded.account";
        let metadata = identifier.metadata.as_str();
        let created_at = identifier.created_at.as_millisecond();
        let updated_at = identifier.updated_at.map(Timestamp::as_millisecond);
        let tx = self.writing(community).await?;
        if identifier.verified {
            tx.refuse_owned(community, identifier).await?;
        }
        let written = tx
            .run(
                sql,
                &[
                    &community.0,
                    &identifier.id,
                    &identifier.account.0,
                    &identifier.kind.as_ref(),
                    &identifier.value,
                    &identifier.ref_count,
                    &identifier.verified,
                    &metadata,
                    &identifier.flag_id,
                    &created_at,
                    &updated_at,
                ],
            )
            .await?;
        match written {
            0 => Err(StorageError::Conflict(format!("identifier {} of another account", identifier.id))),
            _ => Ok(()),
        }
    }

    async fn remove_identifier(&mut self, community: CommunityId, id: Uuid) -> Result<()> {
        let sql = "DELETE FROM identifiers WHERE community = $1 AND id = $2";
        self.writing(community).await?.run(sql, &[&community.0, &id]).await.map(drop)
    }
}
