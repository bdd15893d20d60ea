//! Problems of the server and its database. No word of a cause reaches the client: causes go to the log.

use std::fmt::Display;
use std::time::Duration;

use rankledger_storage::StorageError;

use super::Problem;

types![INTERNAL, BROKEN_LEDGER, QUEUE_FULL, UNAVAILABLE, OUTCOME_UNKNOWN, TIMEOUT];

/// The wait after which a client may try again.
const RETRY: Duration = Duration::from_secs(2);

problem_type! {
    INTERNAL = 500 "internal" {
        title: "A fault of the server",
        cause: "Something went wrong that should not go wrong.",
        way_out: "Report it with the X-Request-Id of the answer; the log has the cause under it.",
        example: Problem::fault(),
    }
}

impl Problem {
    /// Logs the cause of a fault of this program.
    pub fn internal(cause: &dyn Display) -> Self {
        tracing::error!(%cause, "internal error");
        Self::fault()
    }

    fn fault() -> Self {
        let detail = "Something went wrong here. The request id in X-Request-Id finds it in the log.";
        Self::new(&INTERNAL, detail)
    }
}

problem_type! {
    BROKEN_LEDGER = 500 "broken-ledger" {
        title: "The end of the ledger is missing",
        cause: "The end of the community's ledger has no hash that a change could be linked to: somebody has written to the database past Rankledger, or its disk is damaged. Nothing was written.",
        way_out: "The operator runs `rankledger verify`, and restores the database from a backup that it calls whole.",
        example: Problem::broken_ledger(),
    }
}

impl Problem {
    pub(crate) fn broken_ledger() -> Self {
        let detail = "The end of this community's ledger is missing, so that nothing can be recorded: the operator has to look at \
                      the database with `rankledger verify`.";
        Self::new(&BROKEN_LEDGER, detail)
    }
}

problem_type! {
    QUEUE_FULL = 503 "queue-full" {
        title: "Too much is waiting to be written",
        cause: "The ledger's queue is full. Nothing was written.",
        way_out: "Try again after as many seconds as Retry-After says.",
        example: Problem::queue_full(),
    }
}

impl Problem {
    pub(crate) fn queue_full() -> Self {
        let detail =
            "More is waiting to be written than this server takes on. Nothing was written: try again.";
        Self::new(&QUEUE_FULL, detail).retry_after(Duration::from_secs(1))
    }
}

problem_type! {
    UNAVAILABLE = 503 "unavailable" {
        title: "Not available just now",
        cause: "The database is busy, locked, failing, damaged or being examined, its disk is full, or the server is shutting down. Nothing was written.",
        way_out: "Try again after as many seconds as Retry-After says.",
        example: Problem::shutting_down(),
    }
}

impl Problem {
    fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(&UNAVAILABLE, detail).retry_after(RETRY)
    }

    pub(crate) fn shutting_down() -> Self {
        Self::unavailable("The server is shutting down: try again in a moment.")
    }

    /// The ledger writer has ended by a panic.
    pub(crate) fn writer_failed() -> Self {
        Self::unavailable(
            "The part of the server that writes has failed: it takes no more changes, and ends to be started again. Try again in \
             a moment.",
        )
    }

    pub(crate) fn not_committed() -> Self {
        Self::unavailable("The database could not commit. Nothing was written: try again in a moment.")
    }

    /// The database has no primary, or all connections to it are in use.
    pub(crate) fn database_unavailable() -> Self {
        Self::unavailable(
            "The database cannot be reached just now. Nothing was written: try again in a moment.",
        )
    }

    /// The disk of the database has no room.
    pub(crate) fn disk_full() -> Self {
        Self::unavailable(
            "The disk of the database is full. Nothing was written: try again once the operator has made room.",
        )
    }

    /// The database takes longer than a watcher should wait.
    pub(crate) fn database_silent() -> Self {
        Self::unavailable("The database does not answer in time, or all connections to it are in use.")
    }

    /// Other transactions stood in the way.
    pub(crate) fn database_busy() -> Self {
        Self::unavailable("The database is busy: try again in a moment.")
    }

    /// Another process has locked the database's file.
    pub(crate) fn database_locked() -> Self {
        Self::unavailable(
            "Another process holds the database and does not let go of it. Nothing was written: try again in a moment. \
             If it stays so, the operator has to find that process: a backup, a copy or a second server.",
        )
    }

    /// The database was not closed, and is being examined before anything is written to it.
    pub(crate) fn database_examined() -> Self {
        Self::unavailable(
            "The server before did not end by itself, and its database is being examined before anything is written to it. Nothing \
             was written: try again in a moment.",
        )
    }

    /// A page of the database is damaged.
    pub(crate) fn database_damaged() -> Self {
        let detail = "The database is damaged, and nothing is written to it any more: the operator has to bring a backup back.";
        Self::new(&UNAVAILABLE, detail)
    }

    /// This server should not be asked: something is wrong with the database, or with this machine beside it.
    pub(crate) fn unfit(why: &str) -> Self {
        Self::unavailable(format!("This server is not fit for its work: {why}."))
    }
}

problem_type! {
    OUTCOME_UNKNOWN = 503 "outcome-unknown" {
        title: "The request may have been carried out",
        cause: "The connection to the database was lost while the request was being committed. The request was carried out as a whole or not at all.",
        way_out: "Send it again with the same Idempotency-Key, if it had one. Else look whether it was carried out before you repeat it.",
        example: Problem::outcome_unknown(),
    }
}

impl Problem {
    pub(crate) fn outcome_unknown() -> Self {
        let detail = "The database was lost while the request was being written: it may have been carried out or not. Look before \
                      you repeat it; with an Idempotency-Key, repeat it as it is.";
        Self::new(&OUTCOME_UNKNOWN, detail).retry_after(RETRY)
    }
}

problem_type! {
    TIMEOUT = 503 "timeout" {
        title: "The request took too long",
        cause: "The request was not answered in time. A write may still have happened.",
        way_out: "Send it again with the same Idempotency-Key, if it had one. Else look whether it was carried out before you repeat it.",
        example: Problem::timed_out(Duration::from_secs(30)),
    }
}

impl Problem {
    pub(crate) fn timed_out(limit: Duration) -> Self {
        let detail = format!(
            "The request was not answered within {} s. A write may still have happened: send it again with the same \
             Idempotency-Key, or look before you repeat it.",
            limit.as_secs()
        );
        Self::new(&TIMEOUT, detail)
    }
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Busy => {
                tracing::warn!(%error, "the database was busy");
                Self::database_busy()
            }
            StorageError::Locked => {
                tracing::warn!(%error, "the database is locked");
                Self::database_locked()
            }
            StorageError::Unavailable(_) => {
                tracing::warn!(%error, "the database cannot be reached");
                Self::database_unavailable()
            }
            StorageError::DiskFull(_) => {
                tracing::error!(%error, "the disk of the database is full");
                Self::disk_full()
            }
            StorageError::Unsettled => Self::outcome_unknown(),
            StorageError::Examined(_) => Self::database_examined(),
            StorageError::Damaged { .. } => {
                tracing::error!(%error, "the database is damaged");
                Self::database_damaged()
            }
            StorageError::Gone(_) => {
                tracing::error!(%error, "the database is gone");
                let detail = "The database is not in its place: the operator has to look at it.";
                Self::new(&UNAVAILABLE, detail)
            }
            StorageError::BrokenLedger(_) => {
                tracing::error!(%error, "a ledger is broken");
                Self::broken_ledger()
            }
            error => Self::internal(&error),
        }
    }
}
