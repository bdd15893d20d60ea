//! A write that says nothing: whether something can be written at all.

use std::time::Duration;

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;
use uuid::Uuid;

use super::{Command, OpError, Work};

/// The lease whose row is written. Nobody waits for it.
const LEASE: &str = "write-probe";

/// Writes a row and commits it, as any change is.
#[derive(Debug, Clone, Copy)]
pub struct Probe;

#[async_trait]
impl Command for Probe {
    type Output = ();

    const WRITES_LAST: bool = true;

    fn community(&self) -> Option<CommunityId> {
        None
    }

    async fn run(self, work: &mut Work<'_>) -> Result<(), OpError> {
        // All nodes have the same holder, so that the row is always written.
        work.tx.take_lease(LEASE, Uuid::nil(), Duration::ZERO).await?;
        Ok(())
    }
}
