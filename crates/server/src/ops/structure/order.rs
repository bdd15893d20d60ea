//! Putting departments, or the ranks of one, into another order.

use async_trait::async_trait;
use rankledger_domain::ids::{CommunityId, DepartmentId};
use rankledger_domain::rank::RankName;
use rankledger_storage::StorageError;
use rankledger_storage::departments::{Department, DepartmentRank};
use serde_json::{Value, json};

use super::departments;
use crate::ops::actor::Actor;
use crate::ops::acts::NewAct;
use crate::ops::{Command, OpError, Work};
use crate::wire::problem::{Problem, ProblemType, RefusedEntry, types};

/// A request to put departments into an order: those named come first, the rest follow as they stand.
#[derive(Debug, Clone)]
pub struct OrderDepartments {
    /// The actor of the request.
    pub actor: Actor,
    /// The departments that come first, in order.
    pub departments: Vec<DepartmentId>,
}

/// A request to put the ranks of a department into an order: the named ranks come first, the rest follow in
/// their present order.
#[derive(Debug, Clone)]
pub struct OrderRanks {
    /// The actor of the request.
    pub actor: Actor,
    /// The department.
    pub department: DepartmentId,
    /// The ranks that come first, in order.
    pub ranks: Vec<RankName>,
}

#[async_trait]
impl Command for OrderDepartments {
    /// The departments in their new order.
    type Output = Vec<Department>;

    const REFUSES: &'static [&'static ProblemType] = &[&types::REFUSED_ENTRY, &types::COMMUNITY_FROZEN];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Vec<Department>, OpError> {
        let community = self.actor.community();
        self.actor.refuse_frozen(&mut work.view()).await?;
        let all = work.tx.departments(community).await?;
        let before = departments_in_order(&all);
        let mut ordered =
            reorder(all, &self.departments, |department, id| department.id == *id, "departments")?;
        for (position, department) in (0_i64..).zip(&mut ordered) {
            if department.position != position {
                department.position = position;
                work.tx.put_department(community, department).await?;
            }
        }
        log_order(work, &self.actor, &before, &departments_in_order(&ordered)).await?;
        Ok(ordered)
    }
}

#[async_trait]
impl Command for OrderRanks {
    /// The ranks of the department in their new order.
    type Output = Vec<DepartmentRank>;

    const REFUSES: &'static [&'static ProblemType] = &[&types::REFUSED_ENTRY, &types::COMMUNITY_FROZEN];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Vec<DepartmentRank>, OpError> {
        let community = self.actor.community();
        self.actor.refuse_frozen(&mut work.view()).await?;
        departments::find(&work.tx.departments(community).await?, self.department)?;
        let mut all = work.tx.department_ranks(community).await?;
        all.retain(|of| of.rank.department == self.department);
        let before = ranks_in_order(self.department, &all);
        let mut ordered = reorder(all, &self.ranks, |of, name| of.rank.is_called(name), "ranks")?;
        for (position, rank) in (0_i64..).zip(&mut ordered) {
            if rank.position != position {
                rank.position = position;
                work.tx.put_rank(community, rank).await?;
            }
        }
        log_order(work, &self.actor, &before, &ranks_in_order(self.department, &ordered)).await?;
        Ok(ordered)
    }
}

/// Returns the order of departments as the log shows it.
fn departments_in_order(departments: &[Department]) -> Value {
    json!({"departments": departments.iter().map(|department| department.id).collect::<Vec<_>>()})
}

/// Returns the order of a department's ranks as the log shows it.
fn ranks_in_order(department: DepartmentId, ranks: &[DepartmentRank]) -> Value {
    json!({"department": department, "ranks": ranks.iter().map(|of| of.rank.id).collect::<Vec<_>>()})
}

async fn log_order(
    work: &mut Work<'_>,
    actor: &Actor,
    before: &Value,
    after: &Value,
) -> Result<(), StorageError> {
    if before == after {
        return Ok(());
    }
    work.log(actor.origin(), NewAct::structure(Some(before), Some(after))).await
}

/// All of them, those named first. One that is named twice, or is not there, is refused.
fn reorder<T, N>(
    mut rest: Vec<T>,
    first: &[N],
    is_called: impl Fn(&T, &N) -> bool,
    list: &str,
) -> Result<Vec<T>, OpError> {
    let mut ordered = Vec::with_capacity(rest.len());
    let mut refused = Vec::new();
    for (index, wanted) in first.iter().enumerate() {
        if let Some(found) = rest.iter().position(|item| is_called(item, wanted)) {
            ordered.push(rest.remove(found));
            continue;
        }
        let is_again = ordered.iter().any(|item| is_called(item, wanted));
        let detail =
            if is_again { "it is named twice".to_owned() } else { format!("it is none of the {list} here") };
        refused.push(RefusedEntry::new(format!("/{list}/{index}"), detail));
    }
    if !refused.is_empty() {
        return Err(Problem::refused_entries(&refused).into());
    }
    ordered.append(&mut rest);
    Ok(ordered)
}
