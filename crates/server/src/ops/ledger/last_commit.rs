//! The outcome of the last commit: whether the database takes writes. And the count of durable commits, which
//! the bell listens to.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

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
pub(super) struct LastCommit {
    outcome: Mutex<Option<Outcome>>,
    /// The number of commits that are durable.
    durable: watch::Sender<u64>,
}

impl LastCommit {
    /// Notes the outcome of a commit.
    pub(super) fn note(&self, at: Duration, result: Result<(), LedgerError>) {
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(Outcome { at, result });
        if result.is_ok() {
            self.durable.send_modify(|count| *count += 1);
        }
    }

    /// Returns the outcome. `None` if nothing was committed yet.
    pub(super) fn outcome(&self) -> Option<Outcome> {
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns what changes after each commit from now on, once it is durable.
    pub(super) fn durable(&self) -> watch::Receiver<u64> {
        self.durable.subscribe()
    }
}
