//! Rollbacks that were carried out, and their reports.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{BatchId, CommunityId};

use crate::Result;

/// A rollback that was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollback {
    /// Names the changes that it recorded.
    pub batch: BatchId,
    /// When it was carried out.
    pub at: Timestamp,
    /// The report that the client got: JSON.
    pub report: String,
}

/// Reading rollbacks.
#[async_trait]
pub trait ReadRollbacks {
    /// The rollback with this id.
    async fn rollback(&mut self, community: CommunityId, batch: BatchId) -> Result<Option<Rollback>>;
}

/// Writing rollbacks.
#[async_trait]
pub trait WriteRollbacks {
    /// Keeps a rollback. [`crate::StorageError::Conflict`] if its id is taken.
    async fn insert_rollback(&mut self, community: CommunityId, rollback: &Rollback) -> Result<()>;
}
