//! What is answered to a step: the form in which the server's answer and the model's are compared.

use crate::community::{Account, Rank};

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Refused(Refusal),
    /// It is so now; by a change of this number, if one was needed.
    Done(Option<usize>),
    /// It is undone; by a change of this number, if one was needed. What was skipped.
    Undone(Option<usize>, Vec<Item>),
    /// What became of the flow for each account: whether it was run, and by a change of which number.
    Flow(Vec<(bool, Option<usize>)>),
    /// The rank is retired, and was taken from these, each by a change of this number.
    Retired(Vec<(Account, usize)>),
    RolledBack(RolledBack),
}

/// What a rollback came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RolledBack {
    /// Whether it undid anything.
    pub(crate) undid: bool,
    /// What became of each change, by number, account by account.
    pub(crate) fates: Vec<(Account, Vec<(usize, Fate)>)>,
}

/// What became of a change that was to be rolled back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is undone, but for these parts.
    Undone(Vec<Item>),
    Already,
    /// It is left whole, for this problem; these parts of it are not clean.
    Skipped {
        problem: String,
        items: Vec<Item>,
    },
}

/// What the undo of a change would find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outlook {
    /// How each part of it stands.
    pub(crate) items: Vec<Item>,
    /// The type of the problem that it would be refused with, if it would.
    pub(crate) problem: Option<String>,
}

/// Why nothing was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    /// The problem's type.
    pub(crate) kind: String,
    /// How each part of a change that was to be undone stands, if the problem tells.
    pub(crate) items: Vec<Item>,
}

impl Refusal {
    pub(crate) fn new(status: u16, kind: &str) -> Self {
        Self { status, kind: kind.to_owned(), items: Vec::new() }
    }
}

/// One part of a change, and how its undo stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) slot: Slot,
    pub(crate) state: State,
    /// The later change that made it so, if one did.
    pub(crate) by: Option<usize>,
}

/// Where a change does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot {
    Rank(Rank),
    Status,
}

/// How the undo of one part of a change stands.
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

    /// The word for it on the wire.
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
