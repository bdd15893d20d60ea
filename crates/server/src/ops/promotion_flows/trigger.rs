//! Trigger Promotion Flows: runs flows on accounts, each run a recorded and undoable change of its own.

use async_trait::async_trait;
use rankledger_domain::change::plan_change;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::promotion_flow::{PromotionFlow, WrongDirection};
use rankledger_domain::rank_change::{RankChange, Source};
use rankledger_domain::refusal::Refusal;

use super::find_flow;
use crate::ops::accounts::find::find_account;
use crate::ops::actor::Actor;
use crate::ops::authorized::Authorized;
use crate::ops::guards::check::PlannedRemovals;
use crate::ops::record::NewRankChange;
use crate::ops::{DryRun, OpError, Planned, View, Work};
use crate::wire::problem::Problem;

/// Number of accounts in a request beyond which its plan takes long.
const MANY: usize = 25;

/// One flow, to be run on some users.
#[derive(Debug, Clone)]
pub struct FlowRun {
    /// The actor of the request.
    pub actor: Actor,
    /// The flow, by id or key.
    pub flow: String,
    /// The users, each by account id, number, Discord id or name.
    pub users: Vec<String>,
    /// Forwards, or in reverse.
    pub promote: bool,
    /// Whether the flow is run on somebody for whom it is not.
    pub force: bool,
}

/// A request to run flows. A refusal for one user does not stop the others.
#[derive(Debug, Clone)]
pub struct TriggerFlows {
    /// The community.
    pub community: CommunityId,
    /// The runs, in order.
    pub runs: Vec<FlowRun>,
    /// The reason, in the words of whoever acts.
    pub reason: Option<String>,
}

/// The outcome of one flow for one user.
#[derive(Debug)]
pub struct FlowResult {
    /// The flow. `None` if there is no such flow.
    pub flow: Option<PromotionFlow>,
    /// The flow's name in the request.
    pub flow_name: String,
    /// The user's name in the request.
    pub user: String,
    /// The account. `None` if there is not exactly one.
    pub account: Option<AccountId>,
    /// Forwards, or in reverse.
    pub promote: bool,
    /// The account that was changed, or would be in a dry run; `None` if nothing had to change. An error is
    /// the refusal.
    pub outcome: Result<Option<FlowChange>, OpError>,
}

impl FlowResult {
    /// Returns why the run was refused; `None` if it was not.
    #[must_use]
    pub fn refusal(&self) -> Option<&Problem> {
        match &self.outcome {
            Err(OpError::Refused(problem)) => Some(problem),
            _ => None,
        }
    }
}

/// A rank change that a flow makes.
#[derive(Debug, Clone)]
pub struct FlowChange {
    /// The account.
    pub account: AccountId,
    /// The recorded change. `None` in a dry run.
    pub recorded: Option<RankChange>,
}

/// A planned run: its result, and what is going to be recorded for it.
pub struct PlannedRun {
    result: FlowResult,
    new: Option<NewRankChange>,
}

/// The planned runs, in order, and the removals that they are counted with.
#[derive(Default)]
pub struct FlowsPlan {
    runs: Vec<PlannedRun>,
    removals: PlannedRemovals,
}

#[async_trait]
impl Planned for TriggerFlows {
    type Plan = FlowsPlan;
    /// One result for each flow and user, in the order of the request.
    type Output = Vec<FlowResult>;

    fn community(&self) -> CommunityId {
        self.community
    }

    async fn plan(&self, view: &mut View<'_>) -> Result<FlowsPlan, OpError> {
        let mut plan = FlowsPlan::default();
        if self.runs.is_empty() {
            return Ok(plan);
        }
        for run in &self.runs {
            run.actor.refuse_nameless(view).await?;
            run.actor.refuse_frozen(view).await?;
        }
        let flows = view.tx.promotion_flows(self.community).await?;
        for run in &self.runs {
            let flow = find_flow(&flows, &run.flow);
            for user in &run.users {
                let planned = run.plan(view, &mut plan.removals, flow, user, self.reason.as_ref()).await?;
                plan.runs.push(planned);
            }
        }
        Ok(plan)
    }

    async fn commit(self, plan: FlowsPlan, work: &mut Work<'_>) -> Result<Vec<FlowResult>, OpError> {
        plan.removals.count(work, self.community).await?;
        let mut results = Vec::with_capacity(plan.runs.len());
        for PlannedRun { mut result, new } in plan.runs {
            if let (Some(new), Ok(Some(change))) = (new, &mut result.outcome) {
                change.recorded = Some(work.record(self.community, new).await?);
            }
            results.push(result);
        }
        Ok(results)
    }
}

impl DryRun for TriggerFlows {
    fn may_be_long(&self) -> bool {
        self.runs.iter().map(|run| run.users.len()).sum::<usize>() > MANY
    }

    fn planned_output(&self, plan: FlowsPlan) -> Vec<FlowResult> {
        plan.runs.into_iter().map(|run| run.result).collect()
    }
}

impl FlowRun {
    /// Plans the flow for one user. Only a failure of the storage stops everything.
    async fn plan(
        &self,
        view: &mut View<'_>,
        removals: &mut PlannedRemovals,
        flow: Option<&PromotionFlow>,
        user: &str,
        reason: Option<&String>,
    ) -> Result<PlannedRun, OpError> {
        let account = find_account(view.tx, self.actor.community(), user).await;
        let found = account.as_ref().ok().copied();
        let planned = match (flow, account) {
            (None, _) => Err(Problem::promotion_flow_not_found(&self.flow).into()),
            (_, Err(error)) => Err(error),
            (Some(flow), Ok(account)) => self.plan_change(view, removals, flow, account).await,
        };
        let (outcome, new) = match planned {
            Err(error @ OpError::Storage(_)) => return Err(error),
            Err(error) => (Err(error), None),
            Ok(new) => {
                let change = found.filter(|_| new.is_some());
                (Ok(change.map(|account| FlowChange { account, recorded: None })), new)
            }
        };
        let result = FlowResult {
            flow: flow.cloned(),
            flow_name: self.flow.clone(),
            user: user.to_owned(),
            account: found,
            promote: self.promote,
            outcome,
        };
        Ok(PlannedRun { result, new: new.map(|new| new.because(reason.cloned())) })
    }

    /// Plans the change of one account, on what the runs before leave. `None` if nothing would change.
    async fn plan_change(
        &self,
        view: &mut View<'_>,
        removals: &mut PlannedRemovals,
        flow: &PromotionFlow,
        account: AccountId,
    ) -> Result<Option<NewRankChange>, OpError> {
        let request = flow.request(self.promote);
        let request = request.map_err(|WrongDirection { promote }| Problem::wrong_direction(promote))?;
        let before = view.standing(self.actor.community(), account).await?.account;
        let authorized = Authorized::of(&self.actor, view).await?;
        let Authorized { community, ranks, authority, .. } = &authorized;
        if !self.force {
            let fits = flow.fits(&before, self.promote);
            fits.map_err(|misfit| Problem::flow_does_not_fit(&misfit, ranks))?;
        }
        let plan = plan_change(&before, ranks, authority, &request, view.now).map_err(without_places)?;
        let Some(transition) = plan else { return Ok(None) };
        authorized.guard_change(view, removals, &transition).await?;
        view.apply(*community, &before, &transition);
        Ok(Some(authorized.new_change(account, transition, Source::Flow, view.now)))
    }
}

/// Retired ranks stand in the flow: the places that the plan has for them are none of the request.
fn without_places(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::RankRetired(entries) => Problem::flow_gives_retired(&entries),
        refusal => refusal.into(),
    }
}
