//! What a client is told when the database cannot be asked.

use std::time::Duration;

use rankledger_storage::StorageError;

use crate::wire::problem::{Problem, kinds};

/// After how long a client may try again.
const RETRY: Duration = Duration::from_secs(2);

impl Problem {
    /// The database has no primary, or all connections to it are in use.
    pub fn database_unavailable() -> Self {
        let detail = "The database cannot be reached just now. Nothing was written: try again in a moment.";
        Self::new(&kinds::UNAVAILABLE, detail).retry_after(RETRY)
    }

    /// Nobody knows whether a commit was kept.
    pub fn unsettled() -> Self {
        let detail = "The database was lost while the request was being written: it may have been carried out or not. Look before \
                      you repeat it; with an Idempotency-Key, repeat it as it is.";
        Self::new(&kinds::UNAVAILABLE, detail).retry_after(RETRY)
    }

    /// The database takes longer than a watcher should wait.
    pub fn database_silent() -> Self {
        let detail = "The database does not answer in time, or all connections to it are in use.";
        Self::new(&kinds::UNAVAILABLE, detail).retry_after(RETRY)
    }

    /// Something ails the database, or this machine beside it, so that this server should not be asked.
    pub fn unfit(warning: &str) -> Self {
        let detail = format!("This server is not fit for its work: {warning}.");
        Self::new(&kinds::UNAVAILABLE, detail).retry_after(RETRY)
    }
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Busy => {
                tracing::warn!(%error, "the database was busy");
                Self::new(&kinds::UNAVAILABLE, "The database is busy: try again in a moment.")
                    .retry_after(RETRY)
            }
            StorageError::Unavailable(_) => {
                tracing::warn!(%error, "the database cannot be reached");
                Self::database_unavailable()
            }
            StorageError::Unsettled => Self::unsettled(),
            StorageError::Gone(_) => {
                tracing::error!(%error, "the database is gone");
                Self::new(
                    &kinds::UNAVAILABLE,
                    "The database is not in its place: the operator has to look at it.",
                )
            }
            error => Self::internal(&error),
        }
    }
}
