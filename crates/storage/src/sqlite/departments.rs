//! Departments and ranks in SQLite.

use std::sync::Arc;

use async_trait::async_trait;
use rankledger_domain::ids::{CommunityId, DepartmentId, RankId};
use rankledger_domain::rank::{CommunityRanks, Power, Rank};
use rusqlite::{Row, named_params};

use super::codec::{Id, id};
use super::tx::SqliteTx;
use crate::Result;
use crate::departments::{Department, DepartmentRank, ReadDepartments, WriteDepartments};

fn rank(row: &Row<'_>) -> rusqlite::Result<Rank> {
    Ok(Rank {
        id: RankId(id(row, "id")?),
        key: row.get("key")?,
        label: row.get("label")?,
        department: DepartmentId(id(row, "department")?),
        power: Power(row.get("power")?),
        retired: row.get("retired")?,
    })
}

#[async_trait]
impl ReadDepartments for SqliteTx {
    async fn departments(&mut self, community: CommunityId) -> Result<Vec<Department>> {
        let sql = "SELECT * FROM departments WHERE community = ?1 ORDER BY position, label, id";
        self.all(sql, [community.0], |row| {
            Ok(Department {
                id: DepartmentId(id(row, "id")?),
                label: row.get("label")?,
                label_two: row.get("label_two")?,
                retired: row.get("retired")?,
                position: row.get("position")?,
            })
        })
    }

    async fn department_ranks(&mut self, community: CommunityId) -> Result<Vec<DepartmentRank>> {
        let sql = "SELECT * FROM ranks WHERE community = ?1 ORDER BY position, label, id";
        self.all(sql, [community.0], |row| {
            Ok(DepartmentRank {
                rank: rank(row)?,
                primary_only: row.get("primary_only")?,
                secondary_only: row.get("secondary_only")?,
                position: row.get("position")?,
            })
        })
    }

    async fn ranks(&mut self, community: CommunityId) -> Result<Arc<CommunityRanks>> {
        let Some(revision) = self.revision(community)? else { return Ok(Arc::default()) };
        self.cache().ranks.at(community, revision, || {
            let sql =
                "SELECT r.id, r.key, r.label, r.department, r.power, max(r.retired, d.retired) AS retired
                 FROM ranks r JOIN departments d ON d.community = r.community AND d.id = r.department
                 WHERE r.community = ?1";
            Ok(Arc::new(self.all(sql, [community.0], rank)?.into_iter().collect()))
        })
    }
}

#[async_trait]
impl WriteDepartments for SqliteTx {
    async fn put_department(&mut self, community: CommunityId, department: &Department) -> Result<()> {
        self.run(
            "INSERT INTO departments (community, id, label, label_two, retired, position)
             VALUES (:community, :id, :label, :label_two, :retired, :position)
             ON CONFLICT (community, id) DO UPDATE
             SET label = excluded.label, label_two = excluded.label_two, retired = excluded.retired,
                 position = excluded.position",
            named_params! {
                ":community": community.0,
                ":id": Id(department.id.0),
                ":label": department.label,
                ":label_two": department.label_two,
                ":retired": department.retired,
                ":position": department.position,
            },
        )
        .map(drop)
    }

    async fn put_rank(&mut self, community: CommunityId, rank: &DepartmentRank) -> Result<()> {
        self.run(
            "INSERT INTO ranks
                 (community, id, department, key, label, power, primary_only, secondary_only, retired, position)
             VALUES
                 (:community, :id, :department, :key, :label, :power, :primary_only, :secondary_only, :retired, :position)
             ON CONFLICT (community, id) DO UPDATE
             SET department = excluded.department, key = excluded.key, label = excluded.label, power = excluded.power,
                 primary_only = excluded.primary_only, secondary_only = excluded.secondary_only,
                 retired = excluded.retired, position = excluded.position",
            named_params! {
                ":community": community.0,
                ":id": Id(rank.rank.id.0),
                ":department": Id(rank.rank.department.0),
                ":key": rank.rank.key,
                ":label": rank.rank.label,
                ":power": rank.rank.power.0,
                ":primary_only": rank.primary_only,
                ":secondary_only": rank.secondary_only,
                ":retired": rank.rank.retired,
                ":position": rank.position,
            },
        )
        .map(drop)
    }
}
