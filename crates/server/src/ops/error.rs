//! Why an operation did not happen: it is refused, or the ledger or the storage failed. Here each becomes the problem that a
//! client is told; the sentences stand in `wire/problem`.

use jiff::Timestamp;
use rankledger_domain::guard::{self, Excess, Freeze};
use rankledger_domain::ids::{AccountId, ChangeNumber};
use rankledger_domain::refusal::{Refusal, RetiredEntry};
use rankledger_storage::StorageError;

use super::guards::check::CountedFor;
use super::rollback::MAX_CHANGES;
use super::undo_change::ChangeName;
use crate::wire::problem::Problem;

/// Why an operation did not happen. Nothing was written, unless it is [`LedgerError::OutcomeUnknown`].
#[derive(Debug, thiserror::Error)]
pub enum OpError {
    /// It is refused, for the reason that the client is told.
    #[error("refused: {}", .0.detail())]
    Refused(Problem),
    /// The rules refused it.
    #[error(transparent)]
    Rules(#[from] Refusal),
    /// The community has no such account.
    #[error("there is no account {0}")]
    AccountNotFound(AccountId),
    /// The flow is not meant to be run in this direction.
    #[error("the flow cannot be run this way")]
    WrongDirection {
        /// Whether it was to promote.
        promote: bool,
    },
    /// The flow would give ranks that are retired.
    #[error("the flow gives retired ranks: {0:?}")]
    FlowGivesRetired(Vec<RetiredEntry>),
    /// The community has no such rank change.
    #[error("there is no rank change {0}")]
    ChangeNotFound(ChangeName),
    /// The change was pruned, with all before it.
    #[error("rank change {number} was pruned")]
    ChangePruned {
        /// Its number.
        number: ChangeNumber,
        /// The last that was pruned.
        up_to: ChangeNumber,
        /// When it was pruned.
        at: Timestamp,
    },
    /// Whoever acts would roll back what they did themselves, or bring back what somebody else's rollback took from them.
    #[error("nobody rolls back their own changes")]
    OwnRollback,
    /// The filter of a rollback matches more changes than one rollback takes back.
    #[error("the filter matches too many changes")]
    RollbackTooLarge,
    /// A rollback would not do any more what was foretold.
    #[error("the plan of the rollback is stale")]
    PlanStale,
    /// The community wants to know who acts, and nobody was named.
    #[error("the community wants the acting user to be named")]
    UserRequired,
    /// More ranks would be taken away than the guard of the community allows.
    #[error("{excess:?} for {who:?}")]
    AbnormalUsage {
        /// Whose limit it is.
        who: CountedFor,
        /// How much more.
        excess: Excess,
    },
    /// No rank is changed while the community is frozen.
    #[error("the community is frozen since {}", .0.at)]
    CommunityFrozen(Freeze),
    /// The account is not at the version that the client has seen.
    #[error("the account is at version {found}")]
    VersionMismatch {
        /// The version it is at.
        found: i64,
    },
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
    /// Another process has locked the database.
    #[error("another process has locked the database")]
    DatabaseLocked,
    /// The connection to the database was lost during the commit of the command.
    #[error("the database was lost during the commit: whether the command was carried out is not known")]
    OutcomeUnknown,
    /// The command itself failed, by a fault of this program.
    #[error("the operation panicked")]
    Panicked,
}

impl From<Problem> for OpError {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<OpError> for Problem {
    fn from(error: OpError) -> Self {
        match error {
            OpError::Refused(problem) => problem,
            OpError::Rules(refusal) => Self::from(refusal),
            OpError::AccountNotFound(id) => Self::account_not_found(id),
            OpError::ChangeNotFound(name) => Self::rank_change_not_found(&name),
            OpError::ChangePruned { number, up_to, at } => Self::rank_change_pruned(number, up_to, at),
            OpError::WrongDirection { promote } => Self::wrong_direction(promote),
            OpError::FlowGivesRetired(entries) => Self::flow_gives_retired(&entries),
            OpError::UserRequired => Self::user_required(),
            OpError::AbnormalUsage { who: CountedFor::Person(id), excess } => {
                Self::abnormal_usage(guard::CountedFor::Person(id), &excess)
            }
            OpError::AbnormalUsage { who: CountedFor::Credential(id), excess } => {
                Self::abnormal_usage(guard::CountedFor::Credential(id), &excess)
            }
            OpError::CommunityFrozen(freeze) => Self::community_frozen(&freeze),
            OpError::VersionMismatch { found } => Self::version_mismatch(found),
            OpError::OwnRollback => Self::own_rollback(),
            OpError::RollbackTooLarge => Self::rollback_too_large(MAX_CHANGES),
            OpError::PlanStale => Self::plan_stale(),
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
            LedgerError::DatabaseLocked => Self::database_locked(),
            LedgerError::OutcomeUnknown => Self::outcome_unknown(),
            LedgerError::Panicked => Self::internal(&error),
        }
    }
}
