//! Rollbacks that were carried out.

use async_trait::async_trait;
use rankledger_domain::ids::{BatchId, CommunityId};

use super::value::params;
use super::{SqlTx, refuse_unwritten};
use crate::Result;
use crate::rollbacks::{ReadRollbacks, Rollback, WriteRollbacks};

#[async_trait]
impl<T: SqlTx> ReadRollbacks for T {
    async fn rollback(&mut self, community: CommunityId, batch: BatchId) -> Result<Option<Rollback>> {
        let sql = "SELECT * FROM rollbacks WHERE community = $1 AND batch = $2";
        let tx = self.on(community).await?;
        tx.one(sql, params![community, batch], |row| {
            Ok(Rollback { batch: row.get("batch")?, at: row.get("at")?, report: row.get("report")? })
        })
        .await
    }
}

#[async_trait]
impl<T: SqlTx> WriteRollbacks for T {
    async fn insert_rollback(&mut self, community: CommunityId, rollback: &Rollback) -> Result<()> {
        let sql = "INSERT INTO rollbacks (community, batch, at, report) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING";
        let Rollback { batch, at, report } = rollback;
        let written = self.writing(community).await?.run(sql, params![community, batch, at, report]).await?;
        refuse_unwritten(written, || format!("the rollback {batch}"))
    }
}
