//! The outcome of the last commit: whether the database takes writes.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::ops::LedgerError;

/// The outcome of the last commit in which something was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// The time since the start at which it was known.
    pub at: Duration,
    /// The outcome that the clients of the commit were told.
    pub result: Result<(), LedgerError>,
}

/// The outcome of the last commit, as the writers note it.
#[derive(Debug, Default)]
pub(super) struct LastCommit(Mutex<Option<Outcome>>);

impl LastCommit {
    /// Notes the outcome of a commit.
    pub(super) fn note(&self, at: Duration, result: Result<(), LedgerError>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Outcome { at, result });
    }

    /// Returns the outcome. `None` if nothing was committed yet.
    pub(super) fn outcome(&self) -> Option<Outcome> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
