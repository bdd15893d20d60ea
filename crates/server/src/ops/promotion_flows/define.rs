//! Making, editing and removing promotion flows.

use async_trait::async_trait;
use rankledger_domain::ids::{CommunityId, RankId};
use rankledger_domain::name::{Key, Name};
use rankledger_domain::promotion_flow::{FlowDirection, FlowRanks, PromotionFlow};
use rankledger_domain::rank::{CommunityRanks, RankName};
use rankledger_domain::refusal::{NamedEntry, Refusal, RetiredEntry};

use super::find_flow;
use crate::ops::actor::Actor;
use crate::ops::acts::NewAct;
use crate::ops::authorized::Authorized;
use crate::ops::{Command, OpError, Work, logged};
use crate::wire::problem::{Problem, ProblemType, RefusedEntry, types};

/// The changes to a flow. A part that is absent stays as it is, or has its default in a new flow.
#[derive(Debug, Clone, Default)]
pub struct FlowEdit {
    /// See [`PromotionFlow::key`].
    pub key: Option<Key>,
    /// See [`PromotionFlow::label_from`].
    pub label_from: Option<Name>,
    /// See [`PromotionFlow::label_to`].
    pub label_to: Option<Name>,
    /// See [`FlowRanks::add`].
    pub ranks_to_add: Option<Vec<RankName>>,
    /// See [`FlowRanks::remove`].
    pub ranks_to_remove: Option<Vec<RankName>>,
    /// See [`PromotionFlow::direction`].
    pub direction: Option<FlowDirection>,
}

/// The flow that a request makes or edits.
#[derive(Debug, Clone)]
pub enum FlowToPut {
    /// A new flow with these labels.
    New {
        /// See [`PromotionFlow::label_from`].
        label_from: Name,
        /// See [`PromotionFlow::label_to`].
        label_to: Name,
    },
    /// The flow with this id or key.
    Existing(String),
}

/// A request to make a flow, or to edit one.
#[derive(Debug, Clone)]
pub struct PutFlow {
    /// The actor of the request.
    pub actor: Actor,
    /// The flow.
    pub flow: FlowToPut,
    /// The changes to it.
    pub edit: FlowEdit,
}

/// A request to remove a flow.
#[derive(Debug, Clone)]
pub struct RemoveFlow {
    /// The actor of the request.
    pub actor: Actor,
    /// The flow, by id or key.
    pub flow: String,
}

#[async_trait]
impl Command for PutFlow {
    /// The flow afterwards.
    type Output = PromotionFlow;

    const REFUSES: &'static [&'static ProblemType] = &[
        &types::INSUFFICIENT_POWER,
        &types::ALREADY_TAKEN,
        &types::UNKNOWN_RANK,
        &types::RANK_RETIRED,
        &types::REFUSED_ENTRY,
        &types::COMMUNITY_FROZEN,
    ];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<PromotionFlow, OpError> {
        let community = self.actor.community();
        self.actor.refuse_frozen(&mut work.view()).await?;
        let flows = work.tx.promotion_flows(community).await?;
        let is_new = matches!(self.flow, FlowToPut::New { .. });
        let mut flow = match self.flow {
            FlowToPut::Existing(name) => {
                find_flow(&flows, &name).ok_or_else(|| Problem::promotion_flow_not_found(&name))?.clone()
            }
            FlowToPut::New { label_from, label_to } => PromotionFlow {
                id: work.uuid(),
                key: None,
                label_from,
                label_to,
                ranks: FlowRanks::default(),
                actions: Vec::new(),
                direction: FlowDirection::default(),
                position: flows.iter().map(|flow| flow.position).max().map_or(0, |last| last + 1),
            },
        };
        let others = flows.iter().filter(|other| other.id != flow.id);
        if let Some(key) = &self.edit.key
            && others.into_iter().any(|other| other.key.as_ref() == Some(key))
        {
            return Err(Problem::already_taken("promotion flow", "/key", key.as_str()).into());
        }
        let authorized = Authorized::of(&self.actor, &mut work.view()).await?;
        check_ranks(&authorized, &flow)?;
        let before = (!is_new).then(|| logged::flow(&flow));
        self.edit.apply_to(&mut flow, &authorized.ranks)?;
        check_ranks(&authorized, &flow)?;
        work.tx.put_promotion_flow(community, &flow).await?;
        let after = logged::flow(&flow);
        if before.as_ref() != Some(&after) {
            work.log(authorized.origin(), NewAct::structure(before.as_ref(), Some(&after))).await?;
        }
        Ok(flow)
    }
}

#[async_trait]
impl Command for RemoveFlow {
    /// The flow as it was.
    type Output = PromotionFlow;

    const REFUSES: &'static [&'static ProblemType] = &[&types::INSUFFICIENT_POWER, &types::COMMUNITY_FROZEN];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<PromotionFlow, OpError> {
        let community = self.actor.community();
        self.actor.refuse_frozen(&mut work.view()).await?;
        let flows = work.tx.promotion_flows(community).await?;
        let flow =
            find_flow(&flows, &self.flow).ok_or_else(|| Problem::promotion_flow_not_found(&self.flow))?;
        let authorized = Authorized::of(&self.actor, &mut work.view()).await?;
        check_ranks(&authorized, flow)?;
        work.tx.remove_promotion_flow(community, flow.id).await?;
        work.log(authorized.origin(), NewAct::structure(Some(&logged::flow(flow)), None)).await?;
        Ok(flow.clone())
    }
}

/// Checks that the actor has power over all ranks that the flow gives and takes: others run it with more
/// power.
fn check_ranks(authorized: &Authorized, flow: &PromotionFlow) -> Result<(), OpError> {
    let mut ranks = flow.ranks.all().filter_map(|id| authorized.ranks.get(id));
    ranks.try_for_each(|rank| authorized.check_rank(rank))
}

impl FlowEdit {
    fn apply_to(self, flow: &mut PromotionFlow, ranks: &CommunityRanks) -> Result<(), OpError> {
        let given = if self.ranks_to_add.is_some() { "/ranksToAdd" } else { "/ranksToRemove" };
        let mut unknown = Vec::new();
        let add = resolve(self.ranks_to_add.as_deref(), "/ranksToAdd", ranks, &mut unknown);
        let remove = resolve(self.ranks_to_remove.as_deref(), "/ranksToRemove", ranks, &mut unknown);
        if !unknown.is_empty() {
            return Err(Refusal::UnknownRank(unknown).into());
        }
        refuse_retired(self.ranks_to_add.as_deref().unwrap_or_default(), ranks)?;
        flow.key = self.key.or(flow.key.take());
        flow.label_from = self.label_from.unwrap_or_else(|| flow.label_from.clone());
        flow.label_to = self.label_to.unwrap_or_else(|| flow.label_to.clone());
        flow.direction = self.direction.unwrap_or(flow.direction);
        let add = add.unwrap_or_else(|| flow.ranks.add().to_vec());
        let remove = remove.unwrap_or_else(|| flow.ranks.remove().to_vec());
        flow.ranks = FlowRanks::new(add, remove).map_err(|both| {
            let label = both.first().map(|rank| ranks.label(*rank)).expect("a refusal names a rank");
            let detail = format!("the rank \"{label}\" would be both added and removed: choose one");
            Problem::refused_entries(&[RefusedEntry::new(given, detail)])
        })?;
        Ok(())
    }
}

/// The ranks of a list, each once.
fn resolve(
    names: Option<&[RankName]>,
    list: &str,
    ranks: &CommunityRanks,
    unknown: &mut Vec<NamedEntry>,
) -> Option<Vec<RankId>> {
    let mut known = Vec::new();
    for rank in ranks.resolve_all(names?, list, unknown) {
        if !known.contains(&rank) {
            known.push(rank);
        }
    }
    Some(known)
}

fn refuse_retired(add: &[RankName], ranks: &CommunityRanks) -> Result<(), OpError> {
    let named = add.iter().enumerate().filter_map(|(index, name)| Some((index, ranks.resolve(name)?)));
    let retired: Vec<_> = named
        .filter(|(_, rank)| rank.retired)
        .map(|(index, rank)| RetiredEntry {
            pointer: Some(format!("/ranksToAdd/{index}")),
            rank: rank.id,
            label: rank.label.clone(),
        })
        .collect();
    if retired.is_empty() { Ok(()) } else { Err(Refusal::RankRetired(retired).into()) }
}
