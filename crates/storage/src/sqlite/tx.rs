//! A transaction on a connection, for reading or for writing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;
use rusqlite::{CachedStatement, Connection, Params};
use tokio::sync::OwnedMutexGuard;

use super::IDLE_READERS;
use super::codec::engine_error;
use super::connection::{WritingConnection, is_damage};
use super::examination::Soundness;
use super::file_stamp;
use crate::cache::{Cache, Revision};
use crate::heads::Heads;
use crate::{ReadTx, Result, StorageError, WriteTx};

/// A transaction. The file of each noun adds its queries.
pub(super) struct SqliteTx {
    conn: Holder,
    cache: Arc<Cache>,
    /// The revisions of communities that were looked up. Nobody else changes them meanwhile; what this
    /// transaction writes may.
    revisions: HashMap<CommunityId, Revision>,
    heads: Heads,
    soundness: Arc<Soundness>,
    /// The number of rows that the connection had written before.
    rows_before: u64,
    open: bool,
    /// Whether it has asked for the larger page cache.
    is_roomy: bool,
}

enum Holder {
    Writer(OwnedMutexGuard<WritingConnection>),
    Reader(Reader),
}

/// Reads the revision of a community.
const REVISION: &str = "SELECT revision FROM communities WHERE id = ?1";

/// A read connection that goes back to the idle ones.
pub(super) struct Reader {
    conn: Option<Connection>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Reader {
    pub(super) fn new(conn: Connection, idle: Arc<Mutex<Vec<Connection>>>) -> Self {
        Self { conn: Some(conn), idle }
    }

    fn conn(&self) -> &Connection {
        self.conn.as_ref().expect("the connection is there until the reader is dropped")
    }

    /// Returns the revision of a community at this moment, without a transaction. `None` if there is no such
    /// community.
    pub(super) fn revision(&self, community: CommunityId) -> Result<Option<Revision>> {
        let mut statement = self.conn().prepare_cached(REVISION).map_err(engine_error)?;
        let mut rows = statement.query([community.0]).map_err(engine_error)?;
        let row = rows.next().map_err(engine_error)?;
        row.map(|row| row.get(0)).transpose().map_err(engine_error)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(conn) = self.conn.take()
            && idle.len() < IDLE_READERS
        {
            idle.push(conn);
        }
    }
}

impl SqliteTx {
    pub(super) fn begin(
        writer: OwnedMutexGuard<WritingConnection>,
        cache: Arc<Cache>,
        soundness: &Arc<Soundness>,
    ) -> Result<Self> {
        Self::start(Holder::Writer(writer), cache, soundness, "BEGIN IMMEDIATE")
    }

    pub(super) fn read(reader: Reader, cache: Arc<Cache>, soundness: &Arc<Soundness>) -> Result<Self> {
        Self::start(Holder::Reader(reader), cache, soundness, "BEGIN DEFERRED")
    }

    fn start(conn: Holder, cache: Arc<Cache>, soundness: &Arc<Soundness>, begin: &str) -> Result<Self> {
        let (revisions, heads, soundness) = (HashMap::new(), Heads::default(), Arc::clone(soundness));
        let (rows_before, open, is_roomy) = (0, false, false);
        let mut tx = Self { conn, cache, revisions, heads, soundness, rows_before, open, is_roomy };
        tx.run(begin, [])?;
        tx.rows_before = tx.conn().total_changes();
        tx.open = true;
        Ok(tx)
    }

    /// The connection.
    pub(super) fn conn(&self) -> &Connection {
        match &self.conn {
            Holder::Writer(conn) => conn,
            Holder::Reader(reader) => reader.conn(),
        }
    }

    /// Returns what is cached of the database.
    pub(super) fn cache(&self) -> &Cache {
        &self.cache
    }

    /// Returns the revision of what is cached of a community, `None` if there is no such community.
    pub(super) fn revision(&mut self, community: CommunityId) -> Result<Option<Revision>> {
        if let Some(revision) = self.revisions.get(&community) {
            return Ok(Some(*revision));
        }
        let revision = self.one(REVISION, [community.0], |row| row.get(0))?;
        self.revisions.extend(revision.map(|revision| (community, revision)));
        Ok(revision)
    }

    /// Forgets the revisions: something is about to be written that may change them, or was rolled back.
    pub(super) fn forget_revisions(&mut self) {
        self.revisions.clear();
    }

    /// The heads of ledgers.
    pub(super) fn heads(&mut self) -> &mut Heads {
        &mut self.heads
    }

    /// Writes the heads that were moved.
    pub(super) fn write_heads(&mut self) -> Result<()> {
        for (community, head) in self.heads.moved() {
            let sql = "UPDATE ledger_heads SET last_number = ?2, last_hash = ?3 WHERE community = ?1";
            self.run(sql, (community.0, head.number.0, head.hash.0))?;
        }
        Ok(())
    }

    /// Ends the transaction and keeps what it wrote.
    fn end(&mut self) -> Result<()> {
        self.write_heads()?;
        if self.conn().total_changes() != self.rows_before {
            self.run(file_stamp::RENEW, [])?;
        }
        self.run("COMMIT", [])?;
        self.open = false;
        Ok(())
    }

    /// An error of the engine. If it says that the database is damaged, that is remembered.
    pub(super) fn failed(&self, error: rusqlite::Error) -> StorageError {
        if is_damage(&error) { self.soundness.note(error.to_string()) } else { engine_error(error) }
    }

    /// The prepared statement for this SQL.
    pub(super) fn prepare(&self, sql: &str) -> Result<CachedStatement<'_>> {
        self.conn().prepare_cached(sql).map_err(|error| self.failed(error))
    }

    /// Runs a statement. Returns the number of rows it wrote.
    pub(super) fn run(&self, sql: &str, params: impl Params) -> Result<usize> {
        self.prepare(sql)?.execute(params).map_err(|error| self.failed(error))
    }

    /// The first row, read by `read`.
    pub(super) fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        let mut statement = self.prepare(sql)?;
        let mut rows = statement.query(params).map_err(|error| self.failed(error))?;
        let row = rows.next().map_err(|error| self.failed(error))?;
        row.map(read).transpose().map_err(|error| self.failed(error))
    }

    /// All rows, read by `read`.
    pub(super) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.prepare(sql)?;
        let rows = statement.query_map(params, read).map_err(|error| self.failed(error))?;
        rows.collect::<rusqlite::Result<_>>().map_err(|error| self.failed(error))
    }
}

impl Drop for SqliteTx {
    fn drop(&mut self) {
        // After some failures, such as a full disk, SQLite has rolled back by itself.
        if self.open
            && !self.conn().is_autocommit()
            && let Err(error) = self.run("ROLLBACK", [])
        {
            tracing::error!(%error, "a transaction could not be rolled back");
        }
        // After a transaction of many rows the cache stays: there may be more of them.
        if let Holder::Writer(writer) = &mut self.conn
            && !self.is_roomy
            && let Err(error) = writer.make_roomy(false)
        {
            tracing::warn!(%error, "the page cache could not be made smaller again");
        }
    }
}

impl ReadTx for SqliteTx {}

#[async_trait]
impl WriteTx for SqliteTx {
    fn expect_many_rows(&mut self) -> Result<()> {
        let Holder::Writer(writer) = &mut self.conn else { return Ok(()) };
        writer.make_roomy(true).map_err(engine_error)?;
        self.is_roomy = true;
        Ok(())
    }

    async fn savepoint(&mut self) -> Result<()> {
        self.heads.savepoint();
        self.run("SAVEPOINT command", []).map(drop)
    }

    async fn release_savepoint(&mut self) -> Result<()> {
        self.run("RELEASE command", []).map(drop)
    }

    async fn rollback_to_savepoint(&mut self) -> Result<()> {
        self.heads.rollback();
        self.forget_revisions();
        self.run("ROLLBACK TO command", [])?;
        self.release_savepoint().await
    }

    fn is_intact(&self) -> bool {
        // After some failures, such as a full disk, SQLite has rolled back by itself: what is written then is
        // committed at once, statement by statement.
        !self.conn().is_autocommit()
    }

    fn rows_written(&self) -> u64 {
        self.conn().total_changes()
    }

    async fn commit(mut self: Box<Self>) -> Result<()> {
        self.end()?;
        match &self.conn {
            Holder::Writer(writer) => writer.flush(),
            Holder::Reader(_) => Ok(()),
        }
    }

    async fn commit_unflushed(mut self: Box<Self>) -> Result<()> {
        self.end()
    }
}
