//! Pruning: the beginning of a community's history goes, and the rest begins after it.
//!
//! First the beginning of the history is moved, at once: from then on no reader finds the changes before it.
//! Then the changes before it are deleted, a portion at a time, so that other writers get their turn.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::chain::ChainHash;
use rankledger_domain::ids::{ChangeNumber, CommunityId, UndoId};
use rankledger_domain::pruning::Reversal;

use crate::Result;

/// The last change that was pruned: the history begins after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrunedHistory {
    /// The last change that went.
    pub number: ChangeNumber,
    /// Its hash, which the first change that is kept is linked to.
    pub hash: ChainHash,
    /// When it was pruned.
    pub at: Timestamp,
}

/// Reading what was pruned, and what could be.
#[async_trait]
pub trait ReadPruning {
    /// Returns the pruned change after which the history begins. `None` if the history is whole.
    async fn pruned_history(&mut self, community: CommunityId) -> Result<Option<PrunedHistory>>;

    /// The last number such that all changes up to it were recorded before this time; 0 if the first was not.
    async fn recorded_before(&mut self, community: CommunityId, time: Timestamp) -> Result<ChangeNumber>;

    /// The reversals of changes up to this number, in the order of what they reverse.
    async fn reversals_up_to(
        &mut self,
        community: CommunityId,
        number: ChangeNumber,
    ) -> Result<Vec<Reversal>>;

    /// Whether a change that was pruned, and that an import had recorded, had this undo id.
    async fn is_pruned_import(&mut self, community: CommunityId, undo_id: UndoId) -> Result<bool>;
}

/// Pruning.
#[async_trait]
pub trait WritePruning {
    /// Lets the history begin after this change. [`crate::StorageError::Conflict`] if the change is not in
    /// the history or is the last of it, or if a change after it reverses one up to it.
    async fn prune(&mut self, community: CommunityId, up_to: ChangeNumber, at: Timestamp) -> Result<()>;

    /// Deletes changes before the beginning of the history, `limit` of them at the most: with a change go its
    /// events, and with the last change of a rollback its report. Returns how many changes were deleted.
    async fn delete_pruned(&mut self, community: CommunityId, limit: u32) -> Result<usize>;
}
