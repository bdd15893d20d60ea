//! SQLite at its best: two plain statements, as durable as the ledger. An UPDATE of a row of 1.5 KB, and an
//! INSERT of a row that logs it.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use rusqlite::Connection;

const ROW_LENGTH: usize = 1536;

const ENTRY: &str =
    r#"{"add":["00000000-0000-4000-8000-000000000000"],"remove":[],"actor":null,"reason":null}"#;

/// A database of rows, and a log of what was done to them.
pub struct Plain {
    conn: Connection,
    rows: u32,
    random: fastrand::Rng,
}

impl Plain {
    /// Makes the database in this file, with so many rows.
    pub fn create(path: &Path, rows: u32) -> Result<Self> {
        let mut conn = Connection::open(path).context("cannot make a database to measure with")?;
        let mode: String = conn.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
        ensure!(mode == "wal", "SQLite has no write-ahead log on this disk: choose another");
        conn.pragma_update(None, "synchronous", "FULL")?;
        conn.pragma_update(None, "cache_size", -16_000)?;
        conn.execute_batch(
            "CREATE TABLE accounts (id INTEGER PRIMARY KEY, row TEXT NOT NULL) STRICT;
             CREATE TABLE log (number INTEGER PRIMARY KEY, account INTEGER NOT NULL, entry TEXT NOT NULL) STRICT;",
        )?;
        let tx = conn.transaction()?;
        for id in 0..rows {
            tx.prepare_cached("INSERT INTO accounts (id, row) VALUES (?1, ?2)")?.execute((id, row(id)))?;
        }
        tx.commit()?;
        Ok(Self { conn, rows, random: fastrand::Rng::with_seed(1) })
    }

    /// Changes random rows, so many in one commit.
    pub fn run_group(&mut self, size: usize) -> Result<()> {
        let tx = self.conn.transaction()?;
        for _ in 0..size {
            let id = self.random.u32(..self.rows);
            let row = row(self.random.u32(..));
            tx.prepare_cached("UPDATE accounts SET row = ?2 WHERE id = ?1")?.execute((id, row))?;
            tx.prepare_cached("INSERT INTO log (account, entry) VALUES (?1, ?2)")?.execute((id, ENTRY))?;
        }
        tx.commit()?;
        Ok(())
    }
}

fn row(content: u32) -> String {
    format!("{content:0ROW_LENGTH$}")
}
