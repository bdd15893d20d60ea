//! What rank changes write, put off until it is sent in one go: a statement for each table, however many changes there are.

use std::collections::HashMap;

use futures_util::join;
use jiff::Timestamp;
use rankledger_domain::chain::ChainHash;
use rankledger_domain::ids::{AccountId, CommunityId, CredentialId, RankId};
use rankledger_domain::rank_change::RankChange;
use uuid::Uuid;

use super::idempotency_keys;
use super::tx::PgTx;
use crate::history::LedgerHead;
use crate::idempotency_keys::IdempotencyKey;
use crate::outbox::OutboxEvent;
use crate::{Result, StorageError, grants_json};

/// What was put off. Of what is written twice only the last is sent.
#[derive(Default)]
pub(super) struct Pending {
    /// The status and the version of accounts.
    pub(super) standings: HashMap<(CommunityId, AccountId), (bool, i64)>,
    /// Ranks that accounts hold from now on, or do not.
    pub(super) ranks: HashMap<(CommunityId, AccountId, RankId), Option<Place>>,
    /// Changes that were recorded, each with its hash, in order.
    pub(super) changes: Vec<(CommunityId, RankChange, ChainHash)>,
    /// Events, in order.
    pub(super) events: Vec<(CommunityId, OutboxEvent)>,
    /// Idempotency keys.
    pub(super) keys: HashMap<(CommunityId, CredentialId, String), IdempotencyKey>,
}

/// Where a rank stands among those of an account, and when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) position: i64,
    pub(super) expires_at: Option<Timestamp>,
}

impl Pending {
    pub(super) fn is_empty(&self) -> bool {
        self.standings.is_empty()
            && self.ranks.is_empty()
            && self.changes.is_empty()
            && self.events.is_empty()
            && self.keys.is_empty()
    }

    /// Adds what was put off later.
    pub(super) fn append(&mut self, later: Self) {
        self.standings.extend(later.standings);
        self.ranks.extend(later.ranks);
        self.changes.extend(later.changes);
        self.events.extend(later.events);
        self.keys.extend(later.keys);
    }

    /// Sends it, all statements at once.
    pub(super) async fn send(self, tx: &PgTx) -> Result<()> {
        let ledger = async {
            send_changes(tx, &self.changes).await?;
            // What is reversed may be one of those.
            mark_reversed(tx, &self.changes).await
        };
        let (standings, taken, given, ledger, events, keys) = join!(
            send_standings(tx, &self.standings),
            take_ranks(tx, &self.ranks),
            give_ranks(tx, &self.ranks),
            ledger,
            send_events(tx, &self.events),
            idempotency_keys::send(tx, &self.keys),
        );
        standings.and(taken).and(given).and(ledger).and(events).and(keys)
    }
}

/// Sends the heads of ledgers.
pub(super) async fn send_heads(tx: &PgTx, heads: &[(CommunityId, LedgerHead)]) -> Result<()> {
    if heads.is_empty() {
        return Ok(());
    }
    let communities: Vec<_> = heads.iter().map(|(community, _)| community.0).collect();
    let numbers: Vec<_> = heads.iter().map(|(_, head)| head.number.0).collect();
    let hashes: Vec<_> = heads.iter().map(|(_, head)| head.hash.0.as_slice()).collect();
    let sql = "UPDATE ledger_heads h SET last_number = new.number, last_hash = new.hash
         FROM unnest($1::bigint[], $2::bigint[], $3::bytea[]) AS new (community, number, hash)
         WHERE h.community = new.community";
    tx.run_uncounted(sql, &[&communities, &numbers, &hashes]).await.map(drop)
}

async fn send_standings(tx: &PgTx, standings: &HashMap<(CommunityId, AccountId), (bool, i64)>) -> Result<()> {
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
    tx.run_uncounted(sql, &[&communities, &accounts, &statuses, &versions]).await.map(drop)
}

async fn take_ranks(
    tx: &PgTx,
    ranks: &HashMap<(CommunityId, AccountId, RankId), Option<Place>>,
) -> Result<()> {
    let taken = || ranks.iter().filter(|(_, place)| place.is_none()).map(|(held, _)| held);
    let communities: Vec<_> = taken().map(|(community, ..)| community.0).collect();
    if communities.is_empty() {
        return Ok(());
    }
    let accounts: Vec<_> = taken().map(|(_, account, _)| account.0).collect();
    let ranks: Vec<_> = taken().map(|(.., rank)| rank.0).collect();
    let sql = "DELETE FROM account_ranks r
         USING unnest($1::bigint[], $2::uuid[], $3::uuid[]) AS old (community, account, rank)
         WHERE r.community = old.community AND r.account = old.account AND r.rank = old.rank";
    tx.run_uncounted(sql, &[&communities, &accounts, &ranks]).await.map(drop)
}

async fn give_ranks(
    tx: &PgTx,
    ranks: &HashMap<(CommunityId, AccountId, RankId), Option<Place>>,
) -> Result<()> {
    let given = || ranks.iter().filter_map(|(held, place)| place.map(|place| (held, place)));
    let communities: Vec<_> = given().map(|((community, ..), _)| community.0).collect();
    if communities.is_empty() {
        return Ok(());
    }
    let accounts: Vec<_> = given().map(|((_, account, _), _)| account.0).collect();
    let ranks: Vec<_> = given().map(|((.., rank), _)| rank.0).collect();
    let positions: Vec<_> = given().map(|(_, place)| place.position).collect();
    let ends: Vec<_> = given().map(|(_, place)| place.expires_at.map(Timestamp::as_millisecond)).collect();
    let sql = "INSERT INTO account_ranks (community, account, rank, position, expires_at)
         SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[])
         ON CONFLICT (community, account, rank) DO UPDATE
         SET position = excluded.position, expires_at = excluded.expires_at";
    tx.run_uncounted(sql, &[&communities, &accounts, &ranks, &positions, &ends]).await.map(drop)
}

async fn send_changes(tx: &PgTx, changes: &[(CommunityId, RankChange, ChainHash)]) -> Result<()> {
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
    tx.run_uncounted(
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

async fn mark_reversed(tx: &PgTx, changes: &[(CommunityId, RankChange, ChainHash)]) -> Result<()> {
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
    let marked = tx.run_uncounted(sql, &[&communities, &reversed, &by]).await?;
    if marked == u64::try_from(by.len()).unwrap_or(u64::MAX) {
        return Ok(());
    }
    Err(StorageError::Conflict(format!("a reversal of one of the rank changes {reversed:?}")))
}

async fn send_events(tx: &PgTx, events: &[(CommunityId, OutboxEvent)]) -> Result<()> {
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
    tx.run_uncounted(sql, &[&communities, &ids, &topics, &accounts, &changes, &times]).await.map(drop)
}
