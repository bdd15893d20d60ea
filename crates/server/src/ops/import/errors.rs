//! Why an import did not happen; and what is wrong with a document, each error with its place: gathered, so
//! that all are told at once.

use std::fmt;

use jiff::Timestamp;
use rankledger_domain::time::wire_format;
use rankledger_storage::StorageError;

use super::places::Places;
use crate::ops::OpError;

/// Largest number of different errors that are listed; the rest are counted.
const LISTED: usize = 20;

/// Largest number of places that are listed of equal errors.
const EQUAL: usize = 5;

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
    /// The place in words: `line 12, Ann, ranks`.
    pub at: String,
    /// The fault, and how to mend it.
    pub sentence: String,
}

/// The errors of one document: the first 20 different ones, where each stands, and how many there are.
#[derive(Debug, Clone, Default)]
pub struct DocumentErrors {
    /// In the order found. Of equal ones only the first few.
    listed: Vec<DocumentError>,
    /// For each sentence that is listed, the index of its first error and the number of its errors.
    equal: Vec<(usize, usize)>,
    total: usize,
    places: Places,
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, sentence, .. } = self;
        write!(f, "{at}: {sentence}")
    }
}

impl DocumentErrors {
    /// No errors yet, of a document whose entries stand at these places.
    pub(super) fn at(places: &Places) -> Self {
        Self { places: places.clone(), ..Self::default() }
    }

    /// The first 20 that differ, and a few of each that are equal, in the order found.
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
        let sentence = sentence.to_string();
        let is_room = self.equal.len() < LISTED;
        let same = self.equal.iter_mut().find(|(first, _)| self.listed[*first].sentence == sentence);
        match same {
            Some((_, count)) => {
                *count += 1;
                if *count > EQUAL {
                    return;
                }
            }
            None if is_room => self.equal.push((self.listed.len(), 1)),
            None => return,
        }
        let place = place.to_string();
        let at = self.places.describe(&place);
        self.listed.push(DocumentError { place, at, sentence });
    }

    /// Names another place of the document in a sentence: `line 9`.
    pub(super) fn refer(&self, place: impl fmt::Display) -> String {
        self.places.refer(&place.to_string())
    }

    /// Says of each error where it stands.
    fn described_by(mut self, places: &Places) -> Self {
        for error in &mut self.listed {
            error.at = places.describe(&error.place);
        }
        self
    }

    pub(super) fn into_result(self) -> Result<(), ImportError> {
        if self.total == 0 { Ok(()) } else { Err(ImportError::Invalid(self)) }
    }
}

impl ImportError {
    /// Says of each error of the document where it stands.
    pub(super) fn described_by(self, places: &Places) -> Self {
        match self {
            Self::Invalid(errors) => Self::Invalid(errors.described_by(places)),
            error => error,
        }
    }
}

impl fmt::Display for DocumentErrors {
    /// A line that counts them, then one indented line for each that differs, and the places of those that
    /// are equal to it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = if self.total == 1 { "problem" } else { "problems" };
        write!(f, "{} {noun}, nothing was written", self.total)?;
        for &(first, count) in &self.equal {
            let error = &self.listed[first];
            write!(f, "\n  {error}")?;
            let others = self.listed[first + 1..].iter().filter(|other| other.sentence == error.sentence);
            let others: Vec<_> = others.map(|other| other.at.as_str()).collect();
            if !others.is_empty() {
                write!(f, "\n    the same at {}", others.join("; "))?;
            }
            match count - 1 - others.len() {
                0 => {}
                more => write!(f, "; and {more} more")?,
            }
        }
        match self.total - self.equal.iter().map(|(_, count)| count).sum::<usize>() {
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
