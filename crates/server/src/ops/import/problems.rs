//! What is wrong with a document, each with its place: gathered, so that they are told all at once.

use std::fmt;

use rankledger_storage::StorageError;

/// How many problems are listed; the rest are counted.
const LISTED: usize = 20;

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The document says something that cannot be.
    #[error("{0}")]
    Invalid(Problems),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Something that cannot be, and the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands in the document: `accounts[3].ranks[0]`.
    pub place: String,
    /// What is wrong, and what to do.
    pub sentence: String,
}

/// The problems of one document: the first 20, and how many there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems {
    listed: Vec<Problem>,
    total: usize,
}

impl Problems {
    /// The first 20, in the order found.
    #[must_use]
    pub fn listed(&self) -> &[Problem] {
        &self.listed
    }

    /// How many there are.
    #[must_use]
    pub fn total(&self) -> usize {
        self.total
    }

    pub(super) fn add(&mut self, place: impl fmt::Display, sentence: impl fmt::Display) {
        self.total += 1;
        if self.listed.len() < LISTED {
            self.listed.push(Problem { place: place.to_string(), sentence: sentence.to_string() });
        }
    }

    pub(super) fn into_result(self) -> Result<(), ImportError> {
        if self.total == 0 { Ok(()) } else { Err(ImportError::Invalid(self)) }
    }
}

impl fmt::Display for Problems {
    /// A line that counts them, then one indented line for each.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = if self.total == 1 { "problem" } else { "problems" };
        write!(f, "{} {noun}, nothing was written", self.total)?;
        for Problem { place, sentence } in &self.listed {
            write!(f, "\n  {place}: {sentence}")?;
        }
        match self.total - self.listed.len() {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }
}

/// A place in the document. Written out only when there is a problem at it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    within: Option<&'a Place<'a>>,
    step: Step<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

impl<'a> Place<'a> {
    pub(super) fn root(key: &'a str) -> Self {
        Self { within: None, step: Step::Key(key) }
    }

    pub(super) fn key(&'a self, key: &'a str) -> Self {
        Self { within: Some(self), step: Step::Key(key) }
    }

    pub(super) fn index(&'a self, index: usize) -> Self {
        Self { within: Some(self), step: Step::Index(index) }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(within) = self.within {
            within.fmt(f)?;
        }
        match self.step {
            Step::Key(key) if self.within.is_none() => f.write_str(key),
            Step::Key(key) => write!(f, ".{key}"),
            Step::Index(index) => write!(f, "[{index}]"),
        }
    }
}

/// Names the place of a write that something stored stands in the way of.
pub(super) fn written_at<T>(place: Place<'_>, result: Result<T, StorageError>) -> Result<T, ImportError> {
    result.map_err(|error| match error {
        StorageError::Conflict(what) => {
            let mut problems = Problems::default();
            problems.add(place, format_args!("something stored already stands in its way: {what}"));
            ImportError::Invalid(problems)
        }
        error => ImportError::Storage(error),
    })
}
