//! Replacing the secret of a subscription. Of Standard Webhooks the old one signs for a day, too, so that a
//! receiver can be told the new one in its own time. A game server is sent one key: the new one, at once.

use async_trait::async_trait;
use rankledger_domain::ids::{CommunityId, SubscriptionId};
use rankledger_domain::subscription::{PREVIOUS_SECRET_SIGNS, SubscriptionKind};

use super::{SubscriptionStatus, checks, find, keep_change};
use crate::ops::actor::Actor;
use crate::ops::{Command, OpError, Work};
use crate::wire::problem::{Problem, ProblemType, types};

/// A request to replace the secret of a subscription.
#[derive(Clone)]
pub struct RotateSecret {
    /// The actor of the request.
    pub actor: Actor,
    /// The subscription.
    pub id: SubscriptionId,
    /// The secret that the request brings.
    pub secret: Option<String>,
    /// A secret that is new, for a request that brings none.
    pub fresh_secret: String,
}

#[async_trait]
impl Command for RotateSecret {
    type Output = SubscriptionStatus;

    const REFUSES: &'static [&'static ProblemType] = &[
        &types::COMMUNITY_FROZEN,
        &types::INVALID_WEBHOOK_SECRET,
        &types::SUBSCRIPTION_HAS_NO_SECRET,
        &types::SUBSCRIPTION_OF_A_SERVER,
    ];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<SubscriptionStatus, OpError> {
        let before = find(work.tx.as_mut(), self.actor.community(), self.id).await?;
        self.actor.refuse_frozen(&mut work.view()).await?;
        if before.kind == SubscriptionKind::Discord {
            return Err(Problem::subscription_has_no_secret(self.id).into());
        }
        if let Some(server) = before.server {
            return Err(Problem::subscription_of_a_server(self.id, server).into());
        }
        let secret = checks::secret(before.kind, self.secret, self.fresh_secret)?;
        let mut after = before.clone();
        if secret != before.secret {
            let is_signed = before.kind == SubscriptionKind::Standard;
            let old = before.secret.clone().filter(|_| is_signed);
            after.previous_secret = old.map(|old| (old, work.now + PREVIOUS_SECRET_SIGNS));
            after.secret = secret;
        }
        keep_change(work, &self.actor, &before, after).await
    }
}
