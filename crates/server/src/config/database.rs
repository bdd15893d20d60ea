//! The address of the database: `sqlite:PATH` or `postgres://...`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use rankledger_domain::time::Clock;
use rankledger_storage::checkup::Check;
use rankledger_storage::postgres::{self, PostgresOptions, PostgresStorage, PostgresUrl};
use rankledger_storage::sqlite::{self, SqliteReadOnly, SqliteStorage};
use rankledger_storage::transfer::WholeDatabase;
use rankledger_storage::{Storage, StorageError};
use serde::Deserialize;

/// The address of the database.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum DatabaseUrl {
    /// In an SQLite file.
    Sqlite(PathBuf),
    /// In a PostgreSQL database.
    Postgres(PostgresUrl),
}

impl DatabaseUrl {
    /// A database in this file. Messages name its whole path.
    fn in_file(path: &Path) -> Self {
        // This fails if the current folder is gone; then opening the file fails, too.
        Self::Sqlite(std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
    }

    /// Opens it, making it if it is not there. A file that was not closed is examined first. A PostgreSQL
    /// database has to be there; its tables are made.
    pub async fn open(&self, options: PostgresOptions) -> Result<Arc<dyn Storage>, StorageError> {
        match self {
            Self::Sqlite(path) => Ok(Arc::new(SqliteStorage::open_to_change(path)?)),
            Self::Postgres(url) => Ok(Arc::new(PostgresStorage::open(url, options).await?)),
        }
    }

    /// Opens it to serve it, making it if it is not there. A file that was not closed is examined beside
    /// reads.
    pub async fn open_to_serve(&self, options: PostgresOptions) -> Result<Arc<dyn Storage>, StorageError> {
        match self {
            Self::Sqlite(path) => Ok(Arc::new(SqliteStorage::open_to_serve(path)?)),
            Self::Postgres(_) => self.open(options).await,
        }
    }

    /// Opens it to be read only: a file and what is beside it stay as they are. It must be there.
    pub async fn open_to_read(&self, options: PostgresOptions) -> Result<Arc<dyn Storage>, StorageError> {
        match self {
            Self::Sqlite(path) => Ok(Arc::new(SqliteReadOnly::open(path)?)),
            Self::Postgres(_) => self.open(options).await,
        }
    }

    /// Opens it to be copied.
    pub async fn open_whole(&self) -> Result<Box<dyn WholeDatabase>, StorageError> {
        match self {
            Self::Sqlite(path) => Ok(Box::new(SqliteStorage::open_to_change(path)?)),
            Self::Postgres(url) => {
                Ok(Box::new(PostgresStorage::open(url, PostgresOptions::default()).await?))
            }
        }
    }

    /// Opens it to be filled by a copy, making it if it is not there.
    pub async fn open_to_fill(&self) -> Result<Box<dyn WholeDatabase>, StorageError> {
        match self {
            Self::Sqlite(path) => Ok(Box::new(SqliteStorage::open_to_fill(path)?)),
            Self::Postgres(url) => {
                Ok(Box::new(PostgresStorage::open_to_fill(url, PostgresOptions::default()).await?))
            }
        }
    }

    /// Looks at it, without changing anything. It need not be there.
    pub async fn check_up(&self, options: PostgresOptions, clock: &dyn Clock) -> Vec<Check> {
        match self {
            Self::Sqlite(path) => sqlite::check_up(path, clock.now()),
            Self::Postgres(url) => postgres::check_up(url, options, clock).await,
        }
    }

    /// Whether the database exists. For a PostgreSQL database that is known only when it is opened.
    #[must_use]
    pub fn exists(&self) -> bool {
        match self {
            Self::Sqlite(path) => sqlite::exists(path),
            Self::Postgres(_) => true,
        }
    }
}

impl Default for DatabaseUrl {
    fn default() -> Self {
        Self::in_file(Path::new("rankledger.db"))
    }
}

impl fmt::Display for DatabaseUrl {
    /// Without a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => url.fmt(f),
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return text.parse().map(Self::Postgres);
        }
        match text.strip_prefix("sqlite:") {
            Some(path) if path.is_empty() || path.starts_with(':') => {
                Err("name a file after `sqlite:`, such as sqlite:rankledger.db".to_owned())
            }
            // Some programs mean a file in the folder that they run in by this, others one in the root
            // folder.
            Some(path) if path.starts_with("//") && !path.starts_with("///") => {
                let name = path.trim_start_matches('/');
                Err(format!(
                    "write sqlite:{name} for a file in the folder that this runs in, or sqlite:/{name} for one in the root folder"
                ))
            }
            Some(path) => Ok(Self::in_file(Path::new(path))),
            None => Err("a database is written sqlite:PATH, such as sqlite:rankledger.db, or \
                         postgres://USER:PASSWORD@HOST/NAME"
                .to_owned()),
        }
    }
}

impl TryFrom<String> for DatabaseUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}
