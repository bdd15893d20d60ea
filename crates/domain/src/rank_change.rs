//! Recorded rank changes, and which of them are live.

use jiff::Timestamp;

use crate::ids::{AccountId, BatchId, ChangeNumber, CredentialId, LogId, UndoId};
use crate::transition::Transition;

/// One rank change of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankChange {
    /// Position of the change in its community.
    pub number: ChangeNumber,
    /// Undo id, by which clients ask for the undo of the change.
    pub undo_id: UndoId,
    /// Id of the change's log entry.
    pub log_id: LogId,
    /// Account that was changed.
    pub account: AccountId,
    /// Time at which the change was recorded.
    pub at: Timestamp,
    /// Ranks and status before and after the change.
    pub transition: Transition,
    /// Whether it is a change of its own, or undoes or redoes another.
    pub kind: ChangeKind,
    /// Origin of the change.
    pub source: Source,
    /// Person who acted, if one was named.
    pub actor: Option<AccountId>,
    /// Credential that was used. `None` for the operator's own commands.
    pub credential: Option<CredentialId>,
    /// Reason of the change, in the words of the request.
    pub reason: Option<String>,
    /// Rollback that recorded the change, if one did.
    pub batch: Option<BatchId>,
    /// The change that this one reverses.
    pub reverses: Option<ChangeNumber>,
    /// The change that reversed this one.
    pub reversed_by: Option<ChangeNumber>,
}

/// Whether a change is one of its own or reverses another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// A change of its own.
    Change,
    /// The reversal of a change or of a redo.
    Undo,
    /// The reversal of an undo: it makes the change live again, on top.
    Redo,
}

impl ChangeKind {
    /// Returns the kind of the change that reverses one of this kind.
    #[must_use]
    pub fn reversal(self) -> Self {
        match self {
            Self::Change | Self::Redo => Self::Undo,
            Self::Undo => Self::Redo,
        }
    }

    /// Returns the word for it in tables and on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Undo => "undo",
            Self::Redo => "redo",
        }
    }

    /// Reads the word back. `None` if it is another word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Change, Self::Undo, Self::Redo].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Origin of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// A request to change ranks, or to undo a change.
    Api,
    /// An imported document.
    Import,
    /// A promotion flow.
    Flow,
    /// A ban.
    Ban,
    /// A kick.
    Kick,
    /// The archiving of an account.
    Archive,
    /// The retirement of a rank, or of a department.
    Retirement,
    /// A rollback of many changes at once.
    Rollback,
    /// The end of a grant.
    Expiry,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 9] = [
        Self::Api,
        Self::Import,
        Self::Flow,
        Self::Ban,
        Self::Kick,
        Self::Archive,
        Self::Retirement,
        Self::Rollback,
        Self::Expiry,
    ];

    /// Returns the word for it in tables and on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Import => "import",
            Self::Flow => "flow",
            Self::Ban => "ban",
            Self::Kick => "kick",
            Self::Archive => "archive",
            Self::Retirement => "retirement",
            Self::Rollback => "rollback",
            Self::Expiry => "expiry",
        }
    }

    /// Reads the word back. `None` if it is another word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == word)
    }
}

impl RankChange {
    /// Returns whether the change is live: it has not been reversed, and is not itself an undo. A change and
    /// its undo cancel out; a redo is live in place of the change that it brought back.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.reversed_by.is_none() && self.kind != ChangeKind::Undo
    }
}
