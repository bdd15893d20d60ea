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
use rankledger_domain::ids::{AccountId, CommunityId, CredentialId, RankId};
use rankledger_domain::rank_change::RankChange;
use uuid::Uuid;

use super::idempotency_keys;
use super::session::Session;
use crate::history::LedgerHead;
use crate::idempotency_keys::IdempotencyKey;
use crate::outbox::OutboxEvent;
use crate::{Result, StorageError, grants_json};

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
    /// The status and the version of accounts.
    pub(super) standings: HashMap<(CommunityId, AccountId), (bool, i64)>,
    /// Ranks that accounts hold from now on, or do not.
    pub(super) ranks: HashMap<(CommunityId, AccountId, RankId), Option<RankPosition>>,
    /// Changes that were recorded, each with its hash, in order.
    pub(super) changes: Vec<(CommunityId, RankChange, ChainHash)>,
    /// Events, in order.
    pub(super) events: Vec<(CommunityId, OutboxEvent)>,
    /// Idempotency keys.
    pub(super) keys: HashMap<(CommunityId, CredentialId, String), IdempotencyKey>,
}

/// The position of a rank among those of an account, and when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RankPosition {
    pub(super) position: i64,
    pub(super) expires_at: Option<Timestamp>,
}

impl Writes {
    pub(super) fn is_empty(&self) -> bool {
        self.standings.is_empty()
            && self.ranks.is_empty()
            && self.changes.is_empty()
            && self.events.is_empty()
            && self.keys.is_empty()
    }

    /// Adds what was buffered later.
    fn append(&mut self, later: Self) {
        if self.is_empty() {
            *self = later;
            return;
        }
        self.standings.extend(later.standings);
        self.ranks.extend(later.ranks);
        self.changes.extend(later.changes);
        self.events.extend(later.events);
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
        let ledger = async {
            send_changes(session, &self.changes).await?;
            // A change that is reversed may be one of those.
            mark_reversed(session, &self.changes).await
        };
        let (standings, taken, given, ledger, events, keys) = join!(
            send_standings(session, &self.standings),
            take_ranks(session, &self.ranks),
            give_ranks(session, &self.ranks),
            ledger,
            send_events(session, &self.events),
            idempotency_keys::send(session, &self.keys),
        );
        standings.and(taken).and(given).and(ledger).and(events).and(keys)
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
    standings: &HashMap<(CommunityId, AccountId), (bool, i64)>,
) -> Result<()> {
    if standings.is_empty() {
        return Ok(());
    }
    let communities: Vec<_> = standings.keys().map(|(community, _)| community.0).collect();
    let accounts: Vec<_> = standings.keys().map(|(_, account)| account.0).collect();
    let statuses: Vec<_> = standings.values().map(|(status, _)| *status).collect();
    let versions: Vec<_> = standings.values().map(|(_, version)| *version).collect();
    let sql = "UPDATE account_standings s SET com_status = new.com_status, version = new.version
         FROM unnest($1::bigint[], $2::uuid[], $3::boolean[], $4::bigint[])
             AS new (community, account, com_status, version)
         WHERE s.community = new.community AND s.account = new.account";
    session.execute(sql, &[&communities, &accounts, &statuses, &versions]).await.map(drop)
}

async fn take_ranks(
    session: &Session,
    ranks: &HashMap<(CommunityId, AccountId, RankId), Option<RankPosition>>,
) -> Result<()> {
    let taken = || ranks.iter().filter(|(_, position)| position.is_none()).map(|(held, _)| held);
    let communities: Vec<_> = taken().map(|(community, ..)| community.0).collect();
    if communities.is_empty() {
        return Ok(());
    }
    let accounts: Vec<_> = taken().map(|(_, account, _)| account.0).collect();
    let ranks: Vec<_> = taken().map(|(.., rank)| rank.0).collect();
    let sql = "DELETE FROM account_ranks r
         USING unnest($1::bigint[], $2::uuid[], $3::uuid[]) AS old (community, account, rank)
         WHERE r.community = old.community AND r.account = old.account AND r.rank = old.rank";
    session.execute(sql, &[&communities, &accounts, &ranks]).await.map(drop)
}

async fn give_ranks(
    session: &Session,
    ranks: &HashMap<(CommunityId, AccountId, RankId), Option<RankPosition>>,
) -> Result<()> {
    let given = || ranks.iter().filter_map(|(held, position)| position.map(|position| (held, position)));
    let communities: Vec<_> = given().map(|((community, ..), _)| community.0).collect();
    if communities.is_empty() {
        return Ok(());
    }
    let accounts: Vec<_> = given().map(|((_, account, _), _)| account.0).collect();
    let ranks: Vec<_> = given().map(|((.., rank), _)| rank.0).collect();
    let positions: Vec<_> = given().map(|(_, position)| position.position).collect();
    let ends: Vec<_> =
        given().map(|(_, position)| position.expires_at.map(Timestamp::as_millisecond)).collect();
    let sql = "INSERT INTO account_ranks (community, account, rank, position, expires_at)
         SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[])
         ON CONFLICT (community, account, rank) DO UPDATE
         SET position = excluded.position, expires_at = excluded.expires_at";
    session.execute(sql, &[&communities, &accounts, &ranks, &positions, &ends]).await.map(drop)
}

async fn send_changes(session: &Session, changes: &[(CommunityId, RankChange, ChainHash)]) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let of = |read: fn(&RankChange) -> Uuid| changes.iter().map(|(_, change, _)| read(change)).collect();
    let maybe =
        |read: fn(&RankChange) -> Option<Uuid>| changes.iter().map(|(_, change, _)| read(change)).collect();
    let communities: Vec<_> = changes.iter().map(|(community, ..)| community.0).collect();
    let numbers: Vec<_> = changes.iter().map(|(_, change, _)| change.number.0).collect();
    let undo_ids: Vec<_> = of(|change| change.undo_id.0);
    let log_ids: Vec<_> = of(|change| change.log_id.0);
    let accounts: Vec<_> = of(|change| change.account.0);
    let times: Vec<_> = changes.iter().map(|(_, change, _)| change.at.as_millisecond()).collect();
    let before: Vec<_> =
        changes.iter().map(|(_, change, _)| grants_json::write(&change.transition.before)).collect();
    let after: Vec<_> =
        changes.iter().map(|(_, change, _)| grants_json::write(&change.transition.after)).collect();
    let status_before: Vec<_> =
        changes.iter().map(|(_, change, _)| change.transition.status_before).collect();
    let status_after: Vec<_> = changes.iter().map(|(_, change, _)| change.transition.status_after).collect();
    let active: Vec<_> = changes.iter().map(|(_, change, _)| change.transition.active).collect();
    let kinds: Vec<_> = changes.iter().map(|(_, change, _)| change.kind.as_str()).collect();
    let sources: Vec<_> = changes.iter().map(|(_, change, _)| change.source.as_str()).collect();
    let actors: Vec<_> = maybe(|change| change.actor.map(|id| id.0));
    let credentials: Vec<_> = maybe(|change| change.credential.map(|id| id.0));
    let reasons: Vec<_> = changes.iter().map(|(_, change, _)| change.reason.as_deref()).collect();
    let batches: Vec<_> = maybe(|change| change.batch.map(|id| id.0));
    let reverses: Vec<_> =
        changes.iter().map(|(_, change, _)| change.reverses.map(|number| number.0)).collect();
    let hashes: Vec<_> = changes.iter().map(|(.., hash)| hash.0.as_slice()).collect();
    let sql = "INSERT INTO rank_changes
             (community, number, undo_id, log_id, account, at, ranks_before, ranks_after, status_before,
              status_after, active, kind, source, actor, credential, reason, batch, reverses, hash)
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[], $6::bigint[], $7::text[],
             $8::text[], $9::boolean[], $10::boolean[], $11::boolean[], $12::text[], $13::text[], $14::uuid[],
             $15::uuid[], $16::text[], $17::uuid[], $18::bigint[], $19::bytea[])";
    session
        .execute(
            sql,
            &[
                &communities,
                &numbers,
                &undo_ids,
                &log_ids,
                &accounts,
                &times,
                &before,
                &after,
                &status_before,
                &status_after,
                &active,
                &kinds,
                &sources,
                &actors,
                &credentials,
                &reasons,
                &batches,
                &reverses,
                &hashes,
            ],
        )
        .await
        .map(drop)
}

async fn mark_reversed(session: &Session, changes: &[(CommunityId, RankChange, ChainHash)]) -> Result<()> {
    let reversals = || {
        changes.iter().filter_map(|(community, change, _)| Some((community, change.reverses?, change.number)))
    };
    let communities: Vec<_> = reversals().map(|(community, ..)| community.0).collect();
    if communities.is_empty() {
        return Ok(());
    }
    let reversed: Vec<_> = reversals().map(|(_, reversed, _)| reversed.0).collect();
    let by: Vec<_> = reversals().map(|(.., number)| number.0).collect();
    let sql = "UPDATE rank_changes c SET reversed_by = new.reversed_by
         FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS new (community, number, reversed_by)
         WHERE c.community = new.community AND c.number = new.number AND c.reversed_by IS NULL
             AND c.number > (SELECT pruned_number FROM ledger_heads h WHERE h.community = c.community)";
    let marked = session.execute(sql, &[&communities, &reversed, &by]).await?;
    if marked == u64::try_from(by.len()).unwrap_or(u64::MAX) {
        return Ok(());
    }
    Err(StorageError::Conflict(format!("a reversal of one of the rank changes {reversed:?}")))
}

async fn send_events(session: &Session, events: &[(CommunityId, OutboxEvent)]) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let communities: Vec<_> = events.iter().map(|(community, _)| community.0).collect();
    let ids: Vec<_> = events.iter().map(|(_, event)| event.id).collect();
    let topics: Vec<_> = events.iter().map(|(_, event)| event.topic.as_str()).collect();
    let accounts: Vec<_> = events.iter().map(|(_, event)| event.account.0).collect();
    let changes: Vec<_> = events.iter().map(|(_, event)| event.change.map(|number| number.0)).collect();
    let times: Vec<_> = events.iter().map(|(_, event)| event.at.as_millisecond()).collect();
    let sql = "INSERT INTO outbox (community, id, topic, account, change_number, created_at)
         SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::uuid[], $5::bigint[], $6::bigint[])";
    session.execute(sql, &[&communities, &ids, &topics, &accounts, &changes, &times]).await.map(drop)
}
