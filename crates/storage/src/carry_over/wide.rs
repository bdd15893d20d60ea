//! The ledger as it was before migration 14, read a portion at a time.

use rankledger_domain::account::HeldRank;
use rankledger_domain::chain::ChainHash;
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId, RankId};
use rankledger_domain::rank_change::{ChangeKind, RankChange, Source};
use rankledger_domain::transition::Transition;

use super::wide_grants;
use crate::sql::value::params;
use crate::sql::{Row, SqlTx};
use crate::{Result, StorageError};

/// A change as it was. Before migration 4 it had no hash.
pub(super) struct WideChange {
    pub(super) community: CommunityId,
    pub(super) change: RankChange,
    pub(super) hash: Option<ChainHash>,
}

/// Reads the changes after this one of all communities.
pub(super) async fn changes_after<T: SqlTx>(
    tx: &mut T,
    (community, number): (CommunityId, ChangeNumber),
    take: u32,
) -> Result<Vec<WideChange>> {
    let sql =
        "SELECT community, number, undo_id, log_id, account, at, ranks_before, ranks_after, status_before,
             status_after, active, kind, source, actor, credential, reason, batch, reverses, reversed_by, hash
         FROM wide_rank_changes WHERE (community, number) > ($1, $2) ORDER BY community, number LIMIT $3";
    tx.anywhere().await?.all(sql, params![community, number, take], wide_change).await
}

fn wide_change(row: &Row<'_>) -> Result<WideChange> {
    let number = ChangeNumber(row.get(1)?);
    let grants = |column: usize| -> Result<Vec<HeldRank>> {
        let text: String = row.get(column)?;
        wide_grants::read(&text)
            .map_err(|error| StorageError::Corrupt(format!("the ranks of rank change {number}: {error}")))
    };
    let change = RankChange {
        number,
        undo_id: row.get(2)?,
        log_id: row.get(3)?,
        account: row.get(4)?,
        at: row.get(5)?,
        transition: Transition {
            before: grants(6)?,
            after: grants(7)?,
            status_before: row.get(8)?,
            status_after: row.get(9)?,
            active: row.get(10)?,
        },
        kind: row.word(11, ChangeKind::parse)?,
        source: row.word(12, Source::parse)?,
        actor: row.get(13)?,
        credential: row.get(14)?,
        reason: row.get(15)?,
        batch: row.get(16)?,
        reverses: row.get(17)?,
        reversed_by: row.get(18)?,
    };
    Ok(WideChange { community: row.get(0)?, change, hash: row.get(19)? })
}

/// Whose a standing is.
pub(super) type Whose = (CommunityId, AccountId);

/// Reads whose the standings after this one are.
pub(super) async fn standings_after<T: SqlTx>(
    tx: &mut T,
    (community, account): Whose,
    take: u32,
) -> Result<Vec<Whose>> {
    let sql = "SELECT community, account FROM account_standings WHERE (community, account) > ($1, $2)
         ORDER BY community, account LIMIT $3";
    let whose = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    tx.anywhere().await?.all(sql, params![community, account, take], whose).await
}

/// Reads the ranks that these accounts hold and those between them, in order.
pub(super) async fn held_between<T: SqlTx>(
    tx: &mut T,
    first: Whose,
    last: Whose,
) -> Result<Vec<(Whose, HeldRank)>> {
    let sql = "SELECT community, account, rank, expires_at FROM account_ranks
         WHERE (community, account) >= ($1, $2) AND (community, account) <= ($3, $4)
         ORDER BY community, account, position";
    let held = |row: &Row<'_>| {
        let rank: RankId = row.get(2)?;
        Ok(((row.get(0)?, row.get(1)?), HeldRank { rank, expires_at: row.get(3)? }))
    };
    tx.anywhere().await?.all(sql, params![first.0, first.1, last.0, last.1], held).await
}
