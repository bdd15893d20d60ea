//! Forgetting what became of deliveries long ago.

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::CommunityId;

use crate::ops::{Command, OpError, Work};

/// Forgets deliveries, in all communities, that wait for nothing and were last tried before a time.
#[derive(Debug, Clone, Copy)]
pub struct ForgetOldDeliveries {
    /// The time.
    pub before: Timestamp,
    /// Largest number of deliveries to forget, so that no other command waits for long.
    pub limit: u32,
}

#[async_trait]
impl Command for ForgetOldDeliveries {
    /// Number of deliveries that were forgotten.
    type Output = u64;

    const WRITES_LAST: bool = true;

    fn community(&self) -> Option<CommunityId> {
        None
    }

    async fn run(self, work: &mut Work<'_>) -> Result<u64, OpError> {
        Ok(work.tx.forget_old_deliveries(self.before, self.limit).await?)
    }
}
