//! The outbox in PostgreSQL.

use async_trait::async_trait;
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId};

use super::codec::{get, time};
use super::tx::PgTx;
use crate::outbox::{OutboxEvent, ReadOutbox, WriteOutbox};
use crate::rank_changes::ReadRankChanges;
use crate::{Result, StorageError};

#[async_trait]
impl ReadOutbox for PgTx {
    async fn pending_events(&mut self, community: CommunityId, limit: u32) -> Result<Vec<OutboxEvent>> {
        let sql = "SELECT id, topic, account, change_number, created_at FROM outbox
             WHERE community = $1 ORDER BY id LIMIT $2";
        let tx = self.on(community).await?;
        tx.all(sql, &[&community.0, &i64::from(limit)], |row| {
            Ok(OutboxEvent {
                id: get(row, 0)?,
                topic: get(row, 1)?,
                account: AccountId(get(row, 2)?),
                change: get::<Option<_>>(row, 3)?.map(ChangeNumber),
                at: time(row, 4)?,
            })
        })
        .await
    }
}

#[async_trait]
impl WriteOutbox for PgTx {
    async fn push_event(&mut self, community: CommunityId, event: &OutboxEvent) -> Result<()> {
        // No foreign keys look after the outbox.
        if self.seen_standing(community, event.account).await?.is_none() {
            return Err(StorageError::Conflict(format!("an event of the account {}", event.account)));
        }
        if let Some(change) = event.change
            && change > self.last_change_number(community).await?
        {
            return Err(StorageError::Conflict(format!("an event of the rank change {change}")));
        }
        self.buffer().events.push((community, event.clone()));
        Ok(())
    }
}
