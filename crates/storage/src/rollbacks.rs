//! Rollbacks that were carried out, and their reports.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{BatchId, ChangeNumber, CommunityId};

use crate::Result;
use crate::sql::value::params;
use crate::sql::{SqlTx, refuse_unwritten};
use crate::transfer::{Table, tables};

/// The table of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    rollbacks: [community Int, batch Id] at Int, report Text, first_number Int, last_number Int;
};

/// A rollback that was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollback {
    /// Names the changes that it recorded.
    pub batch: BatchId,
    /// The first of these changes. They were recorded one after the other.
    pub first: ChangeNumber,
    /// The last of these changes.
    pub last: ChangeNumber,
    /// When it was carried out.
    pub at: Timestamp,
    /// The report that the client got, in the form of the caller that stored it.
    pub report: String,
}

/// Reading rollbacks.
#[async_trait]
pub trait ReadRollbacks {
    /// The rollback with this id.
    async fn rollback(&mut self, community: CommunityId, batch: BatchId) -> Result<Option<Rollback>>;
}

/// Writing rollbacks.
#[async_trait]
pub trait WriteRollbacks {
    /// Keeps a rollback. [`crate::StorageError::Conflict`] if its id is taken.
    async fn insert_rollback(&mut self, community: CommunityId, rollback: &Rollback) -> Result<()>;
}

#[async_trait]
impl<T: SqlTx> ReadRollbacks for T {
    async fn rollback(&mut self, community: CommunityId, batch: BatchId) -> Result<Option<Rollback>> {
        let sql = "SELECT * FROM rollbacks WHERE community = $1 AND batch = $2";
        let tx = self.on(community).await?;
        tx.one(sql, params![community, batch], |row| {
            Ok(Rollback {
                batch: row.get("batch")?,
                first: row.get("first_number")?,
                last: row.get("last_number")?,
                at: row.get("at")?,
                report: row.get("report")?,
            })
        })
        .await
    }
}

#[async_trait]
impl<T: SqlTx> WriteRollbacks for T {
    async fn insert_rollback(&mut self, community: CommunityId, rollback: &Rollback) -> Result<()> {
        let sql = "INSERT INTO rollbacks (community, batch, first_number, last_number, at, report)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
        let Rollback { batch, first, last, at, report } = rollback;
        let tx = self.writing(community).await?;
        let written = tx.run(sql, params![community, batch, first, last, at, report]).await?;
        refuse_unwritten(written, || format!("the rollback {batch}"))
    }
}
