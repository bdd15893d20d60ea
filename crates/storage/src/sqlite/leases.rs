//! Leases in SQLite.

use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

use super::codec::Id;
use super::tx::SqliteTx;
use crate::Result;
use crate::leases::{WriteLeases, milliseconds};

#[async_trait]
impl WriteLeases for SqliteTx {
    async fn take_lease(&mut self, name: &str, holder: Uuid, lasts: Duration) -> Result<bool> {
        let sql = "
            WITH clock (now) AS (SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER))
            INSERT INTO leases (name, holder, until) SELECT ?1, ?2, now + ?3 FROM clock WHERE true
            ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
            WHERE holder = excluded.holder OR until <= excluded.until - ?3";
        Ok(self.run(sql, (name, Id(holder), milliseconds(lasts)))? > 0)
    }

    async fn give_lease_back(&mut self, name: &str, holder: Uuid) -> Result<()> {
        self.run("DELETE FROM leases WHERE name = ?1 AND holder = ?2", (name, Id(holder))).map(drop)
    }
}
