//! Removing a subscription with its deliveries that wait.

use async_trait::async_trait;
use rankledger_domain::ids::{CommunityId, SubscriptionId};
use rankledger_domain::log::ActKind;

use super::SubscriptionStatus;
use crate::ops::actor::Actor;
use crate::ops::acts::NewAct;
use crate::ops::{Command, OpError, Work, logged};
use crate::wire::problem::{Problem, ProblemType, types};

/// A request to remove a subscription.
#[derive(Debug, Clone)]
pub struct RemoveSubscription {
    /// The actor of the request.
    pub actor: Actor,
    /// The subscription.
    pub id: SubscriptionId,
}

#[async_trait]
impl Command for RemoveSubscription {
    /// The subscription as it was.
    type Output = SubscriptionStatus;

    const REFUSES: &'static [&'static ProblemType] =
        &[&types::COMMUNITY_FROZEN, &types::SUBSCRIPTION_OF_A_SERVER];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<SubscriptionStatus, OpError> {
        let community = self.actor.community();
        let removed = SubscriptionStatus::load(work.tx.as_mut(), community, self.id).await?;
        self.actor.refuse_frozen(&mut work.view()).await?;
        if let Some(server) = removed.subscription.server {
            return Err(Problem::subscription_of_a_server(self.id, server).into());
        }
        work.tx.remove_subscription(community, self.id).await?;
        let before = logged::subscription(&removed.subscription);
        work.log(self.actor.origin(), NewAct::of(ActKind::SubscriptionRemoved).before(&before)).await?;
        Ok(removed)
    }
}
