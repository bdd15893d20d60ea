//! Making, editing, retiring and restoring ranks.

use async_trait::async_trait;
use rankledger_domain::ids::{DepartmentId, RankId};
use rankledger_domain::rank::{Power, Rank, RankName};
use rankledger_domain::refusal::Refusal;
use rankledger_storage::departments::DepartmentRank;

use super::departments;
use super::retirement::{Retirement, take_from_holders};
use crate::ops::actor::Actor;
use crate::ops::error::{Noun, RefusedEntry};
use crate::ops::{Command, OpError, Work};

/// What is to be known of a rank. What is absent stays as it is, or has its default in a new rank.
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
    /// Who acts.
    pub actor: Actor,
    /// The rank.
    pub target: RankTarget,
    /// What is to be known of it.
    pub edit: RankEdit,
}

/// A request to retire a rank, or to restore it.
#[derive(Debug, Clone)]
pub struct RetireRank {
    /// Who acts.
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
    type Answer = DepartmentRank;

    async fn run(self, work: &mut Work<'_>) -> Result<DepartmentRank, OpError> {
        let community = self.actor.credential.community;
        let ranks = work.tx.department_ranks(community).await?;
        let retirement = Retirement::of(&self.actor, None, work, community).await?;
        let mut rank = match &self.target {
            RankTarget::New(department) => new_rank(work, *department, &ranks),
            RankTarget::Existing(name) => {
                let old = find(&ranks, name)?;
                retirement.authority.check_rank(&old.rank).map_err(Refusal::InsufficientPower)?;
                old
            }
        };
        self.edit.apply_to(&mut rank);
        refuse_unfit(&rank, &ranks)?;
        let departments = work.tx.departments(community).await?;
        departments::find(&departments, rank.rank.department)?;
        retirement.authority.check_rank(&rank.rank).map_err(Refusal::InsufficientPower)?;
        work.tx.put_rank(community, &rank).await?;
        work.forget_ranks(community);
        Ok(rank)
    }
}

#[async_trait]
impl Command for RetireRank {
    /// The rank afterwards, and how many accounts lost it.
    type Answer = (DepartmentRank, usize);

    async fn run(self, work: &mut Work<'_>) -> Result<(DepartmentRank, usize), OpError> {
        let community = self.actor.credential.community;
        let mut rank = find(&work.tx.department_ranks(community).await?, &self.rank)?;
        let retirement = Retirement::of(&self.actor, self.reason.clone(), work, community).await?;
        retirement.authority.check_rank(&rank.rank).map_err(Refusal::InsufficientPower)?;
        let mut changed = 0;
        if self.retired && self.remove_from_holders {
            changed = take_from_holders(work, community, &retirement, &[rank.rank.id]).await?;
        }
        rank.rank.retired = self.retired;
        work.tx.put_rank(community, &rank).await?;
        work.forget_ranks(community);
        Ok((rank, changed))
    }
}

fn find(ranks: &[DepartmentRank], name: &RankName) -> Result<DepartmentRank, OpError> {
    let is_called = |of: &&DepartmentRank| match name {
        RankName::Id(id) => of.rank.id == *id,
        RankName::Key(key) => of.rank.key.as_ref() == Some(key),
    };
    let found = ranks.iter().find(is_called).cloned();
    found.ok_or_else(|| OpError::NotFound { what: Noun::Rank, name: name.to_string() })
}

fn new_rank(work: &Work<'_>, department: DepartmentId, ranks: &[DepartmentRank]) -> DepartmentRank {
    let positions = ranks.iter().filter(|of| of.rank.department == department).map(|of| of.position);
    let rank = Rank {
        id: RankId(work.uuid()),
        key: None,
        label: String::new(),
        department,
        power: Power::default(),
        retired: false,
    };
    let position = positions.max().map_or(0, |last| last + 1);
    DepartmentRank { rank, primary_only: false, secondary_only: false, position }
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
    }
}

/// A key is taken once in a community, and no rank is both primary only and secondary only.
fn refuse_unfit(of: &DepartmentRank, ranks: &[DepartmentRank]) -> Result<(), OpError> {
    if of.primary_only && of.secondary_only {
        let detail = "the rank would be both primaryOnly and secondaryOnly: choose one".to_owned();
        return Err(OpError::RefusedEntries(vec![RefusedEntry {
            pointer: "/primaryOnly".to_owned(),
            detail,
        }]));
    }
    let mut others = ranks.iter().filter(|other| other.rank.id != of.rank.id);
    match &of.rank.key {
        Some(key) if others.any(|other| other.rank.key.as_ref() == Some(key)) => {
            Err(OpError::Taken { what: Noun::Rank, pointer: "/key", name: key.clone() })
        }
        _ => Ok(()),
    }
}
