//! Databases that are removed when the test ends.

use std::path::PathBuf;

use rankledger_instances::{Database, fresh_in_run};
use rankledger_storage::postgres::{PostgresOptions, PostgresStorage};
use rankledger_storage::sqlite::SqliteStorage;
use rusqlite::Connection;
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

/// An SQLite file.
pub(crate) struct Sqlite {
    pub(crate) storage: SqliteStorage,
    folder: TempDir,
}

impl Sqlite {
    pub(crate) fn fresh() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let storage = SqliteStorage::open(&folder.path().join("test.db")).expect("a fresh database");
        Self { storage, folder }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("test.db")
    }

    /// Opens the file, for access past Rankledger.
    pub(crate) fn file(&self) -> Connection {
        Connection::open(self.path()).expect("the file")
    }
}

/// A database of the PostgreSQL that `cargo xtask test` starts.
pub(crate) struct Postgres {
    pub(crate) storage: PostgresStorage,
    pub(crate) database: Database,
}

impl Postgres {
    pub(crate) async fn fresh() -> Self {
        let database = fresh_in_run("conformance", async |url| drop(open(url).await)).await;
        Self { storage: open(&database.url).await, database }
    }

    /// Opens a connection, for access past Rankledger.
    pub(crate) async fn client(&self) -> Client {
        let (client, connection) =
            tokio_postgres::connect(&self.database.url, NoTls).await.expect("a connection");
        tokio::spawn(connection);
        client
    }
}

async fn open(url: &str) -> PostgresStorage {
    let url = url.parse().expect("an address");
    let options = PostgresOptions { writers: 3, readers: 3, ..PostgresOptions::default() };
    PostgresStorage::open(&url, options).await.expect("the schema is brought up to date")
}
