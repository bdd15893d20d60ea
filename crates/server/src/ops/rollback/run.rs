//! Carrying a rollback out: every step recorded in one transaction, under one batch id.

use async_trait::async_trait;
use rankledger_domain::ids::{BatchId, CommunityId};
use rankledger_domain::rank_change::Source;
use rankledger_domain::rollback::Outcome;
use rankledger_storage::rollbacks::Rollback;

use super::RollbackPlan;
use super::RollbackRequest;
use crate::ops::acting::Acting;
use crate::ops::record::Entry;
use crate::ops::{Command, OpError, Work};

/// So many changes touch more of the database than is usually kept in memory.
const MANY: usize = 1000;

/// A request to carry a planned rollback out.
pub struct RunRollback<F> {
    /// What was planned.
    pub request: RollbackRequest,
    /// Tells the plan that was seen from any other.
    pub is_as_seen: Box<dyn Fn(&RollbackPlan) -> bool + Send + Sync>,
    /// What the changes are recorded under.
    pub batch: BatchId,
    /// Why, in the words of whoever acts.
    pub reason: Option<String>,
    /// Writes the report that is kept with the rollback: JSON.
    pub report: F,
}

/// A rollback that was carried out.
#[derive(Debug, Clone)]
pub struct RolledBack {
    /// What was done.
    pub plan: RollbackPlan,
    /// What the changes are recorded under; none if nothing was undone.
    pub batch: Option<BatchId>,
}

#[async_trait]
impl<F: FnOnce(&RolledBack) -> String + Send + 'static> Command for RunRollback<F> {
    type Answer = RolledBack;

    fn community(&self) -> Option<CommunityId> {
        Some(self.request.actor.credential.community)
    }

    async fn run(self, work: &mut Work<'_>) -> Result<RolledBack, OpError> {
        let community = self.request.actor.credential.community;
        let plan = RollbackPlan::of(&self.request, work.tx.as_mut(), work.now).await?;
        if !(self.is_as_seen)(&plan) {
            return Err(OpError::PlanStale);
        }
        let acting = Acting::of(&self.request.actor, work).await?;
        acting.guard_repair(work).await?;
        let mut batch = None;
        if plan.steps().count() > MANY {
            work.tx.expect_many_rows()?;
        }
        for step in plan.steps() {
            let Outcome::Undone(undo) = &step.outcome else { continue };
            let transition = undo.transition.clone();
            let target = &step.target;
            let entry = Entry {
                kind: target.kind.reversal(),
                reverses: Some(target.number),
                batch: Some(self.batch),
                ..acting.entry(work, target.account, transition, Source::Rollback, self.reason.clone())
            };
            work.record(community, entry).await?;
            batch = Some(self.batch);
        }
        let done = RolledBack { plan, batch };
        if let Some(batch) = batch {
            let rollback = Rollback { batch, at: work.now, report: (self.report)(&done) };
            work.tx.insert_rollback(community, &rollback).await?;
        }
        Ok(done)
    }
}
