//! Departments and their ranks.

use std::sync::Arc;

use async_trait::async_trait;
use rankledger_domain::ids::{CommunityId, DepartmentId};
use rankledger_domain::rank::{CommunityRanks, Rank};

use crate::Result;

/// A department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    /// UUID of the department: `uuid` for clients.
    pub id: DepartmentId,
    /// Its name.
    pub label: String,
    /// Its second, usually shorter, name.
    pub label_two: String,
    /// A retired department is not shown, nor are its ranks given.
    pub retired: bool,
    /// Position of the department among the departments.
    pub position: i64,
}

/// A rank as its department shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepartmentRank {
    /// The rank itself.
    pub rank: Rank,
    /// Whether it can only be a member's primary rank.
    pub primary_only: bool,
    /// Whether it can only be a secondary rank.
    pub secondary_only: bool,
    /// Position of the rank in its department.
    pub position: i64,
}

/// Reading departments and ranks.
#[async_trait]
pub trait ReadDepartments {
    /// The departments in order.
    async fn departments(&mut self, community: CommunityId) -> Result<Vec<Department>>;

    /// The ranks of all departments in order, retired ones included.
    async fn department_ranks(&mut self, community: CommunityId) -> Result<Vec<DepartmentRank>>;

    /// The ranks as the rules need them, retired ones included: by themselves, or with their department.
    async fn ranks(&mut self, community: CommunityId) -> Result<Arc<CommunityRanks>>;
}

/// Writing departments and ranks.
#[async_trait]
pub trait WriteDepartments {
    /// Makes a department, or brings it up to date.
    async fn put_department(&mut self, community: CommunityId, department: &Department) -> Result<()>;

    /// Makes a rank, or brings it up to date.
    async fn put_rank(&mut self, community: CommunityId, rank: &DepartmentRank) -> Result<()>;
}
