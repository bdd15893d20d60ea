//! The ledger in PostgreSQL: changes are buffered, and sent together before the commit, for each statement is
//! a round trip. What was seen of a change is kept for the same reason. SQLite does neither.

use std::collections::HashSet;

use async_trait::async_trait;
use rankledger_domain::chain;
use rankledger_domain::ids::{AccountId, BatchId, ChangeNumber, CommunityId, CredentialId, LogId, UndoId};
use rankledger_domain::rank_change::{ChangeKind, RankChange, Source};
use rankledger_domain::transition::Transition;
use tokio_postgres::Row;

use super::codec::{chain_hash, get, held_ranks, time, word};
use super::tx::PgTx;
use crate::history::{LedgerHead, LinkedChange, ReadHistory};
use crate::rank_changes::{ReadRankChanges, WriteRankChanges};
use crate::sql::IS_KEPT;
use crate::{Result, StorageError};

/// The columns of a rank change, in the order in which [`rank_change`] reads them, and then its hash.
pub(super) const COLUMNS: &str =
    "number, undo_id, log_id, account, at, ranks_before, ranks_after, status_before,
    status_after, active, kind, source, actor, credential, reason, batch, reverses, reversed_by, hash";

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

/// Reads a row of [`COLUMNS`], with its hash.
pub(super) fn linked_change(row: &Row) -> Result<LinkedChange> {
    Ok(LinkedChange { change: rank_change(row)?, hash: chain_hash(row, 18)? })
}

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
             SELECT c.community, c.account FROM unnest($3::bigint[], $4::uuid[]) AS named (community, undo_id)
             JOIN rank_changes c ON c.community = named.community AND c.undo_id = named.undo_id";
        let (of_numbers, numbers): (Vec<_>, Vec<_>) =
            numbers.iter().map(|(of, number)| (of.0, number.0)).unzip();
        let (of_ids, ids): (Vec<_>, Vec<_>) = undo_ids.iter().map(|(of, id)| (of.0, id.0)).unzip();
        let read = |row: &Row| Ok((CommunityId(get(row, 0)?), AccountId(get(row, 1)?)));
        self.all(sql, &[&of_numbers, &numbers, &of_ids, &ids], read).await
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
        let sql =
            format!("SELECT {COLUMNS} FROM rank_changes WHERE community = $1 AND undo_id = $2 AND {IS_KEPT}");
        let found = self.on(community).await?.one(&sql, &[&community.0, &undo_id.0], rank_change).await?;
        self.note_changes(community, &found);
        Ok(found)
    }

    async fn live_changes_after(
        &mut self,
        community: CommunityId,
        account: AccountId,
        number: ChangeNumber,
    ) -> Result<Vec<RankChange>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM rank_changes
             WHERE community = $1 AND account = $2 AND number > $3 AND reversed_by IS NULL AND kind <> 'undo'
                 AND {IS_KEPT}
             ORDER BY number"
        );
        let tx = self.on(community).await?;
        let found = tx.all(&sql, &[&community.0, &account.0, &number.0], rank_change).await?;
        self.note_changes(community, &found);
        Ok(found)
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
        if let Some(reversed) = change.reverses {
            self.reverse(community, reversed).await?;
        }
        self.note_changes(community, [change]);
        let hash = chain::link(head.hash, change);
        self.seen.heads.move_to(community, LedgerHead { number: change.number, hash });
        self.buffer().changes.push((community, change.clone(), hash));
        Ok(())
    }
}
