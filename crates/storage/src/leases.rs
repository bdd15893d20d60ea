//! Leases: which of several nodes does what only one of them is to do.

use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

use crate::Result;
use crate::sql::SqlTx;
use crate::sql::value::params;

/// Taking leases.
#[async_trait]
pub trait WriteLeases {
    /// Takes the lease of this name from now on, if it is free, has ended, or is the holder's own. Returns
    /// whether the holder has it. The clock is that of the database, which is the same for all nodes.
    async fn take_lease(&mut self, name: &str, holder: Uuid, lasts: Duration) -> Result<bool>;

    /// Returns whether the lease of this name is the holder's: nobody has taken it since.
    async fn is_lease_of(&mut self, name: &str, holder: Uuid) -> Result<bool>;

    /// Gives the lease back, if the holder has it.
    async fn give_lease_back(&mut self, name: &str, holder: Uuid) -> Result<()>;
}

/// How long a lease lasts, as the databases count it.
pub(crate) fn milliseconds(lasts: Duration) -> i64 {
    i64::try_from(lasts.as_millis()).unwrap_or(i64::MAX)
}

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

    async fn is_lease_of(&mut self, name: &str, holder: Uuid) -> Result<bool> {
        let sql = "SELECT 1 FROM leases WHERE name = $1 AND holder = $2";
        let found = self.writing_beside().await?.one(sql, params![name, holder], |_| Ok(())).await?;
        Ok(found.is_some())
    }

    async fn give_lease_back(&mut self, name: &str, holder: Uuid) -> Result<()> {
        let sql = "DELETE FROM leases WHERE name = $1 AND holder = $2";
        self.writing_beside().await?.run(sql, params![name, holder]).await.map(drop)
    }
}
