//! The backends, each as a fresh and empty storage that is removed when the test ends.

use rankledger_instances::{Database, fresh_in_run};
use rankledger_storage::Storage;
use rankledger_storage::postgres::{PostgresOptions, PostgresStorage};
use rankledger_storage::sqlite::SqliteStorage;
use tempfile::TempDir;

/// SQLite in a temporary folder.
pub(crate) struct Sqlite {
    storage: SqliteStorage,
    _folder: TempDir,
}

impl Sqlite {
    pub(crate) fn fresh() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let storage = SqliteStorage::open(&folder.path().join("test.db")).expect("a fresh database");
        Self { storage, _folder: folder }
    }

    pub(crate) fn storage(&self) -> &dyn Storage {
        &self.storage
    }
}

/// A database of the PostgreSQL that `cargo xtask test` starts.
pub(crate) struct Postgres {
    storage: PostgresStorage,
    _database: Database,
}

impl Postgres {
    pub(crate) async fn fresh() -> Self {
        let database = fresh_in_run("conformance", async |url| drop(open(url).await)).await;
        let storage = open(&database.url).await;
        Self { storage, _database: database }
    }

    pub(crate) fn storage(&self) -> &dyn Storage {
        &self.storage
    }
}

async fn open(url: &str) -> PostgresStorage {
    let url = url.parse().expect("an address");
    let options = PostgresOptions { writers: 3, readers: 3, ..PostgresOptions::default() };
    PostgresStorage::open(&url, options).await.expect("the schema is brought up to date")
}
