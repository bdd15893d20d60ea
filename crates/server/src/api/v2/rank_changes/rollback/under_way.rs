//! Rollbacks that are being carried out, and those that came to nothing: what the database does not know.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rankledger_domain::ids::{BatchId, CommunityId};

use crate::http::App;
use crate::http::feature::Feature;
use crate::wire::problem::ProblemSummary;

/// How many rollbacks that came to nothing are remembered.
const REMEMBERED: usize = 256;

/// How far a rollback is that the database does not know.
#[derive(Debug, Clone)]
pub enum Progress {
    /// It is being carried out.
    Running,
    /// It was carried out, and undid nothing. What was answered: JSON.
    Nothing(String),
    /// It was refused, or could not be written.
    Failed(ProblemSummary),
}

type Known = HashMap<(CommunityId, BatchId), Progress>;

/// Rollbacks that the database does not know.
#[derive(Debug, Clone, Default)]
pub struct RunningRollbacks(Arc<Mutex<Known>>);

/// One rollback that is being carried out.
#[derive(Debug, Clone)]
pub struct Running {
    all: RunningRollbacks,
    key: (CommunityId, BatchId),
}

impl Feature for RunningRollbacks {
    fn new(_: &App) -> Self {
        Self::default()
    }
}

impl RunningRollbacks {
    /// Remembers that a rollback is being carried out.
    #[must_use]
    pub fn begin(&self, community: CommunityId, batch: BatchId) -> Running {
        let key = (community, batch);
        let mut known = self.lock();
        if known.len() >= REMEMBERED {
            known.retain(|_, progress| matches!(progress, Progress::Running));
        }
        known.insert(key, Progress::Running);
        Running { all: self.clone(), key }
    }

    /// How far a rollback is, if it is remembered here.
    #[must_use]
    pub fn progress(&self, community: CommunityId, batch: BatchId) -> Option<Progress> {
        self.lock().get(&(community, batch)).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    /// Remembers that it was carried out and undid nothing, with what was answered: JSON.
    pub fn came_to_nothing(&self, report: String) {
        self.all.lock().insert(self.key, Progress::Nothing(report));
    }

    /// It is over: remembers why it failed, if it did. Otherwise the database knows it, or it came to nothing.
    pub fn end(self, failure: Option<ProblemSummary>) {
        let mut known = self.all.lock();
        if let Some(problem) = failure {
            known.insert(self.key, Progress::Failed(problem));
        } else if matches!(known.get(&self.key), Some(Progress::Running)) {
            known.remove(&self.key);
        }
    }
}
