//! Buffered writes: what rank changes write is sent in one go, a statement for each table, however many
//! changes there are.
//!
//! A savepoint stands between two buffers, of which the newer one can be discarded. Without a savepoint
//! everything is in the newer one.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::join;
use jiff::Timestamp;
use rankledger_domain::chain::ChainHash;
use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId, CredentialId};
use rankledger_domain::rank_change::RankChange;

use super::session::{Params, Session};
use super::standings::SeenStanding;
use super::{idempotency_keys, recorded_changes};
use crate::history::LedgerHead;
use crate::idempotency_keys::IdempotencyKey;
use crate::standings::Standing;
use crate::{Result, grants_bytes};

/// Rows that a transaction writes before the planner's figures are looked at for the first time.
const FIRST_ANALYSIS: u64 = 2_000;

/// The rows that a transaction is to write, and the number of those that it has written.
pub(super) struct BufferedWrites {
    before_savepoint: Writes,
    newest: Writes,
    /// Rows written, at once or buffered, also those that were rolled back.
    written: AtomicU64,
    /// How many rows may be written before the planner's figures are looked at.
    analysis_at: AtomicU64,
}

impl Default for BufferedWrites {
    fn default() -> Self {
        Self {
            before_savepoint: Writes::default(),
            newest: Writes::default(),
            written: AtomicU64::new(0),
            analysis_at: AtomicU64::new(FIRST_ANALYSIS),
        }
    }
}

impl BufferedWrites {
    /// Returns the buffer to add to.
    pub(super) fn newest(&mut self) -> &mut Writes {
        &mut self.newest
    }

    /// Marks a point to which [`BufferedWrites::discard`] goes back. It replaces the one before.
    pub(super) fn savepoint(&mut self) {
        self.before_savepoint = self.take_all();
    }

    /// Removes the savepoint, and keeps what was buffered since.
    pub(super) fn keep(&mut self) {
        self.newest = self.take_all();
    }

    /// Removes the savepoint, and returns what was buffered since.
    pub(super) fn discard(&mut self) -> Writes {
        let before = self.take_before();
        std::mem::replace(&mut self.newest, before)
    }

    /// Takes what was buffered before the savepoint.
    pub(super) fn take_before(&mut self) -> Writes {
        std::mem::take(&mut self.before_savepoint)
    }

    /// Takes what was buffered since the savepoint.
    pub(super) fn take_newest(&mut self) -> Writes {
        std::mem::take(&mut self.newest)
    }

    /// Takes everything, in order.
    pub(super) fn take_all(&mut self) -> Writes {
        let mut all = self.take_before();
        all.append(self.take_newest());
        all
    }

    pub(super) fn count_written(&self, rows: u64) {
        self.written.fetch_add(rows, Ordering::Relaxed);
    }

    pub(super) fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// Returns the number of rows written, if that is many more than when the planner's figures were last
    /// looked at. They are then to be looked at. `None` otherwise.
    pub(super) fn written_since_analysis(&self) -> Option<u64> {
        let written = self.written();
        if written < self.analysis_at.load(Ordering::Relaxed) {
            return None;
        }
        self.analysis_at.store(written * 8, Ordering::Relaxed);
        Some(written)
    }
}

/// Rows to write. Of what is written twice only the last is sent.
#[derive(Default)]
pub(super) struct Writes {
    /// The standings of accounts, as they are from now on.
    pub(super) standings: HashMap<(CommunityId, AccountId), SeenStanding>,
    /// Changes that were recorded, in order.
    pub(super) changes: Vec<RecordedChange>,
    /// Idempotency keys.
    pub(super) keys: HashMap<(CommunityId, CredentialId, String), IdempotencyKey>,
}

/// A change that was recorded.
pub(super) struct RecordedChange {
    pub(super) community: CommunityId,
    pub(super) change: RankChange,
    /// The account's change before it; 0 if it is the first.
    pub(super) previous: ChangeNumber,
    pub(super) hash: ChainHash,
}

impl Writes {
    pub(super) fn is_empty(&self) -> bool {
        self.standings.is_empty() && self.changes.is_empty() && self.keys.is_empty()
    }

    /// Adds what was buffered later.
    fn append(&mut self, later: Self) {
        if self.is_empty() {
            *self = later;
            return;
        }
        self.standings.extend(later.standings);
        self.changes.extend(later.changes);
        self.keys.extend(later.keys);
    }

    /// Sends the rows, all statements at once.
    pub(super) async fn send(self, session: &Session) -> Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        // Mostly there is nothing to send, and the future that sends is large.
        Box::pin(self.send_tables(session)).await
    }

    async fn send_tables(self, session: &Session) -> Result<()> {
        let (standings, ledger, keys) = join!(
            send_standings(session, &self.standings),
            recorded_changes::send(session, &self.changes),
            idempotency_keys::send(session, &self.keys),
        );
        standings.and(ledger).and(keys)
    }
}

/// Sends the heads of ledgers.
pub(super) async fn send_heads(session: &Session, heads: &[(CommunityId, LedgerHead)]) -> Result<()> {
    if heads.is_empty() {
        return Ok(());
    }
    let communities: Vec<_> = heads.iter().map(|(community, _)| community.0).collect();
    let numbers: Vec<_> = heads.iter().map(|(_, head)| head.number.0).collect();
    let hashes: Vec<_> = heads.iter().map(|(_, head)| head.hash.0.as_slice()).collect();
    let sql = "UPDATE ledger_heads h SET last_number = new.number, last_hash = new.hash
         FROM unnest($1::bigint[], $2::bigint[], $3::bytea[]) AS new (community, number, hash)
         WHERE h.community = new.community";
    session.execute(sql, &[&communities, &numbers, &hashes]).await.map(drop)
}

async fn send_standings(
    session: &Session,
    standings: &HashMap<(CommunityId, AccountId), SeenStanding>,
) -> Result<()> {
    if standings.is_empty() {
        return Ok(());
    }
    let communities: Vec<_> = standings.keys().map(|(community, _)| community.0).collect();
    let accounts: Vec<_> = standings.keys().map(|(_, account)| account.0).collect();
    let of = || standings.values().map(|seen| &seen.standing);
    let statuses: Vec<_> = of().map(|standing| standing.account.com_status).collect();
    let versions: Vec<_> = of().map(|standing| standing.version).collect();
    let ranks: Vec<_> = of().map(|standing| grants_bytes::write(&standing.account.ranks)).collect();
    let next_end = |standing: &Standing| grants_bytes::next_end(&standing.account.ranks);
    let ends: Vec<_> = of().map(|standing| next_end(standing).map(Timestamp::as_millisecond)).collect();
    let newest: Vec<_> = of().map(|standing| standing.newest_change.0).collect();
    let sql = "UPDATE account_standings s SET com_status = new.com_status, version = new.version, ranks = new.ranks,
             next_end = new.next_end, last_change = new.last_change
         FROM unnest($1::bigint[], $2::uuid[], $3::boolean[], $4::bigint[], $5::bytea[], $6::bigint[], $7::bigint[])
             AS new (community, account, com_status, version, ranks, next_end, last_change)
         WHERE s.community = new.community AND s.account = new.account";
    let params: Params<'_> = &[&communities, &accounts, &statuses, &versions, &ranks, &ends, &newest];
    session.execute(sql, params).await.map(drop)
}
