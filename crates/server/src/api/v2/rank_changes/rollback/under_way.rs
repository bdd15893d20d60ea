//! The rollbacks that are not in the database: those that are being carried out, those that failed, and those
//! that undid nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rankledger_domain::ids::{BatchId, CommunityId};

use crate::http::App;
use crate::http::feature::Feature;
use crate::wire::problem::ProblemSummary;

/// Number of kept rollbacks at which the finished ones are forgotten.
const MOST_KEPT: usize = 256;

/// The progress of a rollback that is not in the database.
#[derive(Debug, Clone)]
pub enum Progress {
    /// The rollback is being carried out.
    Running,
    /// The rollback was carried out and undid nothing. Holds the report, as it is kept.
    Nothing(String),
    /// The rollback was refused, or could not be written.
    Failed(ProblemSummary),
}

type Known = HashMap<(CommunityId, BatchId), Progress>;

/// The rollbacks that are not in the database.
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
    /// Notes that a rollback is being carried out.
    #[must_use]
    pub fn begin(&self, community: CommunityId, batch: BatchId) -> Running {
        let key = (community, batch);
        let mut known = self.lock();
        if known.len() >= MOST_KEPT {
            known.retain(|_, progress| matches!(progress, Progress::Running));
        }
        known.insert(key, Progress::Running);
        Running { all: self.clone(), key }
    }

    /// Returns the progress of a rollback. `None` if the rollback is not known here.
    #[must_use]
    pub fn progress(&self, community: CommunityId, batch: BatchId) -> Option<Progress> {
        self.lock().get(&(community, batch)).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    /// Notes that the rollback was carried out and undid nothing, with its report, as it is kept.
    pub fn came_to_nothing(&self, report: String) {
        self.all.lock().insert(self.key, Progress::Nothing(report));
    }

    /// Ends the rollback. Keeps the failure, if there is one. Otherwise forgets the rollback if it is in
    /// the database now, and keeps the report if it undid nothing.
    pub fn end(self, failure: Option<ProblemSummary>) {
        let mut known = self.all.lock();
        if let Some(problem) = failure {
            known.insert(self.key, Progress::Failed(problem));
        } else if matches!(known.get(&self.key), Some(Progress::Running)) {
            known.remove(&self.key);
        }
    }
}
