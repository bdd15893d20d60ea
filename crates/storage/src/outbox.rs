//! The outbox: events to be delivered that are no rank change, written with what they tell of. A rank change
//! is its own event.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId};
use uuid::Uuid;

use crate::rank_changes::ReadRankChanges;
use crate::sql::SqlTx;
use crate::sql::value::params;
use crate::standings::ReadStandings;
use crate::transfer::{Table, tables};
use crate::{Result, StorageError};

/// The table of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    outbox: [community Int, id Id] topic Text, account Id, change_number Int, created_at Int;
};

/// The topic of the event that an account changed, or is to be told of again.
pub const ACCOUNT_UPDATED: &str = "account.updated";

/// The topic of the event that an account was banned.
pub const ACCOUNT_BANNED: &str = "account.banned";

/// The topic of the event that an account was kicked.
pub const ACCOUNT_KICKED: &str = "account.kicked";

/// An event to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEvent {
    /// Names the event.
    pub id: Uuid,
    /// Topic: the kind of the event.
    pub topic: String,
    /// The account that the event is about.
    pub account: AccountId,
    /// The rank change that was recorded with it, if one was.
    pub change: Option<ChangeNumber>,
    /// When it happened.
    pub at: Timestamp,
}

/// Reading the outbox.
#[async_trait]
pub trait ReadOutbox {
    /// The oldest events, `limit` of them at the most.
    async fn pending_events(&mut self, community: CommunityId, limit: u32) -> Result<Vec<OutboxEvent>>;
}

/// Writing the outbox.
#[async_trait]
pub trait WriteOutbox {
    /// Adds an event. [`StorageError::Conflict`] if there is no such account or change.
    async fn push_event(&mut self, community: CommunityId, event: &OutboxEvent) -> Result<()>;
}

#[async_trait]
impl<T: SqlTx> ReadOutbox for T {
    async fn pending_events(&mut self, community: CommunityId, limit: u32) -> Result<Vec<OutboxEvent>> {
        let sql = "SELECT * FROM outbox WHERE community = $1 ORDER BY id LIMIT $2";
        let tx = self.on(community).await?;
        tx.all(sql, params![community, limit], |row| {
            Ok(OutboxEvent {
                id: row.get("id")?,
                topic: row.get("topic")?,
                account: row.get("account")?,
                change: row.get("change_number")?,
                at: row.get("created_at")?,
            })
        })
        .await
    }
}

#[async_trait]
impl<T: SqlTx + ReadRankChanges + ReadStandings> WriteOutbox for T {
    async fn push_event(&mut self, community: CommunityId, event: &OutboxEvent) -> Result<()> {
        let OutboxEvent { id, topic, account, change, at } = event;
        // No foreign keys look after the outbox.
        if self.standing(community, *account).await?.is_none() {
            return Err(StorageError::Conflict(format!("an event of the account {account}")));
        }
        if let Some(change) = *change
            && change > self.last_change_number(community).await?
        {
            return Err(StorageError::Conflict(format!("an event of the rank change {change}")));
        }
        let sql = "INSERT INTO outbox (community, id, topic, account, change_number, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)";
        let tx = self.on(community).await?.writing_beside().await?;
        tx.run(sql, params![community, id, topic, account, change, at]).await.map(drop)
    }
}
