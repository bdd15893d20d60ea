//! Outcome of a step: the form in which the server's answer and the model's are compared.

use crate::community::{Account, Rank};

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Refused(Refusal),
    /// The step is done. The number is that of its change, if one was needed.
    Done(Option<usize>),
    /// The change is undone. The number is that of the reversal, if one was needed; the items were skipped.
    Undone(Option<usize>, Vec<Item>),
    /// Result of the flow for each account: whether it ran, and the number of its change.
    Flow(Vec<(bool, Option<usize>)>),
    /// The rank is retired. Each account lost it by the change of this number.
    Retired(Vec<(Account, usize)>),
    RolledBack(RolledBack),
}

/// Result of a rollback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RolledBack {
    /// Whether the rollback undid anything.
    pub(crate) undid: bool,
    /// Fate of each change, by number, account by account.
    pub(crate) fates: Vec<(Account, Vec<(usize, Fate)>)>,
}

/// Fate of a change that was to be rolled back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The change is undone, except for these parts.
    Undone(Vec<Item>),
    Already,
    /// The change is left whole, for this problem. These parts of it are not clean.
    Skipped {
        problem: String,
        items: Vec<Item>,
    },
}

/// Outlook for the undo of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outlook {
    /// State of each part of the change.
    pub(crate) items: Vec<Item>,
    /// Type of the problem with which the undo would be refused. `None` if it would not be.
    pub(crate) problem: Option<String>,
}

/// Why nothing was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    /// The problem's type.
    pub(crate) kind: String,
    /// State of each part of the change that was to be undone, if the problem lists them.
    pub(crate) items: Vec<Item>,
}

impl Refusal {
    pub(crate) fn new(status: u16, kind: &str) -> Self {
        Self { status, kind: kind.to_owned(), items: Vec::new() }
    }
}

/// One part of a change, and the state of its undo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) slot: Slot,
    pub(crate) state: State,
    /// The later change that superseded the part, if one did.
    pub(crate) by: Option<usize>,
}

/// A slot that a change touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot {
    Rank(Rank),
    Status,
}

/// State of the undo of one part of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Clean,
    Already,
    Superseded,
    Retired,
    Expired,
}

impl State {
    pub(crate) const ALL: [Self; 5] =
        [Self::Clean, Self::Already, Self::Superseded, Self::Retired, Self::Expired];

    /// Returns the word for the state on the wire.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Already => "already",
            Self::Superseded => "superseded",
            Self::Retired => "retired",
            Self::Expired => "expired",
        }
    }
}

impl From<Result<Option<usize>, Refusal>> for Outcome {
    fn from(result: Result<Option<usize>, Refusal>) -> Self {
        result.map_or_else(Self::Refused, Self::Done)
    }
}

impl From<Result<(Option<usize>, Vec<Item>), Refusal>> for Outcome {
    fn from(result: Result<(Option<usize>, Vec<Item>), Refusal>) -> Self {
        result.map_or_else(Self::Refused, |(number, skipped)| Self::Undone(number, skipped))
    }
}

impl From<Result<Vec<(Account, usize)>, Refusal>> for Outcome {
    fn from(result: Result<Vec<(Account, usize)>, Refusal>) -> Self {
        result.map_or_else(Self::Refused, Self::Retired)
    }
}

impl From<Result<RolledBack, Refusal>> for Outcome {
    fn from(result: Result<RolledBack, Refusal>) -> Self {
        result.map_or_else(Self::Refused, Self::RolledBack)
    }
}
