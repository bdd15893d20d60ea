//! Set Account Name.

use async_trait::async_trait;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_storage::accounts::Profile;
use rankledger_storage::outbox::ACCOUNT_UPDATED;

use crate::ops::{Command, OpError, Work};

/// A request to rename an account.
#[derive(Debug, Clone)]
pub struct SetName {
    /// The community.
    pub community: CommunityId,
    /// The account.
    pub account: AccountId,
    /// Its new name, which has been checked.
    pub name: String,
}

#[async_trait]
impl Command for SetName {
    type Output = ();

    fn community(&self) -> Option<CommunityId> {
        Some(self.community)
    }

    async fn run(self, work: &mut Work<'_>) -> Result<(), OpError> {
        let found = work.snapshot(self.community, self.account).await?;
        if found.details.profile.name == self.name {
            return Ok(());
        }
        let profile = Profile { name: self.name, ..found.details.profile.clone() };
        work.tx.update_profile(self.community, &profile).await?;
        work.emit(self.community, ACCOUNT_UPDATED, self.account, None).await?;
        Ok(())
    }
}
