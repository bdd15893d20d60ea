//! Why an operation did not happen.

use rankledger_domain::ids::AccountId;
use rankledger_domain::refusal::Refusal;
use rankledger_storage::StorageError;

use super::actor::UserName;
use super::undo_change::ChangeName;

/// Why an operation did not happen. Whatever it is, nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum OpError {
    /// The rules refused it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The community has no such account.
    #[error("there is no account {0}")]
    AccountNotFound(AccountId),
    /// The community has no such rank change.
    #[error("there is no rank change {0}")]
    ChangeNotFound(ChangeName),
    /// Nobody, or more than one account, is known by the name of whoever is said to act.
    #[error("{name} is the name of {accounts} accounts")]
    UnknownUser {
        /// The name.
        name: UserName,
        /// How many accounts go by it: none, or more than one.
        accounts: usize,
    },
    /// The community wants to know who acts, and nobody was named.
    #[error("the community wants the acting user to be named")]
    UserRequired,
    /// The account is not at the version that the client has seen.
    #[error("the account is at version {found}")]
    VersionMismatch {
        /// The version it is at.
        found: i64,
    },
    /// More is waiting to be written than may wait.
    #[error("the ledger's queue is full")]
    QueueFull,
    /// The server is shutting down.
    #[error("the ledger is closed")]
    Closed,
    /// The transaction that the operation was part of failed.
    #[error("the transaction was not committed")]
    NotCommitted,
    /// The operation itself failed, by a fault of this program.
    #[error("the operation panicked")]
    Panicked,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}
