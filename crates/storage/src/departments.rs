//! Departments and their ranks.

use std::sync::Arc;

use async_trait::async_trait;
use rankledger_domain::credential::Scopes;
use rankledger_domain::ids::{CommunityId, DepartmentId};
use rankledger_domain::rank::{CommunityRanks, Rank};

use crate::sql::value::params;
use crate::sql::{Row, SqlTx};
use crate::transfer::{Table, tables};
use crate::{Result, StorageError};

/// The tables of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    departments: [community Int, id Id] label Text, label_two Text, position Int, retired Bool;
    ranks: [community Int, id Id]
        department Id, key Text, label Text, power Int, primary_only Bool, secondary_only Bool, retired Bool,
        position Int, scopes Text;
};

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
    /// What those who hold it may do in the console.
    pub scopes: Scopes,
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

fn rank(row: &Row<'_>) -> Result<Rank> {
    Ok(Rank {
        id: row.get("id")?,
        key: row.get("key")?,
        label: row.get("label")?,
        department: row.get("department")?,
        power: row.get("power")?,
        retired: row.get("retired")?,
    })
}

#[async_trait]
impl<T: SqlTx> ReadDepartments for T {
    async fn departments(&mut self, community: CommunityId) -> Result<Vec<Department>> {
        let sql = "SELECT * FROM departments WHERE community = $1 ORDER BY position, label, id";
        let tx = self.on(community).await?;
        tx.all(sql, params![community], |row| {
            Ok(Department {
                id: row.get("id")?,
                label: row.get("label")?,
                label_two: row.get("label_two")?,
                retired: row.get("retired")?,
                position: row.get("position")?,
            })
        })
        .await
    }

    async fn department_ranks(&mut self, community: CommunityId) -> Result<Vec<DepartmentRank>> {
        let sql = "SELECT * FROM ranks WHERE community = $1 ORDER BY position, label, id";
        let tx = self.on(community).await?;
        tx.all(sql, params![community], |row| {
            Ok(DepartmentRank {
                rank: rank(row)?,
                primary_only: row.get("primary_only")?,
                secondary_only: row.get("secondary_only")?,
                position: row.get("position")?,
                scopes: row.word("scopes", |names| names.parse().ok())?,
            })
        })
        .await
    }

    async fn ranks(&mut self, community: CommunityId) -> Result<Arc<CommunityRanks>> {
        let Some(revision) = self.revision(community).await? else { return Ok(Arc::default()) };
        if let Some(ranks) = self.cache().ranks.of(&community, revision) {
            return Ok(ranks);
        }
        let sql = "SELECT r.id, r.key, r.label, r.department, r.power, (r.retired OR d.retired) AS retired
             FROM ranks r JOIN departments d ON d.community = r.community AND d.id = r.department
             WHERE r.community = $1";
        let found = self.on(community).await?.all(sql, params![community], rank).await?;
        let ranks: Arc<CommunityRanks> = Arc::new(found.into_iter().collect());
        self.cache().ranks.put(community, revision, Arc::clone(&ranks));
        Ok(ranks)
    }
}

/// Refuses a key that another rank has, where the statement itself must not fail.
async fn refuse_taken_key<T: SqlTx>(tx: &mut T, community: CommunityId, rank: &Rank) -> Result<()> {
    let sql = "SELECT 1 FROM ranks WHERE community = $1 AND key = $2 AND id <> $3";
    match tx.one(sql, params![community, rank.key, rank.id], |_| Ok(())).await? {
        Some(()) => Err(StorageError::Conflict(format!("the rank key {:?}", rank.key))),
        None => Ok(()),
    }
}

#[async_trait]
impl<T: SqlTx> WriteDepartments for T {
    async fn put_department(&mut self, community: CommunityId, department: &Department) -> Result<()> {
        let sql = "INSERT INTO departments (community, id, label, label_two, retired, position)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (community, id) DO UPDATE
             SET label = excluded.label, label_two = excluded.label_two, retired = excluded.retired,
                 position = excluded.position";
        let Department { id, label, label_two, retired, position } = department;
        let tx = self.writing(community).await?;
        tx.run(sql, params![community, id, label, label_two, retired, position]).await.map(drop)
    }

    async fn put_rank(&mut self, community: CommunityId, rank: &DepartmentRank) -> Result<()> {
        let sql = "INSERT INTO ranks
                 (community, id, department, key, label, power, retired, primary_only, secondary_only, position,
                  scopes)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (community, id) DO UPDATE
             SET department = excluded.department, key = excluded.key, label = excluded.label, power = excluded.power,
                 primary_only = excluded.primary_only, secondary_only = excluded.secondary_only,
                 retired = excluded.retired, position = excluded.position, scopes = excluded.scopes";
        let DepartmentRank { rank, primary_only, secondary_only, position, scopes } = rank;
        let Rank { id, key, label, department, power, retired } = rank;
        let scopes = scopes.to_string();
        let params = params![
            community,
            id,
            department,
            key,
            label,
            power,
            retired,
            primary_only,
            secondary_only,
            position,
            scopes,
        ];
        let tx = self.writing(community).await?;
        if T::FAILS_WHOLE {
            refuse_taken_key(tx, community, rank).await?;
        }
        tx.run(sql, params).await.map(drop)
    }
}
