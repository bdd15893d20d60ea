//! Writing the outbox in PostgreSQL: events are buffered, so that a change costs no round trip of its own.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;

use super::tx::PgTx;
use crate::outbox::{OutboxEvent, WriteOutbox};
use crate::rank_changes::ReadRankChanges;
use crate::{Result, StorageError};

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
