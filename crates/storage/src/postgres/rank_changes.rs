//! The ledger in PostgreSQL: changes are buffered, and sent together before the commit, for each statement is
//! a round trip. What was seen of a change is kept for the same reason. SQLite does neither.

use std::collections::HashSet;

use async_trait::async_trait;
use rankledger_domain::chain;
use rankledger_domain::ids::{AccountId, BatchId, ChangeNumber, CommunityId, CredentialId, LogId, UndoId};
use rankledger_domain::rank_change::{ChangeKind, RankChange, Source};
use rankledger_domain::transition::Transition;
use tokio_postgres::Row;

use super::buffered::RecordedChange;
use super::codec::{chain_hash, get, held_ranks, time, word};
use super::session::Params;
use super::tx::PgTx;
use crate::accounts::no_standing;
use crate::history::{LedgerHead, LinkedChange, ReadHistory};
use crate::rank_changes::{COLUMNS, ReadRankChanges, WriteRankChanges};
use crate::sql::{HAS_UNDO_ID, IS_KEPT};
use crate::{Result, StorageError};

/// Reads a row of [`COLUMNS`].
pub(super) fn rank_change(row: &Row) -> Result<RankChange> {
    Ok(RankChange {
        number: ChangeNumber(get(row, 0)?),
        undo_id: UndoId(get(row, 1)?),
        log_id: LogId(get(row, 2)?),
        account: AccountId(get(row, 3)?),
        at: time(row, 4)?,
        transition: Transition {
            before: held_ranks(row, 5)?,
            after: held_ranks(row, 6)?,
            status_before: get(row, 7)?,
            status_after: get(row, 8)?,
            active: get(row, 9)?,
        },
        kind: word(row, 10, ChangeKind::parse)?,
        source: word(row, 11, Source::parse)?,
        actor: get::<Option<_>>(row, 12)?.map(AccountId),
        credential: get::<Option<_>>(row, 13)?.map(CredentialId),
        reason: get(row, 14)?,
        batch: get::<Option<_>>(row, 15)?.map(BatchId),
        reverses: get::<Option<_>>(row, 16)?.map(ChangeNumber),
        reversed_by: get::<Option<_>>(row, 17)?.map(ChangeNumber),
    })
}

/// Reads a row of [`COLUMNS`], with its links.
pub(super) fn linked_change(row: &Row) -> Result<LinkedChange> {
    let previous = ChangeNumber(get(row, 19)?);
    Ok(LinkedChange { change: rank_change(row)?, previous, hash: chain_hash(row, 18)? })
}

/// How many changes of an account are read at once when its list is looked at: first, and later.
const FIRST_LOOK: i64 = 32;
const LATER_LOOKS: i64 = 1000;

/// The list of the changes of account `$2`, walked back from the newest, or from before `$3` if that is one
/// of them, as long as they come after `$4`. `place` counts those before `$3`: `$5` of them at the most.
pub(super) const WALK: &str = "start (number) AS (
        SELECT coalesce(
            (SELECT previous FROM rank_changes WHERE community = $1 AND number = $3 AND account = $2),
            (SELECT last_change FROM account_standings WHERE community = $1 AND account = $2))),
    kept (after) AS (
        SELECT greatest($4::bigint, pruned_number) FROM ledger_heads WHERE community = $1),
    walk AS (
        SELECT c.*, ($3::bigint IS NULL OR c.number < $3)::int::bigint AS place FROM start, kept, rank_changes c
        WHERE c.community = $1 AND c.number = start.number AND c.number > kept.after
        UNION ALL
        SELECT c.*, walk.place + ($3::bigint IS NULL OR c.number < $3)::int FROM walk, kept, rank_changes c
        WHERE c.community = $1 AND c.number = walk.previous AND walk.previous > kept.after AND walk.place < $5::bigint)";

/// The changes that nothing reverses, as far as a writing transaction has seen them: so that it need not ask
/// again when it reverses one.
#[derive(Default)]
pub(super) struct LiveChanges(HashSet<(CommunityId, ChangeNumber)>);

impl LiveChanges {
    /// Forgets all, because something was rolled back.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }
}

impl PgTx {
    /// Notes what was read of changes.
    pub(super) fn note_changes<'a>(
        &mut self,
        community: CommunityId,
        changes: impl IntoIterator<Item = &'a RankChange>,
    ) {
        if self.is_locked(community) {
            let live = changes.into_iter().filter(|change| change.reversed_by.is_none());
            self.seen.live_changes.0.extend(live.map(|change| (community, change.number)));
        }
    }

    /// Marks a change as reversed, from now on; [`StorageError::Conflict`] if it cannot be.
    async fn reverse(&mut self, community: CommunityId, number: ChangeNumber) -> Result<()> {
        if !self.seen.live_changes.0.contains(&(community, number)) {
            self.rank_change(community, number).await?;
        }
        if self.seen.live_changes.0.remove(&(community, number)) {
            return Ok(());
        }
        Err(StorageError::Conflict(format!("a reversal of rank change {number}")))
    }
}

impl PgTx {
    /// Returns the accounts that these changes are of, as far as there are such changes.
    pub(super) async fn accounts_of_changes(
        &self,
        numbers: &[(CommunityId, ChangeNumber)],
        undo_ids: &[(CommunityId, UndoId)],
    ) -> Result<Vec<(CommunityId, AccountId)>> {
        if numbers.is_empty() && undo_ids.is_empty() {
            return Ok(Vec::new());
        }
        let sql = "SELECT c.community, c.account FROM unnest($1::bigint[], $2::bigint[]) AS named (community, number)
             JOIN rank_changes c ON c.community = named.community AND c.number = named.number
             UNION
             SELECT c.community, c.account FROM unnest($3::bigint[], $4::uuid[], $5::bigint[]) AS named (community, undo_id, held)
             LEFT JOIN undo_ids u ON u.community = named.community AND u.undo_id = named.undo_id
             JOIN rank_changes c ON c.community = named.community AND c.undo_id = named.undo_id
                 AND c.number = coalesce(u.number, named.held)";
        let (of_numbers, numbers): (Vec<_>, Vec<_>) =
            numbers.iter().map(|(of, number)| (of.0, number.0)).unzip();
        let (of_ids, ids): (Vec<_>, Vec<_>) = undo_ids.iter().map(|(of, id)| (of.0, id.0)).unzip();
        let held: Vec<_> = undo_ids.iter().map(|(_, id)| id.number().0).collect();
        let read = |row: &Row| Ok((CommunityId(get(row, 0)?), AccountId(get(row, 1)?)));
        self.all(sql, &[&of_numbers, &numbers, &of_ids, &ids, &held], read).await
    }
}

#[async_trait]
impl ReadRankChanges for PgTx {
    async fn rank_change(
        &mut self,
        community: CommunityId,
        number: ChangeNumber,
    ) -> Result<Option<RankChange>> {
        let sql =
            format!("SELECT {COLUMNS} FROM rank_changes WHERE community = $1 AND number = $2 AND {IS_KEPT}");
        let found = self.on(community).await?.one(&sql, &[&community.0, &number.0], rank_change).await?;
        self.note_changes(community, &found);
        Ok(found)
    }

    async fn rank_change_by_undo_id(
        &mut self,
        community: CommunityId,
        undo_id: UndoId,
    ) -> Result<Option<RankChange>> {
        let sql = format!("SELECT {COLUMNS} FROM rank_changes WHERE {HAS_UNDO_ID} AND {IS_KEPT}");
        let params: Params<'_> = &[&community.0, &undo_id.0, &undo_id.number().0];
        let found = self.on(community).await?.one(&sql, params, rank_change).await?;
        self.note_changes(community, &found);
        Ok(found)
    }

    async fn look_back(
        &mut self,
        community: CommunityId,
        account: AccountId,
        after: ChangeNumber,
        look: &mut (dyn FnMut(RankChange) -> bool + Send),
    ) -> Result<()> {
        let sql = format!("WITH RECURSIVE {WALK} SELECT {COLUMNS} FROM walk");
        // Mostly the first few are enough.
        let (mut before, mut portion) = (None::<i64>, FIRST_LOOK);
        loop {
            let params: Params<'_> = &[&community.0, &account.0, &before, &after.0, &portion];
            let found = self.on(community).await?.all(&sql, params, rank_change).await?;
            let is_last = i64::try_from(found.len()).is_ok_and(|found| found < portion);
            (before, portion) = (found.last().map(|last| last.number.0), LATER_LOOKS);
            self.note_changes(community, &found);
            let mut live = found.into_iter().filter(RankChange::is_live);
            if !live.all(&mut *look) || is_last {
                return Ok(());
            }
        }
    }

    async fn last_change_number(&mut self, community: CommunityId) -> Result<ChangeNumber> {
        self.lock(community).await?;
        if let Some(head) = self.seen.heads.get(community) {
            return Ok(head.number);
        }
        let sql = "SELECT last_number FROM ledger_heads WHERE community = $1";
        let number = self.on(community).await?.one(sql, &[&community.0], |row| get(row, 0)).await?;
        Ok(ChangeNumber(number.unwrap_or(0)))
    }
}

#[async_trait]
impl WriteRankChanges for PgTx {
    async fn append_rank_change(&mut self, community: CommunityId, change: &RankChange) -> Result<()> {
        let head = self.ledger_head(community).await?;
        if change.number != head.number.next() {
            return Err(StorageError::Conflict(format!("rank change number {}", change.number)));
        }
        let id = change.account;
        let mut seen = self.seen_standing(community, id).await?.ok_or_else(|| no_standing(id))?;
        if let Some(reversed) = change.reverses {
            self.reverse(community, reversed).await?;
        }
        self.note_changes(community, [change]);
        let hash = chain::link(head.hash, change);
        self.seen.heads.move_to(community, LedgerHead { number: change.number, hash });
        let previous = seen.standing.newest_change;
        seen.standing = seen.standing.after(change);
        let writes = self.buffer();
        writes.changes.push(RecordedChange { community, change: change.clone(), previous, hash });
        writes.standings.insert((community, id), seen.clone());
        self.keep_standing(community, seen);
        Ok(())
    }
}
