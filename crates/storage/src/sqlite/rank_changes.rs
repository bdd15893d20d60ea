//! The ledger in SQLite.

use async_trait::async_trait;
use rankledger_domain::chain::{self, ChainHash};
use rankledger_domain::ids::{AccountId, BatchId, ChangeNumber, CommunityId, CredentialId, LogId, UndoId};
use rankledger_domain::rank_change::{ChangeKind, RankChange, Source};
use rankledger_domain::transition::Transition;
use rusqlite::{Row, named_params};

use super::codec::{Id, Millis, flag, held_ranks, held_ranks_to_json, id, optional_flag, time, word};
use super::tx::SqliteTx;
use crate::history::ReadHistory;
use crate::rank_changes::{ReadRankChanges, WriteRankChanges};
use crate::{Result, StorageError};

/// The condition that a change is in the history: a pruned one may still have a row.
pub(super) const IS_KEPT: &str = "number > (SELECT pruned_number FROM ledger_heads WHERE community = ?1)";

pub(super) fn rank_change(row: &Row<'_>) -> rusqlite::Result<RankChange> {
    Ok(RankChange {
        number: ChangeNumber(row.get("number")?),
        undo_id: UndoId(id(row, "undo_id")?),
        log_id: LogId(id(row, "log_id")?),
        account: AccountId(id(row, "account")?),
        at: time(row, "at")?,
        transition: Transition {
            before: held_ranks(row, "ranks_before")?,
            after: held_ranks(row, "ranks_after")?,
            status_before: flag(row, "status_before")?,
            status_after: flag(row, "status_after")?,
            active: optional_flag(row, "active")?,
        },
        kind: word(row, "kind", ChangeKind::parse)?,
        source: word(row, "source", Source::parse)?,
        actor: row.get::<_, Option<Id>>("actor")?.map(|id| AccountId(id.0)),
        credential: row.get::<_, Option<Id>>("credential")?.map(|id| CredentialId(id.0)),
        reason: row.get("reason")?,
        batch: row.get::<_, Option<Id>>("batch")?.map(|id| BatchId(id.0)),
        reverses: row.get::<_, Option<i64>>("reverses")?.map(ChangeNumber),
        reversed_by: row.get::<_, Option<i64>>("reversed_by")?.map(ChangeNumber),
    })
}

#[async_trait]
impl ReadRankChanges for SqliteTx {
    async fn rank_change(
        &mut self,
        community: CommunityId,
        number: ChangeNumber,
    ) -> Result<Option<RankChange>> {
        let sql = format!("SELECT * FROM rank_changes WHERE community = ?1 AND number = ?2 AND {IS_KEPT}");
        self.one(&sql, (community.0, number.0), rank_change)
    }

    async fn rank_change_by_undo_id(
        &mut self,
        community: CommunityId,
        undo_id: UndoId,
    ) -> Result<Option<RankChange>> {
        let sql = format!("SELECT * FROM rank_changes WHERE community = ?1 AND undo_id = ?2 AND {IS_KEPT}");
        self.one(&sql, (community.0, Id(undo_id.0)), rank_change)
    }

    async fn live_changes_after(
        &mut self,
        community: CommunityId,
        account: AccountId,
        number: ChangeNumber,
    ) -> Result<Vec<RankChange>> {
        let sql = format!(
            "SELECT * FROM rank_changes
             WHERE community = ?1 AND account = ?2 AND number > ?3 AND reversed_by IS NULL AND kind <> 'undo'
                 AND {IS_KEPT}
             ORDER BY number"
        );
        self.all(&sql, (community.0, Id(account.0), number.0), rank_change)
    }

    async fn last_change_number(&mut self, community: CommunityId) -> Result<ChangeNumber> {
        let sql = "SELECT last_number FROM ledger_heads WHERE community = ?1";
        let number = self.one(sql, [community.0], |row| row.get("last_number"))?;
        Ok(ChangeNumber(number.unwrap_or(0)))
    }
}

impl SqliteTx {
    fn insert_rank_change(&self, community: CommunityId, change: &RankChange, hash: ChainHash) -> Result<()> {
        self.run(
            "INSERT INTO rank_changes
                 (community, number, undo_id, log_id, account, at, ranks_before, ranks_after, status_before,
                  status_after, active, kind, source, actor, credential, reason, reverses, batch,
                  hash)
             VALUES
                 (:community, :number, :undo_id, :log_id, :account, :at, :ranks_before, :ranks_after, :status_before,
                  :status_after, :active, :kind, :source, :actor, :credential, :reason, :reverses, :batch,
                  :hash)",
            named_params! {
                ":community": community.0,
                ":number": change.number.0,
                ":undo_id": Id(change.undo_id.0),
                ":log_id": Id(change.log_id.0),
                ":account": Id(change.account.0),
                ":at": Millis(change.at),
                ":ranks_before": held_ranks_to_json(&change.transition.before),
                ":ranks_after": held_ranks_to_json(&change.transition.after),
                ":status_before": change.transition.status_before,
                ":status_after": change.transition.status_after,
                ":active": change.transition.active,
                ":kind": change.kind.as_str(),
                ":source": change.source.as_str(),
                ":actor": change.actor.map(|id| Id(id.0)),
                ":credential": change.credential.map(|id| Id(id.0)),
                ":reason": change.reason,
                ":reverses": change.reverses.map(|number| number.0),
                ":batch": change.batch.map(|id| Id(id.0)),
                ":hash": hash.0,
            },
        )
        .map(drop)
    }
}

#[async_trait]
impl WriteRankChanges for SqliteTx {
    async fn append_rank_change(&mut self, community: CommunityId, change: &RankChange) -> Result<()> {
        let head = self.ledger_head(community).await?;
        if change.number != head.number.next() {
            return Err(StorageError::Conflict(format!("rank change number {}", change.number)));
        }
        let hash = chain::link(head.hash, change);
        self.run(
            "UPDATE ledger_heads SET last_number = ?2, last_hash = ?3 WHERE community = ?1",
            (community.0, change.number.0, hash.0),
        )?;
        self.insert_rank_change(community, change, hash)?;
        if let Some(reversed) = change.reverses {
            let marked = self.run(
                &format!(
                    "UPDATE rank_changes SET reversed_by = ?3
                     WHERE community = ?1 AND number = ?2 AND reversed_by IS NULL AND {IS_KEPT}"
                ),
                (community.0, reversed.0, change.number.0),
            )?;
            if marked == 0 {
                return Err(StorageError::Conflict(format!("a reversal of rank change {reversed}")));
            }
        }
        Ok(())
    }
}
