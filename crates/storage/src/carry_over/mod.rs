//! Carrying a ledger over from before migration 14, whose tables were wide: a portion at a time, each in a
//! transaction of its own.
//!
//! A process that is killed meanwhile is no matter: rows are written in the order of their keys, so the
//! highest key of the lean table says where to go on. So does it if two processes are at it. The tables of
//! before go when all is there. A ledger from before there was a hash chain is linked; nothing else ever is.

mod wide;
mod wide_grants;

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use rankledger_domain::chain::{self, ChainHash};
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId};
use rankledger_domain::rank_change::RankChange;
use uuid::Uuid;

use crate::sql::value::{ToValue, params};
use crate::sql::{Row, SqlTx, Value};
use crate::{Result, change_times, grants_bytes};
use wide::{Whose, WideChange};

/// How many rows are carried over in one transaction.
const PORTION: u32 = 10_000;

/// How often the log says how far it has come.
const REPORT_PERIOD: Duration = Duration::from_secs(5);

/// Stands for the hash of a change that has lost it: no change has this one, so that `verify` names the
/// change.
const LOST: ChainHash = ChainHash([0; 32]);

/// A ledger that is being carried over.
pub(crate) struct CarryOver {
    step: Step,
    /// The last change that is known to be in the lean table.
    reached: (CommunityId, ChangeNumber),
    /// Its hash.
    hash: Option<ChainHash>,
    /// The communities whose ledger is from before there was a hash chain. `None` until that is looked up.
    unlinked: Option<HashSet<CommunityId>>,
    /// The newest change of each account that has one, as far as was reached.
    newest: HashMap<Whose, ChangeNumber>,
    done: u64,
    reported: Instant,
}

enum Step {
    Changes,
    /// The standings after this one.
    Standings(Whose),
}

impl CarryOver {
    pub(crate) fn new() -> Self {
        Self {
            step: Step::Changes,
            reached: (CommunityId(i64::MIN), ChangeNumber(0)),
            hash: None,
            unlinked: None,
            newest: HashMap::new(),
            done: 0,
            reported: Instant::now(),
        }
    }

    /// Carries a portion over. Returns whether there is more; if there is not, the tables of before can go.
    pub(crate) async fn portion<T: SqlTx>(&mut self, tx: &mut T) -> Result<bool> {
        let tx = tx.writing_anywhere().await?;
        match self.step {
            Step::Changes => {
                if self.unlinked.is_none() {
                    self.unlinked = Some(unlinked(tx).await?);
                }
                if !self.carry_changes(tx).await? {
                    self.link_heads(tx).await?;
                    self.step = Step::Standings((CommunityId(i64::MIN), AccountId(Uuid::nil())));
                }
                self.report(tx).await?;
                Ok(true)
            }
            Step::Standings(after) => {
                let last = self.carry_standings(tx, after).await?;
                self.step = Step::Standings(last.unwrap_or(after));
                Ok(last.is_some())
            }
        }
    }

    async fn carry_changes<T: SqlTx>(&mut self, tx: &mut T) -> Result<bool> {
        self.catch_up(tx).await?;
        let portion = wide::changes_after(tx, self.reached, PORTION).await?;
        let mut rows = Vec::new();
        for wide in &portion {
            let WideChange { community, change, .. } = wide;
            let hash = self.hash_of(tx, wide).await?;
            let newest = self.newest.insert((*community, change.account), change.number);
            rows.push(Lean::of(*community, change, newest.unwrap_or(ChangeNumber(0)), hash));
            (self.reached, self.hash) = ((*community, change.number), Some(hash));
        }
        let values: Vec<_> = rows.iter().map(Lean::values).collect();
        tx.run_each(INSERT, &values).await?;
        let undo_ids: Vec<_> = rows.iter().filter_map(Lean::undo_id_apart).collect();
        tx.run_each("INSERT INTO undo_ids (community, undo_id, number) VALUES ($1, $2, $3)", &undo_ids)
            .await?;
        for lean in &rows {
            change_times::note(tx, lean.community, lean.change.number).await?;
        }
        self.done += portion.len() as u64;
        Ok(!portion.is_empty())
    }

    /// Learns of changes that are in the lean table already.
    async fn catch_up<T: SqlTx>(&mut self, tx: &mut T) -> Result<()> {
        let sql =
            "SELECT community, number, account, hash FROM rank_changes WHERE (community, number) > ($1, $2)
             ORDER BY community, number LIMIT $3";
        loop {
            let (community, number) = self.reached;
            let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
            let known: Vec<(CommunityId, ChangeNumber, AccountId, ChainHash)> =
                tx.all(sql, params![community, number, PORTION], read).await?;
            let Some((community, number, _, hash)) = known.last() else { return Ok(()) };
            (self.reached, self.hash) = ((*community, *number), Some(*hash));
            self.done += known.len() as u64;
            let newest =
                known.iter().map(|(community, number, account, _)| ((*community, *account), *number));
            self.newest.extend(newest);
        }
    }

    /// Whether the ledger of a community is from before there was a hash chain.
    fn is_unlinked(&self, community: CommunityId) -> bool {
        self.unlinked.as_ref().is_some_and(|unlinked| unlinked.contains(&community))
    }

    /// Returns the hash of the change after the one that was reached: its own, or, if it is from before there
    /// was a chain, a new link. A change that has lost its hash gets none.
    async fn hash_of<T: SqlTx>(&self, tx: &mut T, wide: &WideChange) -> Result<ChainHash> {
        if let Some(hash) = wide.hash {
            return Ok(hash);
        }
        if !self.is_unlinked(wide.community) {
            let (community, number) = (wide.community.0, wide.change.number.0);
            tracing::error!(
                community,
                number,
                "a rank change has lost its hash and is not linked anew: see `rankledger verify`"
            );
            return Ok(LOST);
        }
        let before = match self.hash {
            Some(hash) if self.reached.0 == wide.community => hash,
            _ => genesis(tx, wide.community).await?,
        };
        Ok(chain::link(before, &wide.change))
    }

    /// Carries a portion of the standings over. Returns whose the last one is; `None` after the last of all.
    async fn carry_standings<T: SqlTx>(&mut self, tx: &mut T, after: Whose) -> Result<Option<Whose>> {
        let portion = wide::standings_after(tx, after, PORTION).await?;
        let (Some(first), Some(last)) = (portion.first(), portion.last()) else { return Ok(None) };
        let mut held = HashMap::<Whose, Vec<_>>::new();
        for (whose, rank) in wide::held_between(tx, *first, *last).await? {
            held.entry(whose).or_default().push(rank);
        }
        let rows: Vec<_> = portion
            .iter()
            .map(|whose| {
                let held = held.remove(whose).unwrap_or_default();
                let newest = self.newest.get(whose).copied().unwrap_or(ChangeNumber(0));
                (whose, grants_bytes::write(&held), grants_bytes::next_end(&held), newest)
            })
            .collect();
        let values: Vec<_> = rows
            .iter()
            .map(|((community, account), ranks, end, newest)| {
                vec![
                    community.to_value(),
                    account.to_value(),
                    Value::Bytes(ranks),
                    end.to_value(),
                    newest.to_value(),
                ]
            })
            .collect();
        let sql = "UPDATE account_standings SET ranks = $3, next_end = $4, last_change = $5
             WHERE community = $1 AND account = $2";
        tx.run_each(sql, &values).await?;
        Ok(Some(*last))
    }

    /// Gives the heads of the ledgers a hash that are from before there was a chain.
    async fn link_heads<T: SqlTx>(&self, tx: &mut T) -> Result<()> {
        let sql = "SELECT h.community, c.hash FROM ledger_heads h
             LEFT JOIN rank_changes c ON c.community = h.community AND c.number = h.last_number
             WHERE h.last_hash IS NULL";
        let heads: Vec<(CommunityId, Option<ChainHash>)> =
            tx.all(sql, params![], |row| Ok((row.get(0)?, row.get(1)?))).await?;
        for (community, hash) in heads {
            if !self.is_unlinked(community) {
                let community = community.0;
                tracing::error!(community, "a ledger has lost the hash at its end: see `rankledger verify`");
                continue;
            }
            tracing::info!(community = community.0, "a ledger from before the hash chain was linked");
            let hash = match hash {
                Some(hash) => hash,
                None => genesis(tx, community).await?,
            };
            let sql = "UPDATE ledger_heads SET last_hash = $2 WHERE community = $1";
            tx.run(sql, params![community, hash]).await?;
        }
        Ok(())
    }

    /// Says now and then how far it has come.
    async fn report<T: SqlTx>(&mut self, tx: &mut T) -> Result<()> {
        if self.reported.elapsed() >= REPORT_PERIOD {
            self.reported = Instant::now();
            let sql =
                "SELECT CAST(coalesce(sum(last_number - pruned_number), 0) AS BIGINT) FROM ledger_heads";
            let of: Option<i64> = tx.one(sql, params![], |row| row.get(0)).await?;
            tracing::info!(changes = self.done, of, "carrying the ledger over to the lean form");
        }
        Ok(())
    }
}

/// Returns the communities whose ledger is from before there was a hash chain, which came with migration 4:
/// none of their changes has a hash, nor has the end. Whatever else lacks a hash has lost it.
async fn unlinked<T: SqlTx>(tx: &mut T) -> Result<HashSet<CommunityId>> {
    let sql = "SELECT c.id FROM communities c LEFT JOIN ledger_heads h ON h.community = c.id
         WHERE h.last_hash IS NULL AND coalesce(h.pruned_number, 0) = 0
             AND NOT EXISTS (SELECT 1 FROM wide_rank_changes w WHERE w.community = c.id AND w.hash IS NOT NULL)";
    let found: Vec<CommunityId> = tx.all(sql, params![], |row| row.get(0)).await?;
    Ok(found.into_iter().collect())
}

/// Returns what the chain of a community begins with.
async fn genesis<T: SqlTx>(tx: &mut T, community: CommunityId) -> Result<ChainHash> {
    let sql = "SELECT uuid FROM communities WHERE id = $1";
    let uuid: Option<Uuid> = tx.one(sql, params![community], |row| row.get(0)).await?;
    Ok(chain::genesis(uuid.unwrap_or_default()))
}

const INSERT: &str = "INSERT INTO rank_changes
         (community, number, undo_id, log_id, account, previous, at, ranks_before, ranks_after, status_before,
          status_after, active, kind, source, actor, credential, reason, batch, reverses, reversed_by, hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)";

/// A change as it is to be.
struct Lean<'a> {
    community: CommunityId,
    change: &'a RankChange,
    previous: ChangeNumber,
    hash: ChainHash,
    before: Vec<u8>,
    after: Vec<u8>,
}

impl<'a> Lean<'a> {
    fn of(community: CommunityId, change: &'a RankChange, previous: ChangeNumber, hash: ChainHash) -> Self {
        let [before, after] =
            [&change.transition.before, &change.transition.after].map(|held| grants_bytes::write(held));
        Self { community, change, previous, hash, before, after }
    }

    /// The values of a row of `undo_ids`, if the undo id does not hold the number of its change.
    fn undo_id_apart(&self) -> Option<Vec<Value<'_>>> {
        let RankChange { undo_id, number, .. } = self.change;
        let values = || vec![self.community.to_value(), undo_id.to_value(), number.to_value()];
        (undo_id.number() != *number).then(values)
    }

    /// The values of [`INSERT`].
    fn values(&self) -> Vec<Value<'_>> {
        let Self { community, change, previous, hash, before, after } = self;
        let transition = &change.transition;
        vec![
            community.to_value(),
            change.number.to_value(),
            change.undo_id.to_value(),
            change.log_id.to_value(),
            change.account.to_value(),
            previous.to_value(),
            change.at.to_value(),
            Value::Bytes(before),
            Value::Bytes(after),
            transition.status_before.to_value(),
            transition.status_after.to_value(),
            transition.active.to_value(),
            Value::Text(change.kind.as_str().into()),
            Value::Text(change.source.as_str().into()),
            change.actor.to_value(),
            change.credential.to_value(),
            change.reason.to_value(),
            change.batch.to_value(),
            change.reverses.to_value(),
            change.reversed_by.to_value(),
            hash.to_value(),
        ]
    }
}
