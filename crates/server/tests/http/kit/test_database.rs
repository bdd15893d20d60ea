//! The database of a server: a file in a temporary folder, or with `RANKLEDGER_TEST_BACKEND=postgres` a
//! database of the PostgreSQL that `cargo xtask test` starts. The database is removed with the last server on
//! it.

use std::path::PathBuf;
use std::sync::Arc;

use rankledger_instances::{Database, fresh_in_run, is_on_postgres};
use rankledger_storage::Storage;
use rankledger_storage::postgres::{PostgresOptions, PostgresStorage};
use rankledger_storage::sqlite::SqliteStorage;
use rusqlite::Connection;
use tempfile::TempDir;
use tokio_postgres::NoTls;

use super::template::{self, Documents};

/// A database.
pub(super) enum TestDatabase {
    /// A file in this folder.
    Sqlite(TempDir),
    /// A database of a PostgreSQL server.
    Postgres(Database),
}

impl TestDatabase {
    /// Makes a database with these communities, of the backend that the tests run on.
    pub(super) async fn with(documents: Documents) -> Self {
        if is_on_postgres() {
            return Self::Postgres(postgres_with(documents).await);
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        template::file(documents, &file(&folder)).await;
        Self::Sqlite(folder)
    }

    /// Opens the database.
    pub(super) async fn open(&self) -> Arc<dyn Storage> {
        match self {
            Self::Sqlite(folder) => Arc::new(SqliteStorage::open(&file(folder)).expect("a database")),
            Self::Postgres(database) => Arc::new(open(&database.url).await),
        }
    }

    /// Runs SQL that both backends know on the database directly.
    pub(super) async fn run(&self, sql: &str) {
        match self {
            Self::Sqlite(folder) => {
                let conn = Connection::open(file(folder)).expect("the database");
                conn.execute_batch(sql).expect("it runs");
            }
            Self::Postgres(database) => {
                connect(&database.url).await.batch_execute(sql).await.expect("it runs");
            }
        }
    }

    /// Returns whether this text occurs anywhere in the database, as text or as bytes.
    pub(super) async fn has(&self, text: &str) -> bool {
        match self {
            Self::Sqlite(folder) => {
                let files = std::fs::read_dir(folder.path()).expect("the folder of the database");
                files.into_iter().any(|file| {
                    let bytes = std::fs::read(file.expect("a file").path()).expect("a file that can be read");
                    bytes.windows(text.len()).any(|window| window == text.as_bytes())
                })
            }
            Self::Postgres(database) => has_row_with(&connect(&database.url).await, text).await,
        }
    }

    /// Returns the number that SQL selects.
    pub(super) async fn number(&self, sql: &str) -> i64 {
        match self {
            Self::Sqlite(folder) => {
                let conn = Connection::open(file(folder)).expect("the database");
                conn.query_row(sql, [], |row| row.get(0)).expect("a number")
            }
            Self::Postgres(database) => {
                connect(&database.url).await.query_one(sql, &[]).await.expect("a number").get(0)
            }
        }
    }
}

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("test.db")
}

async fn postgres_with(documents: Documents) -> Database {
    let name = template::name(documents);
    fresh_in_run(&name, async |url| template::fill(Arc::new(open(url).await), documents).await).await
}

async fn open(url: &str) -> PostgresStorage {
    let url = url.parse().expect("an address");
    let options = PostgresOptions { writers: 3, readers: 4, ..PostgresOptions::default() };
    PostgresStorage::open(&url, options).await.expect("a database")
}

/// Returns whether a row of any table has this text in it. PostgreSQL shows bytes as hexadecimal digits.
async fn has_row_with(client: &tokio_postgres::Client, text: &str) -> bool {
    let tables = client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", &[]).await;
    for table in tables.expect("the tables") {
        let table: String = table.get(0);
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM {table} AS t WHERE strpos(t::text, $1) > 0
                 OR strpos(t::text, encode(convert_to($1, 'UTF8'), 'hex')) > 0)"
        );
        if client.query_one(&sql, &[&text]).await.expect("a look-up").get(0) {
            return true;
        }
    }
    false
}

async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("a connection");
    tokio::spawn(connection);
    client
}
