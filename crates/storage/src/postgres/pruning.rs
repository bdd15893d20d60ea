//! Pruning in PostgreSQL.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{ChangeNumber, CommunityId, UndoId};
use rankledger_domain::pruning::Reversal;

use super::codec::{chain_hash, get, time};
use super::rank_changes::IS_KEPT;
use super::tx::PgTx;
use crate::history::{ReadHistory, next_millisecond};
use crate::pruning::{PrunedHistory, ReadPruning, WritePruning};
use crate::rank_changes::ReadRankChanges;
use crate::{Result, StorageError};

#[async_trait]
impl ReadPruning for PgTx {
    async fn pruned_history(&mut self, community: CommunityId) -> Result<Option<PrunedHistory>> {
        let sql = "SELECT pruned_number, pruned_hash, pruned_at FROM ledger_heads
             WHERE community = $1 AND pruned_number > 0";
        let tx = self.on(community).await?;
        tx.one(sql, &[&community.0], |row| {
            Ok(PrunedHistory {
                number: ChangeNumber(get(row, "pruned_number")?),
                hash: chain_hash(row, "pruned_hash")?,
                at: time(row, "pruned_at")?,
            })
        })
        .await
    }

    async fn recorded_before(&mut self, community: CommunityId, time: Timestamp) -> Result<ChangeNumber> {
        let sql = format!(
            "SELECT number FROM rank_changes WHERE community = $1 AND at >= $2 AND {IS_KEPT} ORDER BY number LIMIT 1"
        );
        let from = next_millisecond(time).as_millisecond();
        let first = self.on(community).await?.one(&sql, &[&community.0, &from], |row| get(row, 0)).await?;
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
            "SELECT reverses, number FROM rank_changes WHERE community = $1 AND reverses <= $2 AND {IS_KEPT}
             ORDER BY reverses"
        );
        let tx = self.on(community).await?;
        tx.all(&sql, &[&community.0, &number.0], |row| {
            Ok(Reversal { of: ChangeNumber(get(row, 0)?), by: ChangeNumber(get(row, 1)?) })
        })
        .await
    }

    async fn is_pruned_import(&mut self, community: CommunityId, undo_id: UndoId) -> Result<bool> {
        // Also one that is not deleted yet.
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM pruned_imports WHERE community = $1 AND undo_id = $2)
                 OR EXISTS (SELECT 1 FROM rank_changes WHERE community = $1 AND undo_id = $2 AND NOT {IS_KEPT})"
        );
        let tx = self.on(community).await?;
        let found = tx.one(&sql, &[&community.0, &undo_id.0], |row| get(row, 0)).await?;
        Ok(found.unwrap_or(false))
    }
}

#[async_trait]
impl WritePruning for PgTx {
    async fn prune(&mut self, community: CommunityId, up_to: ChangeNumber, at: Timestamp) -> Result<()> {
        let refuse = |why: &str| Err(StorageError::Conflict(format!("{why} rank change {up_to}")));
        let sql = "SELECT EXISTS
             (SELECT 1 FROM rank_changes WHERE community = $1 AND reverses <= $2 AND number > $2)";
        let tx = self.on(community).await?;
        if tx.one(sql, &[&community.0, &up_to.0], |row| get(row, 0)).await? == Some(true) {
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
        let hash = last_to_go.hash.0.as_slice();
        self.seen.live_changes.forget();
        let tx = self.writing(community).await?;
        tx.run(sql, &[&community.0, &up_to.0, &hash, &at.as_millisecond()]).await.map(drop)
    }

    async fn delete_pruned(&mut self, community: CommunityId, limit: u32) -> Result<usize> {
        let sql = "SELECT max(number) FROM (SELECT number FROM rank_changes
             WHERE community = $1 AND number <= (SELECT pruned_number FROM ledger_heads WHERE community = $1)
             ORDER BY number LIMIT $2) AS portion";
        let tx = self.writing(community).await?;
        let last: Option<Option<i64>> =
            tx.one(sql, &[&community.0, &i64::from(limit)], |row| get(row, 0)).await?;
        let Some(last) = last.flatten() else { return Ok(0) };
        let imports = "INSERT INTO pruned_imports (community, undo_id)
             SELECT community, undo_id FROM rank_changes
             WHERE community = $1 AND number <= $2 AND source = 'import'
             ON CONFLICT DO NOTHING";
        tx.run(imports, &[&community.0, &last]).await?;
        let rollbacks = "DELETE FROM rollbacks r WHERE r.community = $1
                 AND r.batch IN (SELECT batch FROM rank_changes
                     WHERE community = $1 AND number <= $2 AND batch IS NOT NULL)
                 AND NOT EXISTS (SELECT 1 FROM rank_changes kept
                     WHERE kept.community = $1 AND kept.batch = r.batch AND kept.number > $2)";
        tx.run(rollbacks, &[&community.0, &last]).await?;
        let events = "DELETE FROM outbox WHERE community = $1 AND change_number <= $2";
        tx.run(events, &[&community.0, &last]).await?;
        let changes = "DELETE FROM rank_changes WHERE community = $1 AND number <= $2";
        let deleted = tx.run(changes, &[&community.0, &last]).await?;
        Ok(usize::try_from(deleted).unwrap_or(usize::MAX))
    }
}
