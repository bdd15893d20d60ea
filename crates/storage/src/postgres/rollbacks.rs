//! Rollbacks in PostgreSQL.

use async_trait::async_trait;
use rankledger_domain::ids::{BatchId, CommunityId};

use super::codec::{get, time};
use super::tx::PgTx;
use crate::rollbacks::{ReadRollbacks, Rollback, WriteRollbacks};
use crate::{Result, StorageError};

#[async_trait]
impl ReadRollbacks for PgTx {
    async fn rollback(&mut self, community: CommunityId, batch: BatchId) -> Result<Option<Rollback>> {
        let sql = "SELECT * FROM rollbacks WHERE community = $1 AND batch = $2";
        let tx = self.on(community).await?;
        tx.one(sql, &[&community.0, &batch.0], |row| {
            Ok(Rollback {
                batch: BatchId(get(row, "batch")?),
                at: time(row, "at")?,
                report: get(row, "report")?,
            })
        })
        .await
    }
}

#[async_trait]
impl WriteRollbacks for PgTx {
    async fn insert_rollback(&mut self, community: CommunityId, rollback: &Rollback) -> Result<()> {
        let sql = "INSERT INTO rollbacks (community, batch, at, report) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING";
        let Rollback { batch, at, report } = rollback;
        let tx = self.writing(community).await?;
        match tx.run(sql, &[&community.0, &batch.0, &at.as_millisecond(), report]).await? {
            0 => Err(StorageError::Conflict(format!("the rollback {batch}"))),
            _ => Ok(()),
        }
    }
}
