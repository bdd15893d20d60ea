//! The ledger: recorded rank changes.

use async_trait::async_trait;
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId, UndoId};
use rankledger_domain::rank_change::RankChange;

use crate::Result;
use crate::transfer::{Table, tables};

/// The tables of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    rank_changes: [community Int, number Int]
        undo_id Id, log_id Id, account Id, previous Int, at Int, ranks_before Bytes, ranks_after Bytes,
        status_before Bool, status_after Bool, active Bool, kind Text, source Text, actor Id, credential Id, reason Text,
        batch Id, reverses Int, reversed_by Int, hash Bytes;
    undo_ids: [community Int, undo_id Id] number Int;
};

/// The columns of a rank change, in the order in which both databases read them, then its hash, and
/// the number of the account's change before it.
pub(crate) const COLUMNS: &str =
    "number, undo_id, log_id, account, at, ranks_before, ranks_after, status_before,
    status_after, active, kind, source, actor, credential, reason, batch, reverses, reversed_by, hash, previous";

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

    /// Hands the live changes of an account after this number to `look`, newest first, as long as that says
    /// to go on. An account may have any number of them.
    async fn look_back(
        &mut self,
        community: CommunityId,
        account: AccountId,
        after: ChangeNumber,
        look: &mut (dyn FnMut(RankChange) -> bool + Send),
    ) -> Result<()>;

    /// The number of the community's last change; 0 before the first.
    async fn last_change_number(&mut self, community: CommunityId) -> Result<ChangeNumber>;
}

/// Writing the ledger.
#[async_trait]
pub trait WriteRankChanges {
    /// Records a change and carries its transition out: the ranks held, the status, and one version more. Its
    /// number is the one after the last. If it reverses another, that one is marked as reversed by it.
    /// [`crate::StorageError::Conflict`] if the change that it reverses is reversed already or is not in the
    /// history, and, at the latest when the transaction commits, if its undo id is taken.
    async fn append_rank_change(&mut self, community: CommunityId, change: &RankChange) -> Result<()>;
}
