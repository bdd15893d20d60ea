//! Leases: which of several nodes does what only one of them is to do.

use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

use crate::Result;

/// Taking leases.
#[async_trait]
pub trait WriteLeases {
    /// Takes the lease of this name from now on, if it is free, has ended, or is the holder's own. Returns
    /// whether the holder has it. The clock is that of the database, which is the same for all nodes.
    async fn take_lease(&mut self, name: &str, holder: Uuid, lasts: Duration) -> Result<bool>;

    /// Gives the lease back, if the holder has it.
    async fn give_lease_back(&mut self, name: &str, holder: Uuid) -> Result<()>;
}

/// How long a lease lasts, as the databases count it.
pub(crate) fn milliseconds(lasts: Duration) -> i64 {
    i64::try_from(lasts.as_millis()).unwrap_or(i64::MAX)
}
