//! Pruning in SQLite.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{ChangeNumber, CommunityId, UndoId};
use rankledger_domain::pruning::Reversal;

use super::codec::{Id, Millis, chain_hash, time};
use super::rank_changes::IS_KEPT;
use super::tx::SqliteTx;
use crate::history::{ReadHistory, next_millisecond};
use crate::pruning::{PrunedHistory, ReadPruning, WritePruning};
use crate::rank_changes::ReadRankChanges;
use crate::{Result, StorageError};

#[async_trait]
impl ReadPruning for SqliteTx {
    async fn pruned_history(&mut self, community: CommunityId) -> Result<Option<PrunedHistory>> {
        let sql = "SELECT pruned_number, pruned_hash, pruned_at FROM ledger_heads
             WHERE community = ?1 AND pruned_number > 0";
        self.one(sql, [community.0], |row| {
            Ok(PrunedHistory {
                number: ChangeNumber(row.get("pruned_number")?),
                hash: chain_hash(row, "pruned_hash")?,
                at: time(row, "pruned_at")?,
            })
        })
    }

    async fn recorded_before(&mut self, community: CommunityId, time: Timestamp) -> Result<ChangeNumber> {
        let sql = format!(
            "SELECT number FROM rank_changes WHERE community = ?1 AND at >= ?2 AND {IS_KEPT} ORDER BY number LIMIT 1"
        );
        let first = self.one(&sql, (community.0, Millis(next_millisecond(time))), |row| row.get(0))?;
        match first {
            Some(first) => Ok(ChangeNumber(first).previous()),
            None => self.last_change_number(community).await,
        }
    }

    async fn reversals_up_to(
        &mut self,
        community: CommunityId,
        number: ChangeNumber,
    ) -> Result<Vec<Reversal>> {
        // What reverses a change that is kept is kept, too.
        let sql = format!(
            "SELECT reverses, number FROM rank_changes WHERE community = ?1 AND reverses <= ?2 AND {IS_KEPT}
             ORDER BY reverses"
        );
        self.all(&sql, (community.0, number.0), |row| {
            Ok(Reversal { of: ChangeNumber(row.get(0)?), by: ChangeNumber(row.get(1)?) })
        })
    }

    async fn is_pruned_import(&mut self, community: CommunityId, undo_id: UndoId) -> Result<bool> {
        // Also one that is not deleted yet.
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM pruned_imports WHERE community = ?1 AND undo_id = ?2)
                 OR EXISTS (SELECT 1 FROM rank_changes WHERE community = ?1 AND undo_id = ?2 AND NOT {IS_KEPT})"
        );
        let found = self.one(&sql, (community.0, Id(undo_id.0)), |row| row.get(0))?;
        Ok(found.unwrap_or(false))
    }
}

#[async_trait]
impl WritePruning for SqliteTx {
    async fn prune(&mut self, community: CommunityId, up_to: ChangeNumber, at: Timestamp) -> Result<()> {
        let refuse = |why: &str| Err(StorageError::Conflict(format!("{why} rank change {up_to}")));
        let sql = "SELECT EXISTS
             (SELECT 1 FROM rank_changes WHERE community = ?1 AND reverses <= ?2 AND number > ?2)";
        if self.one(sql, (community.0, up_to.0), |row| row.get(0))? == Some(true) {
            return refuse("a reversal of a change up to");
        }
        let Some(last_to_go) = self.linked_change(community, up_to).await? else {
            return refuse("a history without");
        };
        self.write_heads()?;
        let sql = "UPDATE ledger_heads SET pruned_number = ?2, pruned_hash = ?3, pruned_at = ?4
             WHERE community = ?1 AND last_number > ?2";
        if self.run(sql, (community.0, up_to.0, last_to_go.hash.0, Millis(at)))? == 0 {
            return refuse("a history that ends with");
        }
        Ok(())
    }

    async fn delete_pruned(&mut self, community: CommunityId, limit: u32) -> Result<usize> {
        let sql = "SELECT max(number) FROM (SELECT number FROM rank_changes
             WHERE community = ?1 AND number <= (SELECT pruned_number FROM ledger_heads WHERE community = ?1)
             ORDER BY number LIMIT ?2)";
        let last: Option<i64> = self.one(sql, (community.0, limit), |row| row.get(0))?.flatten();
        let Some(last) = last else { return Ok(0) };
        let portion = (community.0, last);
        self.run(
            "INSERT OR IGNORE INTO pruned_imports (community, undo_id)
             SELECT community, undo_id FROM rank_changes
             WHERE community = ?1 AND number <= ?2 AND source = 'import'",
            portion,
        )?;
        self.run(
            "DELETE FROM rollbacks WHERE community = ?1
                 AND batch IN (SELECT batch FROM rank_changes
                     WHERE community = ?1 AND number <= ?2 AND batch IS NOT NULL)
                 AND NOT EXISTS (SELECT 1 FROM rank_changes kept
                     WHERE kept.community = ?1 AND kept.batch = rollbacks.batch AND kept.number > ?2)",
            portion,
        )?;
        self.run("DELETE FROM outbox WHERE community = ?1 AND change_number <= ?2", portion)?;
        self.run("DELETE FROM rank_changes WHERE community = ?1 AND number <= ?2", portion)
    }
}
