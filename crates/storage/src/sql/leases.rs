//! Leases.

use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

use super::SqlTx;
use super::value::params;
use crate::Result;
use crate::leases::{WriteLeases, milliseconds};

#[async_trait]
impl<T: SqlTx> WriteLeases for T {
    async fn take_lease(&mut self, name: &str, holder: Uuid, lasts: Duration) -> Result<bool> {
        // SQLite takes ON CONFLICT for a part of the SELECT, unless there is a WHERE in between.
        let sql = format!(
            "INSERT INTO leases (name, holder, until) SELECT $1, $2, {} + $3 WHERE true
             ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
             WHERE leases.holder = excluded.holder OR leases.until <= excluded.until - $3",
            Self::NOW
        );
        let tx = self.writing_beside().await?;
        Ok(tx.run(&sql, params![name, holder, milliseconds(lasts)]).await? > 0)
    }

    async fn give_lease_back(&mut self, name: &str, holder: Uuid) -> Result<()> {
        let sql = "DELETE FROM leases WHERE name = $1 AND holder = $2";
        self.writing_beside().await?.run(sql, params![name, holder]).await.map(drop)
    }
}
