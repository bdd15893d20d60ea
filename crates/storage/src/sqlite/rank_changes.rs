//! The ledger in SQLite, which writes each change at once. PostgreSQL buffers changes, and sends them
//! together before the commit.

use async_trait::async_trait;
use rankledger_domain::chain::{self, ChainHash};
use rankledger_domain::ids::{AccountId, BatchId, ChangeNumber, CommunityId, CredentialId, LogId, UndoId};
use rankledger_domain::rank_change::{ChangeKind, RankChange, Source};
use rankledger_domain::transition::Transition;
use rusqlite::{Row, params};

use super::codec::{Id, Millis, chain_hash, flag, held_ranks, id, optional_flag, time, word};
use super::tx::SqliteTx;
use crate::history::{LedgerHead, LinkedChange, ReadHistory};
use crate::rank_changes::{ReadRankChanges, WriteRankChanges};
use crate::{Result, StorageError, grants_json};

/// The condition that a change is in the history: a pruned one may still have a row.
pub(super) const IS_KEPT: &str = "number > (SELECT pruned_number FROM ledger_heads WHERE community = ?1)";

/// The columns of a rank change, in the order in which [`rank_change`] reads them, and then its hash.
pub(super) const COLUMNS: &str =
    "number, undo_id, log_id, account, at, ranks_before, ranks_after, status_before,
    status_after, active, kind, source, actor, credential, reason, batch, reverses, reversed_by, hash";

/// Reads a row of [`COLUMNS`].
pub(super) fn rank_change(row: &Row<'_>) -> rusqlite::Result<RankChange> {
    Ok(RankChange {
        number: ChangeNumber(row.get(0)?),
        undo_id: UndoId(id(row, 1)?),
        log_id: LogId(id(row, 2)?),
        account: AccountId(id(row, 3)?),
        at: time(row, 4)?,
        transition: Transition {
            before: held_ranks(row, 5)?,
            after: held_ranks(row, 6)?,
            status_before: flag(row, 7)?,
            status_after: flag(row, 8)?,
            active: optional_flag(row, 9)?,
        },
        kind: word(row, 10, ChangeKind::parse)?,
        source: word(row, 11, Source::parse)?,
        actor: row.get::<_, Option<Id>>(12)?.map(|id| AccountId(id.0)),
        credential: row.get::<_, Option<Id>>(13)?.map(|id| CredentialId(id.0)),
        reason: row.get(14)?,
        batch: row.get::<_, Option<Id>>(15)?.map(|id| BatchId(id.0)),
        reverses: row.get::<_, Option<i64>>(16)?.map(ChangeNumber),
        reversed_by: row.get::<_, Option<i64>>(17)?.map(ChangeNumber),
    })
}

/// Reads a row of [`COLUMNS`], with its hash.
pub(super) fn linked_change(row: &Row<'_>) -> rusqlite::Result<LinkedChange> {
    Ok(LinkedChange { change: rank_change(row)?, hash: chain_hash(row, 18)? })
}

#[async_trait]
impl ReadRankChanges for SqliteTx {
    async fn rank_change(
        &mut self,
        community: CommunityId,
        number: ChangeNumber,
    ) -> Result<Option<RankChange>> {
        let sql =
            format!("SELECT {COLUMNS} FROM rank_changes WHERE community = ?1 AND number = ?2 AND {IS_KEPT}");
        self.one(&sql, (community.0, number.0), rank_change)
    }

    async fn rank_change_by_undo_id(
        &mut self,
        community: CommunityId,
        undo_id: UndoId,
    ) -> Result<Option<RankChange>> {
        let sql =
            format!("SELECT {COLUMNS} FROM rank_changes WHERE community = ?1 AND undo_id = ?2 AND {IS_KEPT}");
        self.one(&sql, (community.0, Id(undo_id.0)), rank_change)
    }

    async fn live_changes_after(
        &mut self,
        community: CommunityId,
        account: AccountId,
        number: ChangeNumber,
    ) -> Result<Vec<RankChange>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM rank_changes
             WHERE community = ?1 AND account = ?2 AND number > ?3 AND reversed_by IS NULL AND kind <> 'undo'
                 AND {IS_KEPT}
             ORDER BY number"
        );
        self.all(&sql, (community.0, Id(account.0), number.0), rank_change)
    }

    async fn last_change_number(&mut self, community: CommunityId) -> Result<ChangeNumber> {
        if let Some(head) = self.heads().get(community) {
            return Ok(head.number);
        }
        let sql = "SELECT last_number FROM ledger_heads WHERE community = ?1";
        let number = self.one(sql, [community.0], |row| row.get("last_number"))?;
        Ok(ChangeNumber(number.unwrap_or(0)))
    }
}

impl SqliteTx {
    fn insert_rank_change(&self, community: CommunityId, change: &RankChange, hash: ChainHash) -> Result<()> {
        let transition = &change.transition;
        self.run(
            "INSERT INTO rank_changes
                 (community, number, undo_id, log_id, account, at, ranks_before, ranks_after, status_before,
                  status_after, active, kind, source, actor, credential, reason, batch, reverses, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
            params![
                community.0,
                change.number.0,
                Id(change.undo_id.0),
                Id(change.log_id.0),
                Id(change.account.0),
                Millis(change.at),
                grants_json::write(&transition.before),
                grants_json::write(&transition.after),
                transition.status_before,
                transition.status_after,
                transition.active,
                change.kind.as_str(),
                change.source.as_str(),
                change.actor.map(|id| Id(id.0)),
                change.credential.map(|id| Id(id.0)),
                change.reason,
                change.batch.map(|id| Id(id.0)),
                change.reverses.map(|number| number.0),
                hash.0,
            ],
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
        self.heads().move_to(community, LedgerHead { number: change.number, hash });
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
