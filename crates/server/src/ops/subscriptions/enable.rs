//! Enabling and disabling a subscription. While it is disabled nothing is sent, and nothing is lost: once it
//! is enabled it goes on where it stopped.

use async_trait::async_trait;
use rankledger_domain::ids::{CommunityId, SubscriptionId};
use rankledger_domain::subscription::{Disabled, Subscription};

use super::{SubscriptionStatus, find, forget_failure, keep_change};
use crate::ops::actor::Actor;
use crate::ops::{Command, OpError, Work};
use crate::wire::problem::{ProblemType, types};

/// A request to enable a subscription, or to disable it. One that is as wanted stays as it is.
#[derive(Debug, Clone)]
pub struct EnableSubscription {
    /// The actor of the request.
    pub actor: Actor,
    /// The subscription.
    pub id: SubscriptionId,
    /// Enabled, or disabled.
    pub enabled: bool,
}

#[async_trait]
impl Command for EnableSubscription {
    type Output = SubscriptionStatus;

    const REFUSES: &'static [&'static ProblemType] = &[&types::COMMUNITY_FROZEN];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<SubscriptionStatus, OpError> {
        let community = self.actor.community();
        let before = find(work.tx.as_mut(), community, self.id).await?;
        if self.enabled {
            // To disable one takes nothing from anybody, and may be what a freeze is for.
            self.actor.refuse_frozen(&mut work.view()).await?;
        }
        if self.enabled == before.disabled.is_none() {
            return SubscriptionStatus::load(work.tx.as_mut(), community, self.id).await;
        }
        if self.enabled {
            forget_failure(work, community, self.id).await?;
        }
        let disabled = (!self.enabled).then_some(Disabled { at: work.now, because: None });
        keep_change(work, &self.actor, &before, Subscription { disabled, ..before.clone() }).await
    }
}
