//! Problems of a rollback, and the reasons for which it leaves a single change as it is.

use rankledger_domain::ids::BatchId;
use rankledger_domain::refusal::Refusal;
use serde_json::Value;

use super::examples::BATCH;
use super::undo::obstacles;
use super::{Problem, ProblemSummary};

types![OWN_ROLLBACK, ROLLBACK_NOT_FOUND, PLAN_STALE, ROLLBACK_TOO_LARGE];

problem_type! {
    OWN_ROLLBACK = 403 "own-rollback" {
        title: "Nobody rolls back their own changes",
        cause: "Whoever asks for the rollback made a change that it would take back. Or whoever asks for the undo of a rollback is the one from whom that rollback took something. This does not hold for a credential of scope `admin` without a power ceiling.",
        way_out: "Ask somebody else to do it, or choose a filter that leaves your own changes out.",
        example: Problem::own_rollback(),
        at: "/v2/community/rank-changes/rollback",
    }
}

impl Problem {
    pub(crate) fn own_rollback() -> Self {
        let detail = "Nobody rolls back their own changes, nor brings back what somebody else's rollback took from them: \
                      another person must do it, or a credential of scope admin without a power ceiling.";
        Self::new(&OWN_ROLLBACK, detail)
    }
}

problem_type! {
    ROLLBACK_NOT_FOUND = 404 "rollback-not-found" {
        title: "No such rollback",
        cause: "The community of the credential has no rollback with this batch id: no such rollback was carried out, and none is running.",
        way_out: "Use the `batchId` that the rollback answered. A rollback that undid nothing is not kept.",
        example: Problem::rollback_not_found(BATCH),
        at: "/v2/community/rank-changes/rollbacks/99999999-9999-9999-9999-999999999999",
    }
}

impl Problem {
    pub(crate) fn rollback_not_found(batch: BatchId) -> Self {
        let detail = format!(
            "This community has no rollback {batch}: none was carried out, and none is running. A rollback that undid \
             nothing is not kept."
        );
        Self::new(&ROLLBACK_NOT_FOUND, detail)
    }
}

problem_type! {
    PLAN_STALE = 409 "plan-stale" {
        title: "The plan does not hold any more",
        cause: "The rollback would do something else than the preview showed: something has changed since. Nothing was written. `preview` is a fresh one.",
        way_out: "Look at the fresh preview, and send its `planToken`.",
        example: Problem::plan_stale(),
        at: "/v2/community/rank-changes/rollback",
    }
}

impl Problem {
    pub(crate) fn plan_stale() -> Self {
        let detail = "What the rollback would do is not what the preview showed: something has changed since. Nothing was \
                      written. Look at the fresh preview, and send its planToken.";
        Self::new(&PLAN_STALE, detail)
    }

    /// Adds a fresh preview to a plan that is stale.
    pub fn with_preview(self, preview: Value) -> Self {
        self.member("preview", preview)
    }
}

problem_type! {
    ROLLBACK_TOO_LARGE = 422 "rollback-too-large" {
        title: "More changes than one rollback takes back",
        cause: "The filter matches more than 20000 changes that are not undone, or ten times as many that are.",
        way_out: "Roll back a shorter time, with `from` and `to`, several times.",
        example: Problem::rollback_too_large(20_000),
        at: "/v2/community/rank-changes/rollback",
    }
}

impl Problem {
    /// `most`: the most changes that one rollback takes back.
    pub(crate) fn rollback_too_large(most: usize) -> Self {
        let detail = format!(
            "The filter matches more than {most} changes that are not undone, or ten times as many that are. Roll back a shorter time, with from \
             and to, several times."
        );
        Self::new(&ROLLBACK_TOO_LARGE, detail)
    }
}

/// Says why a rollback skips a change. The sentence is not that of a single undo, whose way out is another.
#[must_use]
pub fn skipped(refusal: Refusal) -> ProblemSummary {
    let why = match &refusal {
        Refusal::UndoConflict(items) => format!("it cannot be undone whole: {}", obstacles(items)),
        Refusal::RankRetired(_) => "its undo would give back a retired rank".to_owned(),
        Refusal::GrantExpired(_) => "its undo would give back a rank whose time is over".to_owned(),
        _ => return Problem::from(refusal).summary(),
    };
    let detail = format!(
        "The change is left as it is, for {why}. With \"onConflict\": \"force\" what can be undone of it is undone."
    );
    ProblemSummary { detail, ..Problem::from(refusal).summary() }
}
