//! Identifiers: what ties an account to Discord, Roblox, Steam and the like.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{AccountId, CommunityId};
use uuid::Uuid;

use crate::json::Json;
use crate::sql::value::{Sought, params};
use crate::sql::{SqlTx, refuse_unwritten};
use crate::transfer::{Table, tables};
use crate::{Result, StorageError};

/// The tables of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    identifiers: [community Int, id Id]
        account Id, type Text, value Text, ref_count Int, verified Bool, metadata Text, flag_id Text, created_at Int,
        updated_at Int;
    api_ids: [community Int, account Id, position Int] value Text;
};

/// An identifier of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    /// Names it.
    pub id: Uuid,
    /// Whose it is.
    pub account: AccountId,
    /// `discord`, `roblox`, `steam`, ...
    pub kind: Arc<str>,
    /// The value: for Discord the user's snowflake.
    pub value: Box<str>,
    /// How often it was reported.
    pub ref_count: i64,
    /// Whether it was proved to belong to the account. One owner per verified value in a community.
    pub verified: bool,
    /// An object with whatever came with the identifier.
    pub metadata: Json,
    /// The flag raised on it.
    pub flag_id: Option<Box<str>>,
    /// When it was first seen.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
}

/// Reading identifiers.
#[async_trait]
pub trait ReadIdentifiers {
    /// The identifiers of an account, oldest first.
    async fn identifiers(&mut self, community: CommunityId, account: AccountId) -> Result<Vec<Identifier>>;

    /// The account that owns this value, verified.
    async fn identifier_owner(
        &mut self,
        community: CommunityId,
        kind: &str,
        value: &str,
    ) -> Result<Option<AccountId>>;

    /// The accounts linked to this Discord id, by their row or by a verified identifier. Two at the most:
    /// more than one is all that a caller needs to know.
    async fn accounts_linked_to_discord(
        &mut self,
        community: CommunityId,
        discord_id: &str,
    ) -> Result<Vec<AccountId>>;
}

/// Writing identifiers.
#[async_trait]
pub trait WriteIdentifiers {
    /// Makes an identifier, or brings it up to date. [`crate::StorageError::Conflict`] if another account
    /// owns the value, or has an identifier of this id.
    async fn put_identifier(&mut self, community: CommunityId, identifier: &Identifier) -> Result<()>;

    /// Takes an identifier away.
    async fn remove_identifier(&mut self, community: CommunityId, id: Uuid) -> Result<()>;
}

#[async_trait]
impl<T: SqlTx> ReadIdentifiers for T {
    async fn identifiers(&mut self, community: CommunityId, account: AccountId) -> Result<Vec<Identifier>> {
        let sql = "SELECT id, type, value, ref_count, verified, metadata, flag_id, created_at, updated_at
             FROM identifiers WHERE community = $1 AND account = $2 ORDER BY created_at, id";
        let tx = self.on(community).await?;
        tx.all(sql, params![community, account], |row| {
            Ok(Identifier {
                id: row.get(0)?,
                account,
                kind: row.get(1)?,
                value: row.get(2)?,
                ref_count: row.get(3)?,
                verified: row.get(4)?,
                metadata: row.get(5)?,
                flag_id: row.get(6)?,
                created_at: row.get(7)?,
                updated_at: row.get(8)?,
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
        let sql = format!(
            "SELECT account FROM identifiers WHERE community = $1 AND type = $2 AND value = $3 AND verified = {}",
            T::TRUE
        );
        self.on(community).await?.one(&sql, params![community, kind, value], |row| row.get(0)).await
    }

    async fn accounts_linked_to_discord(
        &mut self,
        community: CommunityId,
        discord_id: &str,
    ) -> Result<Vec<AccountId>> {
        let sql = format!(
            "SELECT id FROM accounts WHERE community = $1 AND discord_id = $2
             UNION
             SELECT account FROM identifiers
             WHERE community = $1 AND value = $2 AND type = 'discord' AND verified = {}
             LIMIT 2",
            T::TRUE
        );
        self.on(community).await?.all(&sql, params![community, Sought(discord_id)], |row| row.get(0)).await
    }
}

/// Refuses a verified value that another identifier has, where the statement itself must not fail.
async fn refuse_owned<T: SqlTx>(tx: &mut T, community: CommunityId, identifier: &Identifier) -> Result<()> {
    let sql = "SELECT 1 FROM identifiers
         WHERE community = $1 AND type = $2 AND value = $3 AND verified AND id <> $4";
    let Identifier { id, kind, value, .. } = identifier;
    match tx.one(sql, params![community, kind, value, id], |_| Ok(())).await? {
        Some(()) => Err(StorageError::Conflict(format!("the verified value of identifier {id}"))),
        None => Ok(()),
    }
}

#[async_trait]
impl<T: SqlTx> WriteIdentifiers for T {
    async fn put_identifier(&mut self, community: CommunityId, identifier: &Identifier) -> Result<()> {
        let sql = "INSERT INTO identifiers AS old
                 (community, id, account, type, value, ref_count, verified, metadata, flag_id, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (community, id) DO UPDATE
             SET type = excluded.type, value = excluded.value, ref_count = excluded.ref_count,
                 verified = excluded.verified, metadata = excluded.metadata, flag_id = excluded.flag_id,
                 updated_at = excluded.updated_at
             WHERE old.account = excluded.account";
        let tx = self.writing(community).await?;
        if identifier.verified && T::FAILS_WHOLE {
            refuse_owned(tx, community, identifier).await?;
        }
        let params = params![
            community,
            identifier.id,
            identifier.account,
            identifier.kind,
            identifier.value,
            identifier.ref_count,
            identifier.verified,
            identifier.metadata,
            identifier.flag_id,
            identifier.created_at,
            identifier.updated_at,
        ];
        let written = tx.run(sql, params).await?;
        refuse_unwritten(written, || format!("identifier {} of another account", identifier.id))
    }

    async fn remove_identifier(&mut self, community: CommunityId, id: Uuid) -> Result<()> {
        let sql = "DELETE FROM identifiers WHERE community = $1 AND id = $2";
        self.writing(community).await?.run(sql, params![community, id]).await.map(drop)
    }
}
