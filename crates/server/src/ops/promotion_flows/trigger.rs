//! Trigger Promotion Flows: runs flows on accounts, each run a recorded and undoable change of its own.

use async_trait::async_trait;
use rankledger_domain::change::ChangeRequest;
use rankledger_domain::grant::Grant;
use rankledger_domain::ids::{AccountId, CommunityId, RankId};
use rankledger_domain::rank::RankName;
use rankledger_domain::rank_change::{RankChange, Source};
use rankledger_domain::refusal::Refusal;
use rankledger_storage::promotion_flows::PromotionFlow;

use super::find_flow;
use crate::ops::account_name::find_account;
use crate::ops::acting::Acting;
use crate::ops::actor::Actor;
use crate::ops::error::Noun;
use crate::ops::{Command, OpError, Work};

/// One flow, to be run on some users.
#[derive(Debug, Clone)]
pub struct FlowRun {
    /// Who acts.
    pub actor: Actor,
    /// The flow, by id or key.
    pub flow: String,
    /// The users, each by account id, number, Discord id or name.
    pub users: Vec<String>,
    /// Forwards, or in reverse.
    pub promote: bool,
}

/// A request to run flows. What is refused for one user does not stop the others.
#[derive(Debug, Clone)]
pub struct TriggerFlows {
    /// The runs, in order.
    pub runs: Vec<FlowRun>,
    /// Why, in the words of whoever acts.
    pub reason: Option<String>,
}

/// What became of one flow for one user.
#[derive(Debug)]
pub struct FlowResult {
    /// The flow; none if there is no such flow.
    pub flow: Option<PromotionFlow>,
    /// What the request calls the flow.
    pub flow_name: String,
    /// What the request calls the user.
    pub user: String,
    /// The account; none if there is not exactly one.
    pub account: Option<AccountId>,
    /// Forwards, or in reverse.
    pub promote: bool,
    /// The ledger's entry, none if nothing had to change; or why it was refused.
    pub outcome: Result<Option<RankChange>, OpError>,
}

#[async_trait]
impl Command for TriggerFlows {
    /// One result for each flow and user, in the order of the request.
    type Answer = Vec<FlowResult>;

    fn community(&self) -> Option<CommunityId> {
        self.runs.first().map(|run| run.actor.credential.community)
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Vec<FlowResult>, OpError> {
        let mut results = Vec::new();
        let Some(first) = self.runs.first() else { return Ok(results) };
        let community = first.actor.credential.community;
        work.refuse_frozen(community).await?;
        let flows = work.tx.promotion_flows(community).await?;
        for run in &self.runs {
            let flow = find_flow(&flows, &run.flow);
            for user in &run.users {
                results.push(run.on(work, flow, user, self.reason.as_ref()).await?);
            }
        }
        Ok(results)
    }
}

impl FlowRun {
    /// Runs the flow on one user. Only a fault of the database stops everything.
    async fn on(
        &self,
        work: &mut Work<'_>,
        flow: Option<&PromotionFlow>,
        user: &str,
        reason: Option<&String>,
    ) -> Result<FlowResult, OpError> {
        let community = self.actor.credential.community;
        let account = find_account(work.tx.as_mut(), community, user).await;
        let found = account.as_ref().ok().copied();
        let outcome = match (flow, account) {
            (None, _) => Err(OpError::NotFound { what: Noun::PromotionFlow, name: self.flow.clone() }),
            (_, Err(error)) => Err(error),
            (Some(flow), Ok(account)) => self.change(work, flow, account, reason).await,
        };
        if let Err(error @ OpError::Storage(_)) = outcome {
            return Err(error);
        }
        Ok(FlowResult {
            flow: flow.cloned(),
            flow_name: self.flow.clone(),
            user: user.to_owned(),
            account: found,
            promote: self.promote,
            outcome,
        })
    }

    async fn change(
        &self,
        work: &mut Work<'_>,
        flow: &PromotionFlow,
        account: AccountId,
        reason: Option<&String>,
    ) -> Result<Option<RankChange>, OpError> {
        let request = self.request(flow)?;
        let community = self.actor.credential.community;
        let found = work.standing(community, account).await?.account;
        let acting = Acting::of(&self.actor, work).await?;
        let changed = acting.change(work, &found, &request, Source::Flow, reason.cloned()).await;
        Ok(changed.map_err(without_places)?.map(|recorded| recorded.change))
    }

    /// What the flow asks for in this direction, if it may be run in it.
    fn request(&self, flow: &PromotionFlow) -> Result<ChangeRequest, OpError> {
        let allowed = match flow.promotion_type.as_str() {
            "promote" => self.promote,
            "demote" => !self.promote,
            _ => true,
        };
        if !allowed {
            return Err(OpError::WrongDirection { promote: self.promote });
        }
        let (add, remove) = if self.promote {
            (&flow.ranks_to_add, &flow.ranks_to_remove)
        } else {
            (&flow.ranks_to_remove, &flow.ranks_to_add)
        };
        let add = names(add).map(Grant::plain).collect();
        Ok(ChangeRequest { set: None, add: Some(add), remove: Some(names(remove).collect()), active: None })
    }
}

/// Retired ranks stand in the flow: the places that the plan has for them are none of the request.
fn without_places(error: OpError) -> OpError {
    match error {
        OpError::Refused(Refusal::RankRetired(entries)) => OpError::FlowGivesRetired(entries),
        error => error,
    }
}

fn names(ranks: &[RankId]) -> impl Iterator<Item = RankName> {
    ranks.iter().copied().map(RankName::Id)
}
