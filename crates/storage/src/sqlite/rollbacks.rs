//! Rollbacks in SQLite.

use async_trait::async_trait;
use rankledger_domain::ids::{BatchId, CommunityId};

use super::codec::{Id, Millis, id, time};
use super::tx::SqliteTx;
use crate::Result;
use crate::rollbacks::{ReadRollbacks, Rollback, WriteRollbacks};

#[async_trait]
impl ReadRollbacks for SqliteTx {
    async fn rollback(&mut self, community: CommunityId, batch: BatchId) -> Result<Option<Rollback>> {
        let sql = "SELECT * FROM rollbacks WHERE community = ?1 AND batch = ?2";
        self.one(sql, (community.0, Id(batch.0)), |row| {
            Ok(Rollback {
                batch: BatchId(id(row, "batch")?),
                at: time(row, "at")?,
                report: row.get("report")?,
            })
        })
    }
}

#[async_trait]
impl WriteRollbacks for SqliteTx {
    async fn insert_rollback(&mut self, community: CommunityId, rollback: &Rollback) -> Result<()> {
        self.run(
            "INSERT INTO rollbacks (community, batch, at, report) VALUES (?1, ?2, ?3, ?4)",
            (community.0, Id(rollback.batch.0), Millis(rollback.at), &rollback.report),
        )
        .map(drop)
    }
}
