//! A recorded rank change, and what makes it live.

use jiff::Timestamp;

use crate::ids::{AccountId, BatchId, ChangeNumber, CredentialId, LogId, UndoId};
use crate::transition::Transition;

/// One entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankChange {
    /// Its position in its community.
    pub number: ChangeNumber,
    /// What an undo is asked for by.
    pub undo_id: UndoId,
    /// Its log entry.
    pub log_id: LogId,
    /// The account it changed.
    pub account: AccountId,
    /// When it was recorded.
    pub at: Timestamp,
    /// What it did.
    pub transition: Transition,
    /// Whether it is a change of its own, or undoes or redoes another.
    pub kind: ChangeKind,
    /// Where it came from.
    pub source: Source,
    /// The person who acted, if one was named.
    pub actor: Option<AccountId>,
    /// The credential that was used; none for the operator's own commands.
    pub credential: Option<CredentialId>,
    /// Why, in the words of whoever acted.
    pub reason: Option<String>,
    /// The rollback that it is a part of.
    pub batch: Option<BatchId>,
    /// The change that this one reverses.
    pub reverses: Option<ChangeNumber>,
    /// The change that reversed this one.
    pub reversed_by: Option<ChangeNumber>,
}

/// Whether a change stands for itself or for another.
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
    /// The kind of the change that reverses one of this kind.
    #[must_use]
    pub fn reversal(self) -> Self {
        match self {
            Self::Change | Self::Redo => Self::Undo,
            Self::Undo => Self::Redo,
        }
    }

    /// The word for it in tables and on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Undo => "undo",
            Self::Redo => "redo",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Change, Self::Undo, Self::Redo].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Where a change came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

    /// The word for it in tables and on the wire.
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

    /// Reads the word back.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == word)
    }
}

impl RankChange {
    /// Whether the change counts: it has not been reversed, and is not itself the undo of one. A change and its
    /// reversal cancel out; a redo is live in the place of what it brought back.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.reversed_by.is_none() && self.kind != ChangeKind::Undo
    }
}
