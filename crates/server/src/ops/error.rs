//! Reasons why a command did not happen: it is refused, or the ledger or the storage failed. Here each
//! becomes the problem that is sent to the client; the sentences are in `wire/problem`.

use rankledger_domain::refusal::Refusal;
use rankledger_storage::StorageError;

use crate::wire::problem::Problem;

/// Why a command did not happen. Nothing was written, unless it is [`LedgerError::OutcomeUnknown`].
#[derive(Debug, thiserror::Error)]
pub enum OpError {
    /// The command is refused, for the reason that is sent to the client.
    #[error("refused: {}", .0.detail())]
    Refused(Problem),
    /// The ledger writer did not carry it out, or cannot say whether it did.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Why the ledger writer did not carry out a command, or cannot say whether it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// The queue has no room for another command.
    #[error("the ledger's queue is full")]
    QueueFull,
    /// The server is shutting down.
    #[error("the ledger is closed")]
    Closed,
    /// The transaction that the command was part of failed.
    #[error("the transaction was not committed")]
    NotCommitted,
    /// The database could not be reached, or takes no writes just now.
    #[error("the database cannot be reached just now")]
    DatabaseUnavailable,
    /// The database was not closed, and is being examined before anything is written to it.
    #[error("the database is being examined")]
    DatabaseExamined,
    /// The database is damaged.
    #[error("the database is damaged")]
    DatabaseDamaged,
    /// Another process has locked the database.
    #[error("another process has locked the database")]
    DatabaseLocked,
    /// The disk of the database is full.
    #[error("the disk of the database is full")]
    DiskFull,
    /// The connection to the database was lost during the commit of the command.
    #[error("the database was lost during the commit: whether the command was carried out is not known")]
    OutcomeUnknown,
    /// The command itself failed, by a fault of this program.
    #[error("the operation panicked")]
    Panicked,
}

impl LedgerError {
    /// Returns what the commands of a group are told that failed with this error.
    pub(super) fn of_group(error: &StorageError) -> Self {
        match error {
            StorageError::Unavailable(_) => Self::DatabaseUnavailable,
            StorageError::Locked => Self::DatabaseLocked,
            StorageError::Examined(_) => Self::DatabaseExamined,
            StorageError::Damaged { .. } => Self::DatabaseDamaged,
            StorageError::DiskFull(_) => Self::DiskFull,
            StorageError::Unsettled => Self::OutcomeUnknown,
            _ => Self::NotCommitted,
        }
    }
}

impl From<Problem> for OpError {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<Refusal> for OpError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<OpError> for Problem {
    fn from(error: OpError) -> Self {
        match error {
            OpError::Refused(problem) => problem,
            OpError::Ledger(error) => Self::from(error),
            OpError::Storage(error) => Self::from(error),
        }
    }
}

impl From<LedgerError> for Problem {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::QueueFull => Self::queue_full(),
            LedgerError::Closed => Self::shutting_down(),
            LedgerError::NotCommitted => Self::not_committed(),
            LedgerError::DatabaseUnavailable => Self::database_unavailable(),
            LedgerError::DatabaseExamined => Self::database_examined(),
            LedgerError::DatabaseDamaged => Self::database_damaged(),
            LedgerError::DatabaseLocked => Self::database_locked(),
            LedgerError::DiskFull => Self::disk_full(),
            LedgerError::OutcomeUnknown => Self::outcome_unknown(),
            LedgerError::Panicked => Self::internal(&error),
        }
    }
}
