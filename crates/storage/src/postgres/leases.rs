//! Leases in PostgreSQL.

use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

use super::tx::PgTx;
use crate::Result;
use crate::leases::{WriteLeases, milliseconds};

#[async_trait]
impl WriteLeases for PgTx {
    async fn take_lease(&mut self, name: &str, holder: Uuid, lasts: Duration) -> Result<bool> {
        let sql = "
            INSERT INTO leases (name, holder, until)
            SELECT $1, $2, (extract(epoch FROM clock_timestamp()) * 1000)::bigint + $3
            ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
            WHERE leases.holder = excluded.holder OR leases.until <= excluded.until - $3";
        let rows = self.writing_beside().await?.run(sql, &[&name, &holder, &milliseconds(lasts)]).await?;
        Ok(rows > 0)
    }

    async fn give_lease_back(&mut self, name: &str, holder: Uuid) -> Result<()> {
        let sql = "DELETE FROM leases WHERE name = $1 AND holder = $2";
        self.writing_beside().await?.run(sql, &[&name, &holder]).await.map(drop)
    }
}
