//! Departments and ranks in PostgreSQL.

use std::sync::Arc;

use async_trait::async_trait;
use rankledger_domain::ids::{CommunityId, DepartmentId, RankId};
use rankledger_domain::rank::{CommunityRanks, Power, Rank};
use tokio_postgres::Row;

use super::codec::{get, small};
use super::tx::PgTx;
use crate::departments::{Department, DepartmentRank, ReadDepartments, WriteDepartments};
use crate::{Result, StorageError};

fn rank(row: &Row) -> Result<Rank> {
    Ok(Rank {
        id: RankId(get(row, "id")?),
        key: get(row, "key")?,
        label: get(row, "label")?,
        department: DepartmentId(get(row, "department")?),
        power: Power(small(row, "power")?),
        retired: get(row, "retired")?,
    })
}

#[async_trait]
impl ReadDepartments for PgTx {
    async fn departments(&mut self, community: CommunityId) -> Result<Vec<Department>> {
        let sql = "SELECT * FROM departments WHERE community = $1 ORDER BY position, label, id";
        let tx = self.on(community).await?;
        tx.all(sql, &[&community.0], |row| {
            Ok(Department {
                id: DepartmentId(get(row, "id")?),
                label: get(row, "label")?,
                label_two: get(row, "label_two")?,
                retired: get(row, "retired")?,
                position: get(row, "position")?,
            })
        })
        .await
    }

    async fn department_ranks(&mut self, community: CommunityId) -> Result<Vec<DepartmentRank>> {
        let sql = "SELECT * FROM ranks WHERE community = $1 ORDER BY position, label, id";
        let tx = self.on(community).await?;
        tx.all(sql, &[&community.0], |row| {
            Ok(DepartmentRank {
                rank: rank(row)?,
                primary_only: get(row, "primary_only")?,
                secondary_only: get(row, "secondary_only")?,
                position: get(row, "position")?,
            })
        })
        .await
    }

    async fn ranks(&mut self, community: CommunityId) -> Result<Arc<CommunityRanks>> {
        let Some(revision) = self.revision(community).await? else { return Ok(Arc::default()) };
        if let Some((cached, ranks)) = self.cache().ranks.last(&community)
            && cached == revision
        {
            return Ok(ranks);
        }
        let sql = "SELECT r.id, r.key, r.label, r.department, r.power, r.retired OR d.retired AS retired
             FROM ranks r JOIN departments d ON d.community = r.community AND d.id = r.department
             WHERE r.community = $1";
        let found = self.on(community).await?.all(sql, &[&community.0], rank).await?;
        let ranks: Arc<CommunityRanks> = Arc::new(found.into_iter().collect());
        self.cache().ranks.put(community, revision, Arc::clone(&ranks));
        Ok(ranks)
    }
}

#[async_trait]
impl WriteDepartments for PgTx {
    async fn put_department(&mut self, community: CommunityId, department: &Department) -> Result<()> {
        let sql = "INSERT INTO departments (community, id, label, label_two, retired, position)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (community, id) DO UPDATE
             SET label = excluded.label, label_two = excluded.label_two, retired = excluded.retired,
                 position = excluded.position";
        let tx = self.writing(community).await?;
        tx.run(
            sql,
            &[
                &community.0,
                &department.id.0,
                &department.label,
                &department.label_two,
                &department.retired,
                &department.position,
            ],
        )
        .await
        .map(drop)
    }

    async fn put_rank(&mut self, community: CommunityId, rank: &DepartmentRank) -> Result<()> {
        let sql = "INSERT INTO ranks
                 (community, id, department, key, label, power, primary_only, secondary_only, retired, position)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (community, id) DO UPDATE
             SET department = excluded.department, key = excluded.key, label = excluded.label, power = excluded.power,
                 primary_only = excluded.primary_only, secondary_only = excluded.secondary_only,
                 retired = excluded.retired, position = excluded.position";
        let tx = self.writing(community).await?;
        let taken = "SELECT 1 FROM ranks WHERE community = $1 AND key = $2 AND id <> $3";
        let DepartmentRank { rank, primary_only, secondary_only, position } = rank;
        // Looked up before: a statement that fails would take the whole transaction with it.
        if tx.one(taken, &[&community.0, &rank.key, &rank.id.0], |_| Ok(())).await?.is_some() {
            return Err(StorageError::Conflict(format!("the rank key {:?}", rank.key)));
        }
        let power = i64::from(rank.power.0);
        tx.run(
            sql,
            &[
                &community.0,
                &rank.id.0,
                &rank.department.0,
                &rank.key,
                &rank.label,
                &power,
                primary_only,
                secondary_only,
                &rank.retired,
                position,
            ],
        )
        .await
        .map(drop)
    }
}
