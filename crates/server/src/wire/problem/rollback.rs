//! What rollbacks are refused for, in sentences for the client.

use rankledger_domain::ids::BatchId;
use rankledger_domain::refusal::Refusal;
use serde_json::Value;

use crate::ops::rollback::MAX_CHANGES;
use crate::wire::problem::refusals::in_the_way;
use crate::wire::problem::{Problem, ProblemSummary, kinds};

pub(super) fn own() -> Problem {
    let detail = "Nobody rolls back their own changes, nor brings back what somebody else's rollback took from them: \
                  another person must do it, with another credential or another userId.";
    Problem::new(&kinds::OWN_ROLLBACK, detail)
}

pub(super) fn too_large() -> Problem {
    let detail = format!(
        "The filter matches more than {MAX_CHANGES} changes that are not undone. Roll back a shorter time, with from \
         and to, several times."
    );
    Problem::new(&kinds::ROLLBACK_TOO_LARGE, detail)
}

pub(super) fn plan_stale() -> Problem {
    let detail = "What the rollback would do is not what the preview showed: something has changed since. Nothing was \
                  written. Look at the fresh preview, and send its planToken.";
    Problem::new(&kinds::PLAN_STALE, detail)
}

/// Why a change is skipped in a rollback. Not in the words of a single undo, whose way out is another.
#[must_use]
pub fn skipped(refusal: Refusal) -> ProblemSummary {
    let why = match &refusal {
        Refusal::UndoConflict(items) => format!("it cannot be undone whole: {}", in_the_way(items)),
        Refusal::RankRetired(_) => "its undo would give back a retired rank".to_owned(),
        Refusal::GrantExpired(_) => "its undo would give back a rank whose time is over".to_owned(),
        _ => return Problem::from(refusal).summary(),
    };
    let detail = format!(
        "The change is left as it is, for {why}. With \"onConflict\": \"force\" what can be undone of it is undone."
    );
    ProblemSummary { detail, ..Problem::from(refusal).summary() }
}

impl Problem {
    /// Whether a rollback would not do any more what was foretold.
    #[must_use]
    pub fn is_plan_stale(&self) -> bool {
        self.slug() == kinds::PLAN_STALE.slug
    }

    /// Adds a fresh preview to a plan that is stale.
    #[must_use]
    pub fn with_preview(self, preview: Value) -> Self {
        self.member("preview", preview)
    }

    pub(crate) fn rollback_not_found(batch: BatchId) -> Self {
        let detail = format!(
            "This community has no rollback {batch}: none was carried out, and none is running. A rollback that undid \
             nothing is not kept."
        );
        Self::new(&kinds::ROLLBACK_NOT_FOUND, detail)
    }
}
