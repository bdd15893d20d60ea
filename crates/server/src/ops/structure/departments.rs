//! Making, editing, retiring and restoring departments.

use async_trait::async_trait;
use rankledger_domain::ids::{CommunityId, DepartmentId};
use rankledger_domain::rank_change::RankChange;
use rankledger_storage::departments::Department;

use super::retirement::take_from_holders;
use crate::ops::acting::Acting;
use crate::ops::actor::Actor;
use crate::ops::error::Noun;
use crate::ops::{Command, OpError, Work};

/// A request to make a department, or to edit one. What is absent stays as it is.
#[derive(Debug, Clone)]
pub struct PutDepartment {
    /// The community.
    pub community: CommunityId,
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
    /// Who acts.
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
    type Answer = Department;

    fn community(&self) -> Option<CommunityId> {
        Some(self.community)
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Department, OpError> {
        let departments = work.tx.departments(self.community).await?;
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
        department.label = self.label.unwrap_or(department.label);
        department.label_two = self.label_two.unwrap_or(department.label_two);
        work.tx.put_department(self.community, &department).await?;
        Ok(department)
    }
}

#[async_trait]
impl Command for RetireDepartment {
    /// The department afterwards, and the changes that took its ranks away.
    type Answer = (Department, Vec<RankChange>);

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.credential.community)
    }

    async fn run(self, work: &mut Work<'_>) -> Result<(Department, Vec<RankChange>), OpError> {
        let community = self.actor.credential.community;
        let mut department = find(&work.tx.departments(community).await?, self.id)?;
        let ranks = work.tx.department_ranks(community).await?;
        let ours: Vec<_> =
            ranks.iter().map(|of| &of.rank).filter(|rank| rank.department == self.id).collect();
        let acting = Acting::of(&self.actor, work).await?;
        acting.refuse_barred()?;
        for rank in &ours {
            acting.check_rank(rank)?;
        }
        let mut changes = Vec::new();
        if self.retired && self.remove_from_holders {
            let ids = ours.iter().map(|rank| rank.id).collect::<Vec<_>>();
            changes = take_from_holders(work, community, &acting, &ids, self.reason.as_ref()).await?;
        }
        department.retired = self.retired;
        work.tx.put_department(community, &department).await?;
        work.forget_ranks(community);
        Ok((department, changes))
    }
}

/// The department of this id, or the refusal that there is none.
pub(super) fn find(departments: &[Department], id: DepartmentId) -> Result<Department, OpError> {
    let found = departments.iter().find(|department| department.id == id).cloned();
    found.ok_or_else(|| OpError::NotFound { what: Noun::Department, name: id.to_string() })
}
