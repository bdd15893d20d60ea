//! Pruning: the beginning of a community's history goes, and the rest begins after it.
//!
//! First the beginning of the history is moved, at once: from then on no reader finds the changes before it.
//! Then the changes before it are deleted, a portion at a time, so that other writers get their turn.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::chain::ChainHash;
use rankledger_domain::ids::{ChangeNumber, CommunityId, UndoId};
use rankledger_domain::pruning::Reversal;

use crate::change_times;
use crate::history::ReadHistory;
use crate::rank_changes::ReadRankChanges;
use crate::sql::value::params;
use crate::sql::{HAS_UNDO_ID, IS_KEPT, SqlTx};
use crate::transfer::{Table, tables};
use crate::{Result, StorageError};

/// The table of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    pruned_imports: [community Int, undo_id Id];
};

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

    /// Deletes changes before the beginning of the history, `limit` of them at the most; with the last change
    /// of a rollback goes its report. Returns how many changes were deleted.
    async fn delete_pruned(&mut self, community: CommunityId, limit: u32) -> Result<usize>;
}

#[async_trait]
impl<T: SqlTx + ReadRankChanges> ReadPruning for T {
    async fn pruned_history(&mut self, community: CommunityId) -> Result<Option<PrunedHistory>> {
        let sql = "SELECT pruned_number, pruned_hash, pruned_at FROM ledger_heads
             WHERE community = $1 AND pruned_number > 0";
        let tx = self.on(community).await?;
        tx.one(sql, params![community], |row| {
            Ok(PrunedHistory {
                number: row.get("pruned_number")?,
                hash: row.get("pruned_hash")?,
                at: row.get("pruned_at")?,
            })
        })
        .await
    }

    async fn recorded_before(&mut self, community: CommunityId, time: Timestamp) -> Result<ChangeNumber> {
        let first = change_times::first_since(self, community, time).await?;
        match first {
            Some(first) => Ok(ChangeNumber::previous(first)),
            None => self.last_change_number(community).await,
        }
    }

    async fn reversals_up_to(
        &mut self,
        community: CommunityId,
        number: ChangeNumber,
    ) -> Result<Vec<Reversal>> {
        let sql = format!(
            "SELECT number, reversed_by FROM rank_changes
             WHERE community = $1 AND number <= $2 AND reversed_by IS NOT NULL AND {IS_KEPT}
             ORDER BY number"
        );
        let tx = self.on(community).await?;
        tx.all(&sql, params![community, number], |row| Ok(Reversal { of: row.get(0)?, by: row.get(1)? }))
            .await
    }

    async fn is_pruned_import(&mut self, community: CommunityId, undo_id: UndoId) -> Result<bool> {
        // A pruned change may still have its row.
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM pruned_imports WHERE community = $1 AND undo_id = $2)
                 OR EXISTS (SELECT 1 FROM rank_changes WHERE {HAS_UNDO_ID} AND NOT {IS_KEPT})"
        );
        let tx = self.on(community).await?;
        let found = tx.one(&sql, params![community, undo_id, undo_id.number()], |row| row.get(0)).await?;
        Ok(found.unwrap_or(false))
    }
}

#[async_trait]
impl<T: SqlTx + ReadHistory + ReadRankChanges> WritePruning for T {
    async fn prune(&mut self, community: CommunityId, up_to: ChangeNumber, at: Timestamp) -> Result<()> {
        let refuse = |why: &str| Err(StorageError::Conflict(format!("{why} rank change {up_to}")));
        let sql = "SELECT EXISTS
             (SELECT 1 FROM rank_changes WHERE community = $1 AND number <= $2 AND reversed_by > $2)";
        let tx = self.on(community).await?;
        if tx.one(sql, params![community, up_to], |row| row.get(0)).await? == Some(true) {
            return refuse("a reversal of a change up to");
        }
        let Some(last_to_go) = self.linked_change(community, up_to).await? else {
            return refuse("a history without");
        };
        if self.last_change_number(community).await? <= up_to {
            return refuse("a history that ends with");
        }
        let sql = "UPDATE ledger_heads SET pruned_number = $2, pruned_hash = $3, pruned_at = $4
             WHERE community = $1";
        let tx = self.writing(community).await?;
        tx.run(sql, params![community, up_to, last_to_go.hash, at]).await?;
        tx.history_pruned();
        Ok(())
    }

    async fn delete_pruned(&mut self, community: CommunityId, limit: u32) -> Result<usize> {
        let sql = "SELECT max(number) FROM (SELECT number FROM rank_changes
             WHERE community = $1 AND number <= (SELECT pruned_number FROM ledger_heads WHERE community = $1)
             ORDER BY number LIMIT $2) AS portion";
        let tx = self.writing(community).await?;
        let last: Option<Option<i64>> = tx.one(sql, params![community, limit], |row| row.get(0)).await?;
        let Some(last) = last.flatten() else { return Ok(0) };
        let imports = "INSERT INTO pruned_imports (community, undo_id)
             SELECT community, undo_id FROM rank_changes
             WHERE community = $1 AND number <= $2 AND source = 'import'
             ON CONFLICT DO NOTHING";
        tx.run(imports, params![community, last]).await?;
        for of_changes in [
            "DELETE FROM rollbacks WHERE community = $1 AND last_number <= $2",
            "DELETE FROM undo_ids WHERE community = $1 AND undo_id IN
                 (SELECT undo_id FROM rank_changes WHERE community = $1 AND number <= $2)",
            "DELETE FROM change_times WHERE community = $1 AND thousand * 1000 + 1000 <= $2",
        ] {
            tx.run(of_changes, params![community, last]).await?;
        }
        let changes = "DELETE FROM rank_changes WHERE community = $1 AND number <= $2";
        let deleted = tx.run(changes, params![community, last]).await?;
        Ok(usize::try_from(deleted).unwrap_or(usize::MAX))
    }
}
