//! Force Sync: tells everybody who listens of an account as it is now, by an entry of the log.

use async_trait::async_trait;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_domain::log::ActKind;

use crate::ops::actor::Actor;
use crate::ops::acts::NewAct;
use crate::ops::{Command, OpError, Work};

/// A request to tell of an account again.
#[derive(Debug, Clone)]
pub struct SyncAccount {
    /// The actor of the request.
    pub actor: Actor,
    /// The account.
    pub account: AccountId,
}

#[async_trait]
impl Command for SyncAccount {
    /// The account's name.
    type Output = String;

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<String, OpError> {
        let account = work.snapshot(self.actor.community(), self.account).await?;
        work.log(self.actor.origin(), NewAct::of(ActKind::AccountUpdated).to(self.account)).await?;
        Ok(account.details.profile.name.clone())
    }
}
