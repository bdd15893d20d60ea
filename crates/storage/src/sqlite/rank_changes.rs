//! The ledger in SQLite, which writes each change at once. PostgreSQL buffers changes, and sends them
//! together before the commit.

use async_trait::async_trait;
use rankledger_domain::chain::{self, ChainHash};
use rankledger_domain::ids::{AccountId, BatchId, ChangeNumber, CommunityId, CredentialId, LogId, UndoId};
use rankledger_domain::rank_change::{ChangeKind, RankChange, Source};
use rankledger_domain::transition::Transition;
use rusqlite::types::ValueRef;
use rusqlite::{Row, params};

use super::codec::{Id, Millis, chain_hash, flag, held_ranks, id, optional_flag, time, word};
use super::tx::SqliteTx;
use crate::accounts::no_standing;
use crate::history::{LedgerHead, LinkedChange, ReadHistory};
use crate::pruning::ReadPruning;
use crate::rank_changes::{COLUMNS, ReadRankChanges, WriteRankChanges};
use crate::sql::HAS_UNDO_ID;
use crate::{Result, StorageError, change_times, grants_bytes};

/// The condition that a change is in the history: a pruned one may still have a row.
const IS_KEPT: &str = "number > (SELECT pruned_number FROM ledger_heads WHERE community = ?1)";

/// The condition that a change has an undo id, of which the parameters are numbered.
fn has_undo_id() -> String {
    HAS_UNDO_ID.replace('$', "?")
}

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

/// The last of [`COLUMNS`].
const PREVIOUS: usize = 19;

/// Reads a row of [`COLUMNS`], with its links.
pub(super) fn linked_change(row: &Row<'_>) -> rusqlite::Result<LinkedChange> {
    let previous = ChangeNumber(row.get(PREVIOUS)?);
    Ok(LinkedChange { change: rank_change(row)?, previous, hash: chain_hash(row, 18)? })
}

#[async_trait]
impl ReadRankChanges for SqliteTx {
    async fn rank_change(
        &mut self,
        community: CommunityId,
        number: ChangeNumber,
    ) -> Result<Option<RankChange>> {
        self.one(&one_change(), (community.0, number.0), rank_change)
    }

    async fn rank_change_by_undo_id(
        &mut self,
        community: CommunityId,
        undo_id: UndoId,
    ) -> Result<Option<RankChange>> {
        let sql = format!("SELECT {COLUMNS} FROM rank_changes WHERE {} AND {IS_KEPT}", has_undo_id());
        self.one(&sql, (community.0, Id(undo_id.0), undo_id.number().0), rank_change)
    }

    async fn look_back(
        &mut self,
        community: CommunityId,
        account: AccountId,
        after: ChangeNumber,
        look: &mut (dyn FnMut(RankChange) -> bool + Send),
    ) -> Result<()> {
        let newest = self.newest_change(community, account)?;
        let until = after.max(self.last_pruned(community).await?);
        self.walk_back(community, newest, until, |row| Ok(!is_live(row)? || look(rank_change(row)?)))
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

/// Whether the change of a row is live, which is told without reading the whole of it.
fn is_live(row: &Row<'_>) -> rusqlite::Result<bool> {
    let is_reversed = row.get_ref(17)? != ValueRef::Null;
    Ok(!is_reversed && word(row, 10, ChangeKind::parse)? != ChangeKind::Undo)
}

/// The statement that reads one change that is in the history, by its number.
pub(super) fn one_change() -> String {
    format!("SELECT {COLUMNS} FROM rank_changes WHERE community = ?1 AND number = ?2 AND {IS_KEPT}")
}

impl SqliteTx {
    /// Returns the number of the last change that was pruned; 0 if none was.
    pub(super) async fn last_pruned(&mut self, community: CommunityId) -> Result<ChangeNumber> {
        Ok(self.pruned_history(community).await?.map_or(ChangeNumber(0), |pruned| pruned.number))
    }

    /// Returns the number of an account's newest change; 0 if it has none.
    pub(super) fn newest_change(&self, community: CommunityId, account: AccountId) -> Result<ChangeNumber> {
        let sql = "SELECT last_change FROM account_standings WHERE community = ?1 AND account = ?2";
        let newest = self.one(sql, (community.0, Id(account.0)), |row| row.get(0))?;
        Ok(ChangeNumber(newest.unwrap_or(0)))
    }

    /// Walks the list of an account's changes back from the one of this number, as long as they come after
    /// `until` and `each` says to go on.
    pub(super) fn walk_back(
        &self,
        community: CommunityId,
        mut number: ChangeNumber,
        until: ChangeNumber,
        mut each: impl FnMut(&Row<'_>) -> rusqlite::Result<bool>,
    ) -> Result<()> {
        let sql = format!("SELECT {COLUMNS} FROM rank_changes WHERE community = ?1 AND number = ?2");
        let mut statement = self.prepare(&sql)?;
        while number > until {
            let mut rows = statement.query((community.0, number.0)).map_err(|error| self.failed(error))?;
            let Some(row) = rows.next().map_err(|error| self.failed(error))? else {
                return Err(StorageError::Corrupt(format!("rank change {number} is missing")));
            };
            let previous = ChangeNumber(row.get(PREVIOUS).map_err(|error| self.failed(error))?);
            if previous >= number {
                return Err(StorageError::Corrupt(format!("rank change {number} has no change before it")));
            }
            number = previous;
            if !each(row).map_err(|error| self.failed(error))? {
                break;
            }
        }
        Ok(())
    }

    /// Writes the row of a change, and its undo id if that does not hold its number.
    async fn insert_rank_change(
        &mut self,
        community: CommunityId,
        change: &RankChange,
        hash: ChainHash,
    ) -> Result<()> {
        let transition = &change.transition;
        self.run(
            "INSERT INTO rank_changes
                 (community, number, undo_id, log_id, account, previous, at, ranks_before, ranks_after, status_before,
                  status_after, active, kind, source, actor, credential, reason, batch, reverses, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, coalesce((SELECT last_change FROM account_standings WHERE community = ?1 AND account = ?5), 0),
                 ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
            params![
                community.0,
                change.number.0,
                Id(change.undo_id.0),
                Id(change.log_id.0),
                Id(change.account.0),
                Millis(change.at),
                grants_bytes::write(&transition.before),
                grants_bytes::write(&transition.after),
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
        )?;
        if change.undo_id.number() != change.number {
            self.insert_undo_id(community, change)?;
        }
        change_times::note(self, community, change.number).await
    }

    fn insert_undo_id(&self, community: CommunityId, change: &RankChange) -> Result<()> {
        let RankChange { undo_id, number, .. } = change;
        let taken = format!("SELECT 1 FROM rank_changes WHERE {}", has_undo_id());
        if self.one(&taken, (community.0, Id(undo_id.0), undo_id.number().0), |_| Ok(()))?.is_some() {
            return Err(StorageError::Conflict(format!("undo id {undo_id}")));
        }
        let sql = "INSERT INTO undo_ids (community, undo_id, number) VALUES (?1, ?2, ?3)";
        self.run(sql, (community.0, Id(undo_id.0), number.0)).map(drop)
    }

    /// Carries the transition of a change out on the standing.
    fn save_standing(&self, community: CommunityId, change: &RankChange) -> Result<()> {
        let Transition { after, status_after, .. } = &change.transition;
        let sql = "UPDATE account_standings
             SET com_status = ?3, ranks = ?4, next_end = ?5, last_change = ?6, version = version + 1
             WHERE community = ?1 AND account = ?2";
        let (ranks, end) = (grants_bytes::write(after), grants_bytes::next_end(after).map(Millis));
        let account = Id(change.account.0);
        match self.run(sql, (community.0, account, status_after, ranks, end, change.number.0))? {
            0 => Err(no_standing(change.account)),
            _ => Ok(()),
        }
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
        self.insert_rank_change(community, change, hash).await?;
        self.save_standing(community, change)?;
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
