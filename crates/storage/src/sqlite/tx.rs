//! A transaction on a connection, for reading or for writing.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use rusqlite::{CachedStatement, Connection, Params};
use tokio::sync::OwnedMutexGuard;

use super::IDLE_READERS;
use super::codec::engine_error;
use crate::{ReadTx, Result, WriteTx};

/// A transaction. The file of each noun adds its queries.
pub(super) struct SqliteTx {
    conn: Holder,
    open: bool,
}

enum Holder {
    Writer(OwnedMutexGuard<Connection>),
    Reader(Reader),
}

/// A read connection that goes back to the idle ones.
pub(super) struct Reader {
    conn: Option<Connection>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Reader {
    pub(super) fn new(conn: Connection, idle: Arc<Mutex<Vec<Connection>>>) -> Self {
        Self { conn: Some(conn), idle }
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
    pub(super) fn begin(writer: OwnedMutexGuard<Connection>) -> Result<Self> {
        Self::start(Holder::Writer(writer), "BEGIN IMMEDIATE")
    }

    pub(super) fn read(reader: Reader) -> Result<Self> {
        Self::start(Holder::Reader(reader), "BEGIN DEFERRED")
    }

    fn start(conn: Holder, begin: &str) -> Result<Self> {
        let mut tx = Self { conn, open: false };
        tx.run(begin, [])?;
        tx.open = true;
        Ok(tx)
    }

    fn conn(&self) -> &Connection {
        match &self.conn {
            Holder::Writer(conn) => conn,
            Holder::Reader(reader) => {
                reader.conn.as_ref().expect("the connection is there until the reader is dropped")
            }
        }
    }

    /// The prepared statement for this SQL.
    pub(super) fn prepare(&self, sql: &str) -> Result<CachedStatement<'_>> {
        self.conn().prepare_cached(sql).map_err(engine_error)
    }

    /// Runs a statement. Answers the number of rows it wrote.
    pub(super) fn run(&self, sql: &str, params: impl Params) -> Result<usize> {
        self.prepare(sql)?.execute(params).map_err(engine_error)
    }

    /// The first row, read by `read`.
    pub(super) fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        let mut statement = self.prepare(sql)?;
        let mut rows = statement.query(params).map_err(engine_error)?;
        let row = rows.next().map_err(engine_error)?;
        row.map(read).transpose().map_err(engine_error)
    }

    /// All rows, read by `read`.
    pub(super) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.prepare(sql)?;
        let rows = statement.query_map(params, read).map_err(engine_error)?;
        rows.collect::<rusqlite::Result<_>>().map_err(engine_error)
    }

    /// The id that the last insert made.
    pub(super) fn last_insert_rowid(&self) -> i64 {
        self.conn().last_insert_rowid()
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
    }
}

impl ReadTx for SqliteTx {}

#[async_trait]
impl WriteTx for SqliteTx {
    async fn savepoint(&mut self) -> Result<()> {
        self.run("SAVEPOINT command", []).map(drop)
    }

    async fn release_savepoint(&mut self) -> Result<()> {
        self.run("RELEASE command", []).map(drop)
    }

    async fn rollback_to_savepoint(&mut self) -> Result<()> {
        self.run("ROLLBACK TO command", [])?;
        self.release_savepoint().await
    }

    async fn commit(mut self: Box<Self>) -> Result<()> {
        self.run("COMMIT", [])?;
        self.open = false;
        Ok(())
    }
}
