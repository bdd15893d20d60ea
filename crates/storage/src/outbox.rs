//! The outbox: events to be delivered, written with what they tell of.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{ChangeNumber, CommunityId};
use uuid::Uuid;

use crate::Result;

/// The topic of the event that an account's ranks or status changed.
pub const ACCOUNT_UPDATED: &str = "account.updated";

/// An event to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEvent {
    /// Names the event.
    pub id: Uuid,
    /// What kind of event it is.
    pub topic: String,
    /// The rank change that it tells of.
    pub change: ChangeNumber,
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
    /// Adds an event.
    async fn push_event(&mut self, community: CommunityId, event: &OutboxEvent) -> Result<()>;
}
