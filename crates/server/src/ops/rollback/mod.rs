//! Rollback: the changes that somebody made, over a time, to many accounts, undone in one transaction.

mod matching;
pub mod not_caught;
mod put_out;

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{AccountId, BatchId, ChangeNumber, CommunityId, CredentialId};
use rankledger_domain::log::ActKind;
use rankledger_domain::rank::RankName;
use rankledger_domain::rank_change::Source;
use rankledger_domain::rollback::{AccountPlan, Outcome, Returned, RollbackPlan, plan_rollback};
use rankledger_domain::undo::OnConflict;
use rankledger_storage::rollbacks::Rollback;
use serde_json::json;
use sha2::{Digest, Sha256};

use self::not_caught::{NotCaught, not_caught};
use super::accounts::membership::write_ban;
use super::actor::{Actor, UserName};
use super::acts::NewAct;
use super::authorized::Authorized;
use super::guards::check::PlannedRemovals;
use super::{OpError, Planned, View, Work};
use crate::wire::problem::Problem;
use crate::wire::rollback::ReportBody;

/// A rollback of more changes than this touches more of the database than is usually kept in memory.
const MANY: usize = 1000;

/// The most changes that one rollback takes back.
pub const MAX_CHANGES: usize = 20_000;

/// Which changes are to be taken back: those that fit everything that is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RollbackFilter {
    /// Made by this person.
    pub user: Option<UserName>,
    /// Made with this credential.
    pub credential: Option<CredentialId>,
    /// Recorded by this rollback.
    pub batch: Option<BatchId>,
    /// Recorded at this time or later.
    pub from: Option<Timestamp>,
    /// Recorded before this time.
    pub to: Option<Timestamp>,
    /// Ranks of which a change touched at least one; any rank if empty.
    pub ranks: Vec<RankName>,
    /// Of one of these accounts; of any, if empty.
    pub accounts: Vec<AccountId>,
}

/// Which changes a rollback undoes, for whom, and what becomes of those that are not clean.
#[derive(Debug, Clone)]
pub struct RollbackRequest {
    /// The actor of the request.
    pub actor: Actor,
    /// Which changes.
    pub filter: RollbackFilter,
    /// [`OnConflict::Refuse`] leaves a change that is not clean as it is; [`OnConflict::Force`] undoes it all
    /// the same.
    pub on_conflict: OnConflict,
}

/// A request to carry a rollback out as it was previewed.
#[derive(Debug, Clone)]
pub struct RunRollback {
    /// The rollback.
    pub request: RollbackRequest,
    /// The digest of the plan that was previewed, see [`digest`].
    pub previewed: String,
    /// The batch that its changes are recorded under.
    pub batch: BatchId,
    /// The reason, in the words of whoever acts.
    pub reason: Option<String>,
}

/// A plan that does what its preview showed, and that the guard lets pass.
pub struct CheckedPlan {
    authorized: Authorized,
    plan: RollbackPlan,
    removals: PlannedRemovals,
}

/// A rollback that was carried out.
#[derive(Debug, Clone)]
pub struct RolledBack {
    /// The plan that was carried out.
    pub plan: RollbackPlan,
    /// The batch of its changes. `None` if nothing was undone.
    pub batch: Option<BatchId>,
}

/// Returns the SHA-256 of what the plan would do, in hexadecimals.
#[must_use]
pub fn digest(plan: &RollbackPlan) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(plan.digest_input()))
}

impl RollbackRequest {
    /// Plans the rollback: the preview, and the run. Writes nothing.
    pub async fn plan(&self, view: &mut View<'_>) -> Result<(Authorized, RollbackPlan), OpError> {
        self.actor.refuse_nameless_undo(view).await?;
        let authorized = Authorized::of(&self.actor, view).await?;
        authorized.refuse_barred()?;
        let Authorized { ranks, authority, .. } = &authorized;
        let mut plan = RollbackPlan::default();
        for history in matching::histories(view, &authorized, &self.filter).await? {
            let before = history.account.clone();
            let (steps, after) = plan_rollback(history, ranks, authority, self.on_conflict, view.now);
            plan.accounts.push(AccountPlan { before, after, steps });
        }
        Ok((authorized, plan))
    }
}

impl RollbackRequest {
    /// Plans the rollback, and counts what its filter does not catch: the preview.
    pub async fn preview(&self, view: &mut View<'_>) -> Result<(RollbackPlan, Vec<NotCaught>), OpError> {
        let (authorized, plan) = self.plan(view).await?;
        let filter = matching::resolve(&self.filter, &authorized, view).await?;
        let not_caught = not_caught(view, authorized.community, &filter, &plan).await?;
        Ok((plan, not_caught))
    }
}

impl RunRollback {
    /// Lifts the ban of an account, and brings it back from the archive, as far as the plan says so.
    async fn give_back(
        &self,
        plan: &AccountPlan,
        authorized: &Authorized,
        work: &mut Work<'_>,
    ) -> Result<(), OpError> {
        let (community, AccountPlan { before, after, .. }) = (authorized.community, plan);
        let Returned { from_ban, from_archive } = plan.returned();
        if from_ban || from_archive {
            work.tx.set_flags(community, after.id, after.banned, after.archived).await?;
        }
        if from_ban {
            write_ban(work, community, after.id, None).await?;
        }
        let acts = [(from_ban, ActKind::AccountUnbanned), (from_archive, ActKind::AccountRestored)];
        for (_, kind) in acts.into_iter().filter(|(is_done, _)| *is_done) {
            let act = NewAct::of(kind)
                .to(after.id)
                .before(&json!({"banned": before.banned, "archived": before.archived}))
                .after(&json!({"banned": after.banned, "archived": after.archived, "reason": self.reason}));
            work.log(authorized.origin(), act).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Planned for RunRollback {
    type Plan = CheckedPlan;
    type Output = RolledBack;

    fn community(&self) -> CommunityId {
        self.request.actor.community()
    }

    async fn plan(&self, view: &mut View<'_>) -> Result<Self::Plan, OpError> {
        // The guard asks that too, but only once the plan is made, which takes long.
        self.request.actor.refuse_frozen(view).await?;
        let (authorized, plan) = self.request.plan(view).await?;
        if digest(&plan) != self.previewed {
            return Err(Problem::plan_stale().into());
        }
        let mut removals = PlannedRemovals::default();
        authorized.guard(view, &mut removals, plan.removals()).await?;
        Ok(CheckedPlan { authorized, plan, removals })
    }

    async fn commit(self, plan: CheckedPlan, work: &mut Work<'_>) -> Result<RolledBack, OpError> {
        let CheckedPlan { authorized, plan, removals } = plan;
        let community = authorized.community;
        removals.count(work, community).await?;
        let mut recorded: Option<(ChangeNumber, ChangeNumber)> = None;
        if plan.steps().count() > MANY {
            work.tx.expect_many_rows()?;
        }
        for account in &plan.accounts {
            self.give_back(account, &authorized, work).await?;
        }
        for step in plan.steps() {
            let Outcome::Undone(undo) = &step.outcome else { continue };
            let target = &step.target;
            let transition = undo.transition.clone();
            let new = authorized.new_change(target.account, transition, Source::Rollback, work.now);
            let new = new.reversing(target).in_batch(self.batch).because(self.reason.clone());
            let number = work.record(community, new).await?.number;
            recorded = Some((recorded.map_or(number, |(first, _)| first), number));
        }
        let gives_back = plan.accounts.iter().any(|account| account.returned() != Returned::default());
        if recorded.is_none() && gives_back {
            // A rollback of no rank change is kept too: it has no numbers.
            let last = work.tx.last_change_number(community).await?;
            recorded = Some((last.next(), last));
        }
        let batch = recorded.map(|_| self.batch);
        if let Some((first, last)) = recorded {
            let report = ReportBody::new(batch, &plan).keep();
            let rollback = Rollback { batch: self.batch, first, last, at: work.now, report };
            work.tx.insert_rollback(community, &rollback).await?;
            let done = json!({"batchId": self.batch, "firstNumber": first, "lastNumber": last, "reason": self.reason});
            work.log(authorized.origin(), NewAct::of(ActKind::RollbackCompleted).after(&done)).await?;
        }
        Ok(RolledBack { plan, batch })
    }
}
