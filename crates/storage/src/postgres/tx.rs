//! A transaction on a connection, for reading or for writing.
//!
//! Every question costs a round trip, so there are few of them. A transaction begins with its first question. One that
//! writes locks the head of a community's ledger before it looks at anything of that community: one transaction at a time
//! writes to a community, whichever node it is of, and what it has read stays true. What rank changes write is put off
//! (see [`Pending`]) and sent with the commit; a savepoint is made only when something is written at once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use deadpool_postgres::Object;
use futures_util::join;
use rankledger_domain::ids::{ChangeNumber, CommunityId};
use tokio::runtime::Handle;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, Statement};

use super::account_rows::ForeseenRows;
use super::codec::{chain_hash, engine_error, get};
use super::idempotency_keys::KnownKeys;
use super::pending::Pending;
use super::rank_changes::LiveChanges;
use super::savepoint::Savepoint;
use super::standings::Standings;
use crate::cache::{Cache, Revision};
use crate::heads::Heads;
use crate::history::LedgerHead;
use crate::{ReadTx, Result, StorageError};

/// The parameters of a statement.
pub(super) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// What to do about a community to which somebody else writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IfLocked {
    Wait,
    Skip,
}

/// So many rows are written in one transaction before the planner's figures are looked at for the first time.
const FIRST_STOCK: u64 = 2_000;

/// A transaction. The file of each noun adds its queries.
pub(super) struct PgTx {
    client: Option<Object>,
    writes: bool,
    pub(super) begun: AtomicBool,
    /// A statement has failed, and the transaction with it: nothing can be kept of it.
    pub(super) failed: AtomicBool,
    pub(super) written: AtomicU64,
    /// How many rows may be written before the planner's figures are looked at.
    stock_at: AtomicU64,
    cache: Arc<Cache>,
    /// The revisions of communities that were looked at, while nothing can change them.
    pub(super) revisions: HashMap<CommunityId, Revision>,
    /// The idempotency keys that are known.
    pub(super) keys: KnownKeys,
    /// The changes that nothing reverses, as far as this transaction has seen them.
    pub(super) live: LiveChanges,
    /// The communities whose heads are locked.
    pub(super) held: HashSet<CommunityId>,
    pub(super) heads: Heads,
    pub(super) standings: Standings,
    /// The rows of accounts that will be asked for.
    pub(super) foreseen_rows: ForeseenRows,
    /// What was put off before the savepoint.
    pub(super) kept: Pending,
    /// What was put off since.
    pub(super) pending: Pending,
    pub(super) savepoint: Savepoint,
}

impl PgTx {
    pub(super) fn read(client: Object, cache: Arc<Cache>) -> Self {
        Self::new(client, cache, false)
    }

    pub(super) fn write(client: Object, cache: Arc<Cache>) -> Self {
        Self::new(client, cache, true)
    }

    fn new(client: Object, cache: Arc<Cache>, writes: bool) -> Self {
        Self {
            client: Some(client),
            writes,
            begun: AtomicBool::new(false),
            failed: AtomicBool::new(false),
            written: AtomicU64::new(0),
            stock_at: AtomicU64::new(FIRST_STOCK),
            cache,
            revisions: HashMap::new(),
            keys: KnownKeys::default(),
            live: LiveChanges::default(),
            held: HashSet::new(),
            heads: Heads::default(),
            standings: Standings::default(),
            foreseen_rows: ForeseenRows::default(),
            kept: Pending::default(),
            pending: Pending::default(),
            savepoint: Savepoint::None,
        }
    }

    pub(super) fn client(&self) -> &Object {
        self.client.as_ref().expect("the connection is there until the transaction is dropped")
    }

    /// What is remembered of the database.
    pub(super) fn cache(&self) -> &Cache {
        &self.cache
    }

    /// Whether what was read stays true until the end.
    pub(super) fn holds(&self, community: CommunityId) -> bool {
        self.held.contains(&community)
    }

    /// To ask about a community: everything that was written to it is there, and nobody else writes to it meanwhile if this
    /// transaction writes.
    pub(super) async fn on(&mut self, community: CommunityId) -> Result<&Self> {
        self.hold(community).await?;
        self.anywhere().await
    }

    /// To ask about no community in particular.
    pub(super) async fn anywhere(&mut self) -> Result<&Self> {
        self.send_pending().await?;
        Ok(self)
    }

    /// To write to a community at once.
    pub(super) async fn writing(&mut self, community: CommunityId) -> Result<&Self> {
        self.hold(community).await?;
        self.writing_anywhere().await
    }

    /// To write at once, to what belongs to no community yet.
    pub(super) async fn writing_anywhere(&mut self) -> Result<&Self> {
        self.revisions.clear();
        self.standings.forget();
        self.foreseen_rows.clear();
        self.writing_beside().await
    }

    /// To write at once, to what is not remembered here.
    pub(super) async fn writing_beside(&mut self) -> Result<&Self> {
        self.send_pending().await?;
        self.mark_savepoint().await?;
        self.take_stock().await?;
        Ok(self)
    }

    /// Has the tables counted in which a transaction has written more than there was, as an import does. Else statements go on
    /// as it was best when the tables were empty: by reading them from end to end.
    async fn take_stock(&self) -> Result<()> {
        let written = self.written.load(Ordering::Relaxed);
        if written < self.stock_at.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.stock_at.store(written * 8, Ordering::Relaxed);
        let known = "SELECT reltuples::float8 FROM pg_class WHERE oid = 'account_standings'::regclass";
        let known: Option<f64> = self.one(known, &[], |row| get(row, 0)).await?;
        #[expect(clippy::cast_precision_loss, reason = "about as many will do")]
        if known.is_none_or(|known| known * 50.0 < written as f64) {
            let tables = "accounts, account_standings, account_ranks, identifiers, rank_changes";
            // One that somebody else is tidying up is not waited for.
            self.command(&format!("ANALYZE (SKIP_LOCKED) {tables}")).await?;
        }
        Ok(())
    }

    /// Locks the head of a community's ledger, if this transaction writes and has not done so yet.
    pub(super) async fn hold(&mut self, community: CommunityId) -> Result<()> {
        self.hold_all(&[community], IfLocked::Wait).await
    }

    /// The same for several, in the order that everybody keeps to who waits for several.
    pub(super) async fn hold_all(&mut self, communities: &[CommunityId], if_locked: IfLocked) -> Result<()> {
        let is_free = |community: &&CommunityId| !self.held.contains(community);
        let ids: Vec<_> = communities.iter().filter(is_free).map(|community| community.0).collect();
        if !self.writes || ids.is_empty() {
            return Ok(());
        }
        let lock = match if_locked {
            IfLocked::Wait => {
                "SELECT last_number, last_hash, community FROM ledger_heads
                 WHERE community = ANY ($1) ORDER BY community FOR UPDATE"
            }
            IfLocked::Skip => {
                "SELECT last_number, last_hash, community FROM ledger_heads
                 WHERE community = ANY ($1) ORDER BY community FOR UPDATE SKIP LOCKED"
            }
        };
        let revisions = "SELECT id, revision FROM communities WHERE id = ANY ($1)";
        let params: Params<'_> = &[&ids];
        // In this order: a revision must be that which is there once the lock is.
        let (heads, revisions) = join!(
            self.all(lock, params, |row| Ok((CommunityId(get(row, 2)?), ledger_head(row)?))),
            self.all(revisions, params, |row| Ok((CommunityId(get(row, 0)?), get(row, 1)?))),
        );
        let (heads, revisions) = (heads?, revisions?);
        let locked: HashSet<_> = match if_locked {
            // Also one that has no head yet.
            IfLocked::Wait => ids.into_iter().map(CommunityId).collect(),
            IfLocked::Skip => heads.iter().map(|(community, _)| *community).collect(),
        };
        for (community, head) in heads {
            self.heads.found(community, head);
        }
        self.revisions.extend(revisions.into_iter().filter(|(community, _)| locked.contains(community)));
        self.held.extend(locked);
        Ok(())
    }

    /// A community that this transaction has made: nobody else sees it yet.
    pub(super) fn hold_new(&mut self, community: CommunityId) {
        self.held.insert(community);
    }

    /// The revision of what is remembered of a community; none if there is no such community.
    pub(super) async fn revision(&mut self, community: CommunityId) -> Result<Option<Revision>> {
        self.hold(community).await?;
        if let Some(revision) = self.revisions.get(&community) {
            return Ok(Some(*revision));
        }
        let sql = "SELECT revision FROM communities WHERE id = $1";
        let revision = self.one(sql, &[&community.0], |row| get(row, 0)).await?;
        if let Some(revision) = revision {
            self.revisions.insert(community, revision);
        }
        Ok(revision)
    }

    /// Counts rows that are written, at once or put off.
    pub(super) fn count_written(&self, rows: u64) {
        self.written.fetch_add(rows, Ordering::Relaxed);
    }

    /// Runs a statement. Answers the number of rows it wrote.
    pub(super) async fn run(&self, sql: &str, params: Params<'_>) -> Result<u64> {
        let rows = self.run_uncounted(sql, params).await?;
        self.count_written(rows);
        Ok(rows)
    }

    /// The same for rows that were counted when they were put off.
    pub(super) async fn run_uncounted(&self, sql: &str, params: Params<'_>) -> Result<u64> {
        let statement = self.prepare(sql).await?;
        self.ask(self.client().execute(&statement, params)).await
    }

    /// The first row, read by `read`.
    pub(super) async fn one<T>(
        &self,
        sql: &str,
        params: Params<'_>,
        read: impl FnOnce(&Row) -> Result<T>,
    ) -> Result<Option<T>> {
        self.rows(sql, params).await?.first().map(read).transpose()
    }

    /// All rows, read by `read`.
    pub(super) async fn all<T>(
        &self,
        sql: &str,
        params: Params<'_>,
        read: impl FnMut(&Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.rows(sql, params).await?.iter().map(read).collect()
    }

    async fn rows(&self, sql: &str, params: Params<'_>) -> Result<Vec<Row>> {
        let statement = self.prepare(sql).await?;
        self.ask(self.client().query(&statement, params)).await
    }

    async fn prepare(&self, sql: &str) -> Result<Statement> {
        self.client().prepare_cached(sql).await.map_err(|error| self.fail(error))
    }

    /// Sends a question; before the first one, and without waiting in between, the beginning of the transaction.
    async fn ask<T>(
        &self,
        question: impl Future<Output = std::result::Result<T, tokio_postgres::Error>>,
    ) -> Result<T> {
        let asked = async {
            if self.begun.swap(true, Ordering::Relaxed) {
                return question.await;
            }
            let (begun, answer) = join!(self.client().batch_execute(self.begin()), question);
            begun.and(answer)
        };
        asked.await.map_err(|error| self.fail(error))
    }

    /// A command without parameters or rows.
    pub(super) async fn command(&self, sql: &str) -> Result<()> {
        self.client().batch_execute(sql).await.map_err(|error| self.fail(error))
    }

    pub(super) fn begin(&self) -> &'static str {
        if self.writes { "BEGIN" } else { "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" }
    }

    /// After a failure PostgreSQL takes nothing more, unless it goes back to a savepoint.
    fn fail(&self, error: tokio_postgres::Error) -> StorageError {
        self.failed.store(true, Ordering::Relaxed);
        // Whoever looks whether something was written must not go on as if nothing had happened.
        self.count_written(1);
        engine_error(error)
    }
}

/// Reads the number and the hash of a ledger's last change.
pub(super) fn ledger_head(row: &Row) -> Result<LedgerHead> {
    Ok(LedgerHead { number: ChangeNumber(get(row, 0)?), hash: chain_hash(row, 1)? })
}

impl Drop for PgTx {
    /// Ends what was not committed. That takes a round trip, for which nobody waits; the connection goes back to the pool
    /// after it. It does not after a failure: the next one may lead to another host, where this one is no primary any more.
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        if !self.begun.load(Ordering::Relaxed) {
            return;
        }
        let runtime = Handle::try_current().ok().filter(|_| !self.failed.load(Ordering::Relaxed));
        let Some(runtime) = runtime else {
            drop(Object::take(client));
            return;
        };
        runtime.spawn(async move {
            if let Err(error) = client.batch_execute("ROLLBACK").await {
                tracing::debug!(%error, "a transaction ended with its connection");
                drop(Object::take(client));
            }
        });
    }
}

impl ReadTx for PgTx {}
