//! Why an import did not happen; and what is wrong with a document, each error with its place: gathered, so
//! that all are told at once.

use std::fmt;

use jiff::Timestamp;
use rankledger_domain::time::wire_format;
use rankledger_storage::StorageError;

use crate::ops::OpError;

/// Largest number of errors that are listed; the rest are counted.
const LISTED: usize = 20;

/// Why a document was not imported, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The document has errors. Nothing was written.
    #[error("{0}")]
    Invalid(DocumentErrors),
    /// Something stored stands in the way of a later portion: only the writing showed it.
    #[error(
        "{0}. A part was written: change the document, or what is stored, and import the document again to finish \
         it"
    )]
    CutOff(DocumentError),
    /// An import of another document makes this community, and was cut off. Nothing was written.
    #[error(
        "an import of another document into \"{community}\" was begun at {} and is not finished: import that document \
         again to finish it, or take it back with `rankledger import --take-back {community}`",
        wire_format(*.begun_at)
    )]
    OtherDocument {
        /// The public id of the community.
        community: String,
        /// Time at which that import began.
        begun_at: Timestamp,
    },
    /// The import that makes this community is being taken back, or that was cut off. Nothing was written.
    #[error(
        "the unfinished import of \"{0}\" is being taken back: finish that with `rankledger import --take-back {0}`"
    )]
    TakenBack(String),
    /// Somebody else has changed the rows that the import was about to write. Names them.
    #[error(
        "{0} was changed by somebody else while the import ran, again and again: import the document again when \
         there is less going on"
    )]
    Changed(String),
    /// Another import into the same community goes on at the same time.
    #[error("another import into this community is running: let it end, and import this document again")]
    Overtaken,
    /// There is no unfinished import to be taken back; why.
    #[error("{0}")]
    NothingToTakeBack(String),
    /// The ledger writer failed. What had been written before stays.
    #[error("{0}: import the document again to finish it")]
    Ledger(OpError),
    /// The ledger writer could not be started.
    #[error("cannot start the ledger writer")]
    Thread(#[from] std::io::Error),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A fault of a document, and the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentError {
    /// The place in the document: `accounts[3].ranks[0]`.
    pub place: String,
    /// The fault, and how to mend it.
    pub sentence: String,
}

/// The errors of one document: the first 20, and how many there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentErrors {
    listed: Vec<DocumentError>,
    total: usize,
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, sentence } = self;
        write!(f, "{place}: {sentence}")
    }
}

impl DocumentErrors {
    /// The first 20, in the order found.
    #[must_use]
    pub fn listed(&self) -> &[DocumentError] {
        &self.listed
    }

    /// Returns the number of errors.
    #[must_use]
    pub fn total(&self) -> usize {
        self.total
    }

    pub(super) fn add(&mut self, place: impl fmt::Display, sentence: impl fmt::Display) {
        self.total += 1;
        if self.listed.len() < LISTED {
            self.listed.push(DocumentError { place: place.to_string(), sentence: sentence.to_string() });
        }
    }

    pub(super) fn into_result(self) -> Result<(), ImportError> {
        if self.total == 0 { Ok(()) } else { Err(ImportError::Invalid(self)) }
    }
}

impl fmt::Display for DocumentErrors {
    /// A line that counts them, then one indented line for each.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = if self.total == 1 { "problem" } else { "problems" };
        write!(f, "{} {noun}, nothing was written", self.total)?;
        for error in &self.listed {
            write!(f, "\n  {error}")?;
        }
        match self.total - self.listed.len() {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }
}

/// A place in the document. Written out only when there is a problem at it.
#[derive(Debug, Clone, Copy)]
pub(super) struct DocumentPlace<'a> {
    within: Option<&'a DocumentPlace<'a>>,
    step: Step<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

impl<'a> DocumentPlace<'a> {
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

impl fmt::Display for DocumentPlace<'_> {
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
pub(super) fn written_at<T>(
    place: DocumentPlace<'_>,
    result: Result<T, StorageError>,
) -> Result<T, ImportError> {
    result.map_err(|error| match error {
        StorageError::Conflict(what) => {
            let mut errors = DocumentErrors::default();
            errors.add(place, format_args!("something stored already stands in its way: {what}"));
            ImportError::Invalid(errors)
        }
        error => ImportError::Storage(error),
    })
}
