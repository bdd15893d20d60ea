//! Why an operation did not happen.

use std::fmt;

use jiff::Timestamp;
use rankledger_domain::credential::EndedCredential;
use rankledger_domain::guard::{Excess, Freeze};
use rankledger_domain::identifier::IdentifierName;
use rankledger_domain::ids::{AccountId, ChangeNumber};
use rankledger_domain::refusal::{Refusal, RetiredEntry};
use rankledger_storage::StorageError;

use super::actor::UserName;
use super::guards::check::CountedFor;
use super::undo_change::ChangeName;

/// What can be missing, or have a name already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    /// An account, by its id or number.
    Account,
    /// A department.
    Department,
    /// A rank, by its id or key.
    Rank,
    /// A promotion flow, by its id or key.
    PromotionFlow,
    /// The definition of a profile field.
    ProfileField,
    /// A clock-in type.
    ClockInType,
    /// A custom log type.
    CustomLogType,
    /// An identifier of an account.
    Identifier,
    /// A credential.
    Credential,
}

impl Noun {
    /// What people call it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Department => "department",
            Self::Rank => "rank",
            Self::PromotionFlow => "promotion flow",
            Self::ProfileField => "profile field",
            Self::ClockInType => "clock-in type",
            Self::CustomLogType => "custom log type",
            Self::Identifier => "identifier",
            Self::Credential => "credential",
        }
    }
}

impl fmt::Display for Noun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An identifier that belongs to another account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenIdentifier {
    /// Which of the request's identifiers.
    pub index: usize,
    /// The identifier.
    pub name: IdentifierName,
    /// Whose it is.
    pub owner: AccountId,
}

/// An entry of a request that is not allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedEntry {
    /// Where it stands: a JSON pointer.
    pub pointer: String,
    /// Why.
    pub detail: String,
}

/// Why an operation did not happen. Whatever it is, nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum OpError {
    /// The rules refused it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The community has no such account.
    #[error("there is no account {0}")]
    AccountNotFound(AccountId),
    /// Nobody, or more than one account, goes by a name.
    #[error("\"{name}\" is the name of {accounts} accounts")]
    NotOneAccount {
        /// The name.
        name: String,
        /// How many accounts go by it: none, or more than one.
        accounts: usize,
    },
    /// The community has no such thing.
    #[error("there is no {what} {name}")]
    NotFound {
        /// What was looked for.
        what: Noun,
        /// What it was called.
        name: String,
    },
    /// Something else has this name or id already.
    #[error("{what} {name} is taken")]
    Taken {
        /// What has it.
        what: Noun,
        /// Where the request says it: a JSON pointer.
        pointer: &'static str,
        /// The name or id.
        name: String,
    },
    /// Identifiers that belong to other accounts: every one of the request.
    #[error("identifiers of other accounts: {0:?}")]
    IdentifiersTaken(Vec<TakenIdentifier>),
    /// Entries of the request that the community's definitions do not allow: every one.
    #[error("refused entries: {0:?}")]
    RefusedEntries(Vec<RefusedEntry>),
    /// The community has no such clock-in type.
    #[error("there is no clock-in type \"{name}\"")]
    UnknownClockInType {
        /// The type that was asked for.
        name: String,
        /// The types there are.
        known: Vec<String>,
    },
    /// A banned or archived account does not go on duty.
    #[error("the account is banned or archived, and does not go on duty")]
    BarredFromDuty {
        /// Banned; else archived.
        banned: bool,
    },
    /// The flow is not meant to be run in this direction.
    #[error("the flow cannot be run this way")]
    WrongDirection {
        /// Whether it was to promote.
        promote: bool,
    },
    /// The flow would give ranks that are retired.
    #[error("the flow gives retired ranks: {0:?}")]
    FlowGivesRetired(Vec<RetiredEntry>),
    /// The community has no domain of its own.
    #[error("the community has no domain of its own")]
    NoCustomDomain,
    /// The credential of the request has ended since the request arrived.
    #[error("the credential has ended: {0}")]
    CredentialEnded(EndedCredential),
    /// A credential would be able to do what its maker is not.
    #[error("the credential would exceed its maker: {0}")]
    ExceedsMaker(String),
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
    /// Nobody, or more than one account, is known by the name of whoever is said to act.
    #[error("{name} is the name of {accounts} accounts")]
    UnknownUser {
        /// The name.
        name: UserName,
        /// How many accounts go by it: none, or more than one.
        accounts: usize,
        /// Where the request names them: a JSON pointer.
        pointer: &'static str,
    },
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
    /// The idempotency key was that of another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// More is waiting to be written than may wait.
    #[error("the ledger's queue is full")]
    QueueFull,
    /// The server is shutting down.
    #[error("the ledger is closed")]
    Closed,
    /// The transaction that the operation was part of failed.
    #[error("the transaction was not committed")]
    NotCommitted,
    /// The database could not be reached, or takes no writes just now.
    #[error("the database cannot be reached just now")]
    DatabaseUnavailable,
    /// The connection to the database was lost during the commit of the operation.
    #[error("the database was lost during the commit: whether it was kept is not known")]
    Unsettled,
    /// The operation itself failed, by a fault of this program.
    #[error("the operation panicked")]
    Panicked,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}
