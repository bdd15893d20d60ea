//! Making, editing, retiring and restoring departments.

use async_trait::async_trait;
use rankledger_domain::ids::{CommunityId, DepartmentId};
use rankledger_domain::rank_change::RankChange;
use rankledger_storage::departments::Department;

use super::retirement::RemovalFromHolders;
use crate::ops::actor::Actor;
use crate::ops::acts::NewAct;
use crate::ops::authorized::Authorized;
use crate::ops::{Command, OpError, Planned, View, Work, logged};
use crate::wire::problem::{Problem, ProblemType, types};

/// A request to make a department, or to edit one. What is absent stays as it is.
#[derive(Debug, Clone)]
pub struct PutDepartment {
    /// The actor of the request.
    pub actor: Actor,
    /// The department to edit; none to make one.
    pub id: Option<DepartmentId>,
    /// Its name, which has been checked; needed to make one.
    pub label: Option<String>,
    /// Its second name, which has been checked; the first, if absent when it is made.
    pub label_two: Option<String>,
}

/// A request to retire a department with all its ranks, or to restore it.
#[derive(Debug, Clone)]
pub struct RetireDepartment {
    /// The actor of the request.
    pub actor: Actor,
    /// The department.
    pub id: DepartmentId,
    /// Retired, or in use again.
    pub retired: bool,
    /// Whether its ranks are taken from those who hold them.
    pub remove_from_holders: bool,
    /// Why, in the words of whoever acts.
    pub reason: Option<String>,
}

#[async_trait]
impl Command for PutDepartment {
    /// The department afterwards.
    type Output = Department;

    const REFUSES: &'static [&'static ProblemType] = &[&types::COMMUNITY_FROZEN, &types::INSUFFICIENT_POWER];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Department, OpError> {
        let community = self.actor.community();
        self.actor.refuse_frozen(&mut work.view()).await?;
        let departments = work.tx.departments(community).await?;
        let mut department = match self.id {
            Some(id) => find(&departments, id)?,
            None => Department {
                id: DepartmentId(work.uuid()),
                label: self.label.clone().unwrap_or_default(),
                label_two: self.label.clone().unwrap_or_default(),
                retired: false,
                position: departments.iter().map(|old| old.position).max().map_or(0, |last| last + 1),
            },
        };
        let authorized = Authorized::of(&self.actor, &mut work.view()).await?;
        for of in work.tx.department_ranks(community).await? {
            if of.rank.department == department.id {
                authorized.check_rank(&of.rank)?;
            }
        }
        let before = self.id.map(|_| logged::department(&department));
        department.label = self.label.unwrap_or(department.label);
        department.label_two = self.label_two.unwrap_or(department.label_two);
        work.tx.put_department(community, &department).await?;
        let after = logged::department(&department);
        if before.as_ref() != Some(&after) {
            work.log(authorized.origin(), NewAct::structure(before.as_ref(), Some(&after))).await?;
        }
        Ok(department)
    }
}

/// The planned retirement or restoration of a department.
pub struct RetireDepartmentPlan {
    authorized: Authorized,
    before: Department,
    department: Department,
    removal: RemovalFromHolders,
}

#[async_trait]
impl Planned for RetireDepartment {
    type Plan = RetireDepartmentPlan;
    /// The department after, and the changes that removed its ranks from their holders.
    type Output = (Department, Vec<RankChange>);

    fn community(&self) -> CommunityId {
        self.actor.community()
    }

    async fn plan(&self, view: &mut View<'_>) -> Result<RetireDepartmentPlan, OpError> {
        let community = self.actor.community();
        let before = find(&view.tx.departments(community).await?, self.id)?;
        let ranks = view.tx.department_ranks(community).await?;
        let ours: Vec<_> =
            ranks.iter().map(|of| &of.rank).filter(|rank| rank.department == self.id).collect();
        let authorized = Authorized::of(&self.actor, view).await?;
        authorized.refuse_barred()?;
        self.actor.refuse_frozen(view).await?;
        for rank in &ours {
            authorized.check_rank(rank)?;
        }
        let wanted = (self.retired, self.remove_from_holders);
        let removal = RemovalFromHolders::of(view, &self.actor, &authorized, wanted, &ours).await?;
        let department = Department { retired: self.retired, ..before.clone() };
        Ok(RetireDepartmentPlan { authorized, before, department, removal })
    }

    async fn commit(self, plan: RetireDepartmentPlan, work: &mut Work<'_>) -> Result<Self::Output, OpError> {
        let RetireDepartmentPlan { authorized, before, department, removal } = plan;
        let changes = removal.commit(work, &authorized, self.reason.as_ref()).await?;
        work.tx.put_department(authorized.community, &department).await?;
        if department != before {
            let [before, after] = [&before, &department].map(logged::department);
            work.log(authorized.origin(), NewAct::structure(Some(&before), Some(&after))).await?;
        }
        Ok((department, changes))
    }
}

/// The department of this id, or the refusal that there is none.
pub(super) fn find(departments: &[Department], id: DepartmentId) -> Result<Department, OpError> {
    let found = departments.iter().find(|department| department.id == id).cloned();
    found.ok_or_else(|| Problem::department_not_found(id).into())
}
