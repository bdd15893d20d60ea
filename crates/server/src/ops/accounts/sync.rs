//! Force Sync: tells everybody who listens of an account as it is now.

use async_trait::async_trait;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_storage::outbox::ACCOUNT_UPDATED;

use crate::ops::{Command, OpError, Work};

/// A request to tell of an account again.
#[derive(Debug, Clone, Copy)]
pub struct SyncAccount {
    /// The community.
    pub community: CommunityId,
    /// The account.
    pub account: AccountId,
}

#[async_trait]
impl Command for SyncAccount {
    /// The account's name.
    type Output = String;

    fn community(&self) -> Option<CommunityId> {
        Some(self.community)
    }

    async fn run(self, work: &mut Work<'_>) -> Result<String, OpError> {
        let account = work.snapshot(self.community, self.account).await?;
        work.emit(self.community, ACCOUNT_UPDATED, self.account, None).await?;
        Ok(account.details.profile.name.clone())
    }
}
