//! The ledger: recorded rank changes.

use async_trait::async_trait;
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId, UndoId};
use rankledger_domain::rank_change::RankChange;

use crate::Result;
use crate::transfer::{Table, tables};

/// The table of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    rank_changes: [community Int, number Int]
        undo_id Id, log_id Id, account Id, at Int, ranks_before Text, ranks_after Text, status_before Bool,
        status_after Bool, active Bool, kind Text, source Text, actor Id, credential Id, reason Text, reverses Int,
        reversed_by Int, hash Bytes, batch Id;
};

/// Reading the ledger.
#[async_trait]
pub trait ReadRankChanges {
    /// The change with this number.
    async fn rank_change(
        &mut self,
        community: CommunityId,
        number: ChangeNumber,
    ) -> Result<Option<RankChange>>;

    /// The change with this undo id.
    async fn rank_change_by_undo_id(
        &mut self,
        community: CommunityId,
        undo_id: UndoId,
    ) -> Result<Option<RankChange>>;

    /// The live changes of an account after this number, oldest first.
    async fn live_changes_after(
        &mut self,
        community: CommunityId,
        account: AccountId,
        number: ChangeNumber,
    ) -> Result<Vec<RankChange>>;

    /// The number of the community's last change; 0 before the first.
    async fn last_change_number(&mut self, community: CommunityId) -> Result<ChangeNumber>;
}

/// Writing the ledger.
#[async_trait]
pub trait WriteRankChanges {
    /// Records a change. Its number is the one after the last. If it reverses another, that one is marked as
    /// reversed by it. [`crate::StorageError::Conflict`] if the change that it reverses is reversed already
    /// or is not in the history, and, at the latest when the transaction commits, if its undo id is taken.
    async fn append_rank_change(&mut self, community: CommunityId, change: &RankChange) -> Result<()>;
}
