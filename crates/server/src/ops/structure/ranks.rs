//! Making, editing, retiring and restoring ranks.

use async_trait::async_trait;
use rankledger_domain::credential::Scopes;
use rankledger_domain::ids::{CommunityId, DepartmentId, RankId};
use rankledger_domain::name::is_same;
use rankledger_domain::rank::{Power, Rank, RankName};
use rankledger_domain::rank_change::RankChange;
use rankledger_storage::departments::{Department, DepartmentRank};

use super::departments;
use super::retirement::{RemovalFromHolders, guard_holders};
use crate::ops::actor::Actor;
use crate::ops::acts::NewAct;
use crate::ops::authorized::Authorized;
use crate::ops::{Command, OpError, Planned, View, Work, logged};
use crate::wire::problem::{Problem, RefusedEntry};

/// The properties of a rank that a request sets. An absent property stays as it is, or has its default in a
/// new rank.
#[derive(Debug, Clone, Default)]
pub struct RankEdit {
    /// See [`Rank::key`].
    pub key: Option<String>,
    /// See [`Rank::label`].
    pub label: Option<String>,
    /// See [`Rank::power`].
    pub power: Option<Power>,
    /// See [`Rank::department`].
    pub department: Option<DepartmentId>,
    /// See [`DepartmentRank::primary_only`].
    pub primary_only: Option<bool>,
    /// See [`DepartmentRank::secondary_only`].
    pub secondary_only: Option<bool>,
    /// See [`DepartmentRank::scopes`].
    pub scopes: Option<Scopes>,
}

/// Which rank a request is about.
#[derive(Debug, Clone)]
pub enum RankTarget {
    /// A new one in this department.
    New(DepartmentId),
    /// The one of this name.
    Existing(RankName),
}

/// A request to make a rank, or to edit one.
#[derive(Debug, Clone)]
pub struct PutRank {
    /// The actor of the request.
    pub actor: Actor,
    /// The rank.
    pub target: RankTarget,
    /// The properties to set.
    pub edit: RankEdit,
}

/// A request to retire a rank, or to restore it.
#[derive(Debug, Clone)]
pub struct RetireRank {
    /// The actor of the request.
    pub actor: Actor,
    /// The rank.
    pub rank: RankName,
    /// Retired, or in use again.
    pub retired: bool,
    /// Whether it is taken from those who hold it.
    pub remove_from_holders: bool,
    /// Why, in the words of whoever acts.
    pub reason: Option<String>,
}

#[async_trait]
impl Command for PutRank {
    /// The rank afterwards.
    type Output = DepartmentRank;

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<DepartmentRank, OpError> {
        let community = self.actor.community();
        let ranks = work.tx.department_ranks(community).await?;
        let departments = work.tx.departments(community).await?;
        let mut rank = match &self.target {
            RankTarget::New(id) => new_rank(work, departments::find(&departments, *id)?.id, &ranks),
            RankTarget::Existing(name) => find(&ranks, name)?,
        };
        let authorized = Authorized::of(&self.actor, &mut work.view()).await?;
        self.actor.refuse_frozen(&mut work.view()).await?;
        if let RankTarget::Existing(_) = self.target {
            authorized.check_rank(&rank.rank)?;
        }
        let department = rank.rank.department;
        let is_new = matches!(self.target, RankTarget::New(_));
        let before = (!is_new).then(|| logged::rank(&rank));
        let (power, key, scopes) = (rank.rank.power, rank.rank.key.clone(), rank.scopes.clone());
        self.edit.apply_to(&mut rank);
        if is_new || rank.rank.department != department {
            refuse_retired(&departments::find(&departments, rank.rank.department)?)?;
        }
        if rank.rank.department != department {
            rank.position = next_position(&ranks, rank.rank.department);
        }
        refuse_unfit(&rank, &ranks)?;
        authorized.check_rank(&rank.rank)?;
        // Others stand above its holders then, programs that know it by its key find another rank, and its
        // holders may do less in the console.
        let takes_scopes = scopes.iter().any(|scope| !rank.scopes.allow(scope));
        if !is_new && (rank.rank.power != power || rank.rank.key != key || takes_scopes) {
            let removals = guard_holders(&mut work.view(), &authorized, &[rank.rank.id]).await?;
            removals.count(work, community).await?;
        }
        work.tx.put_rank(community, &rank).await?;
        let after = logged::rank(&rank);
        if before.as_ref() != Some(&after) {
            work.log(authorized.origin(), NewAct::structure(before.as_ref(), Some(&after))).await?;
        }
        Ok(rank)
    }
}

/// The planned retirement or restoration of a rank.
pub struct RetireRankPlan {
    authorized: Authorized,
    before: DepartmentRank,
    rank: DepartmentRank,
    removal: RemovalFromHolders,
}

#[async_trait]
impl Planned for RetireRank {
    type Plan = RetireRankPlan;
    /// The rank after, and the changes that removed it from its holders.
    type Output = (DepartmentRank, Vec<RankChange>);

    fn community(&self) -> CommunityId {
        self.actor.community()
    }

    async fn plan(&self, view: &mut View<'_>) -> Result<RetireRankPlan, OpError> {
        let community = self.actor.community();
        let before = find(&view.tx.department_ranks(community).await?, &self.rank)?;
        let mut rank = before.clone();
        let authorized = Authorized::of(&self.actor, view).await?;
        authorized.check_rank(&rank.rank)?;
        self.actor.refuse_frozen(view).await?;
        if !self.retired {
            let departments = view.tx.departments(community).await?;
            refuse_retired(&departments::find(&departments, rank.rank.department)?)?;
        }
        let wanted = (self.retired, self.remove_from_holders);
        let removal = RemovalFromHolders::of(view, &self.actor, &authorized, wanted, &[&before.rank]).await?;
        rank.rank.retired = self.retired;
        Ok(RetireRankPlan { authorized, before, rank, removal })
    }

    async fn commit(self, plan: RetireRankPlan, work: &mut Work<'_>) -> Result<Self::Output, OpError> {
        let RetireRankPlan { authorized, before, rank, removal } = plan;
        let changes = removal.commit(work, &authorized, self.reason.as_ref()).await?;
        work.tx.put_rank(authorized.community, &rank).await?;
        if rank != before {
            let [before, after] = [&before, &rank].map(logged::rank);
            work.log(authorized.origin(), NewAct::structure(Some(&before), Some(&after))).await?;
        }
        Ok((rank, changes))
    }
}

/// The ranks of a retired department cannot be given, so none is made in it, moved to it, or restored.
fn refuse_retired(department: &Department) -> Result<(), OpError> {
    if !department.retired {
        return Ok(());
    }
    let detail = format!("its department \"{}\" is retired: restore that first", department.label);
    Err(Problem::refused_entries(&[RefusedEntry::new("/department", detail)]).into())
}

fn find(ranks: &[DepartmentRank], name: &RankName) -> Result<DepartmentRank, OpError> {
    let found = ranks.iter().find(|of| of.rank.is_called(name)).cloned();
    found.ok_or_else(|| Problem::rank_not_found(name).into())
}

fn new_rank(work: &Work<'_>, department: DepartmentId, ranks: &[DepartmentRank]) -> DepartmentRank {
    let rank = Rank {
        id: RankId(work.uuid()),
        key: None,
        label: String::new(),
        department,
        power: Power::default(),
        retired: false,
    };
    let position = next_position(ranks, department);
    DepartmentRank { rank, primary_only: false, secondary_only: false, position, scopes: Scopes::default() }
}

/// Returns the position of a rank that joins a department: the last.
fn next_position(ranks: &[DepartmentRank], department: DepartmentId) -> i64 {
    let positions = ranks.iter().filter(|of| of.rank.department == department).map(|of| of.position);
    positions.max().map_or(0, |last| last + 1)
}

impl RankEdit {
    fn apply_to(self, of: &mut DepartmentRank) {
        let rank = &mut of.rank;
        rank.key = self.key.or(rank.key.take());
        rank.label = self.label.unwrap_or_else(|| rank.label.clone());
        rank.power = self.power.unwrap_or(rank.power);
        rank.department = self.department.unwrap_or(rank.department);
        of.primary_only = self.primary_only.unwrap_or(of.primary_only);
        of.secondary_only = self.secondary_only.unwrap_or(of.secondary_only);
        if let Some(scopes) = self.scopes {
            of.scopes = scopes;
        }
    }
}

/// A key is taken once in a community, and no rank is both primary only and secondary only.
fn refuse_unfit(of: &DepartmentRank, ranks: &[DepartmentRank]) -> Result<(), OpError> {
    if of.primary_only && of.secondary_only {
        let detail = "the rank would be both primaryOnly and secondaryOnly: choose one";
        return Err(Problem::refused_entries(&[RefusedEntry::new("/primaryOnly", detail)]).into());
    }
    let mut others = ranks.iter().filter(|other| other.rank.id != of.rank.id);
    match &of.rank.key {
        Some(key) if others.any(|other| other.rank.key.as_ref().is_some_and(|own| is_same(own, key))) => {
            Err(Problem::already_taken("rank", "/key", key).into())
        }
        _ => Ok(()),
    }
}
