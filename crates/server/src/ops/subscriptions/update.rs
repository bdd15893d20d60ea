//! Changing a subscription: its name, where deliveries are sent, and of which events.

use async_trait::async_trait;
use rankledger_domain::ids::{CommunityId, SubscriptionId};
use rankledger_domain::log::EventType;
use rankledger_domain::subscription::{Subscription, SubscriptionKind};

use super::{SubscriptionStatus, checks, find, keep_change};
use crate::config::WebhookSettings;
use crate::ops::actor::Actor;
use crate::ops::{Command, OpError, Work};
use crate::wire::problem::{Problem, ProblemType, types};

/// A request to change a subscription. What is absent stays as it is.
#[derive(Debug, Clone)]
pub struct UpdateSubscription {
    /// The actor of the request.
    pub actor: Actor,
    /// The subscription.
    pub id: SubscriptionId,
    /// Its name, which has been checked.
    pub name: Option<String>,
    /// Where deliveries are sent.
    pub url: Option<String>,
    /// Where this server may send to.
    pub settings: WebhookSettings,
    /// See [`Subscription::types`].
    pub types: Option<Vec<EventType>>,
    /// See [`Subscription::summarises_rollbacks`].
    pub summarises_rollbacks: Option<bool>,
}

#[async_trait]
impl Command for UpdateSubscription {
    type Output = SubscriptionStatus;

    const REFUSES: &'static [&'static ProblemType] =
        &[&types::COMMUNITY_FROZEN, &types::INVALID_WEBHOOK_URL, &types::SUBSCRIPTION_OF_A_SERVER];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<SubscriptionStatus, OpError> {
        let before = find(work.tx.as_mut(), self.actor.community(), self.id).await?;
        self.actor.refuse_frozen(&mut work.view()).await?;
        // A client may send back what it was shown.
        let other_url = self.url.filter(|url| *url != before.shown_url());
        let url = other_url.map(|url| checks::url(before.kind, &url, &self.settings)).transpose()?;
        let url = url.unwrap_or_else(|| before.url.clone());
        if url != before.url
            && let Some(server) = before.server
        {
            return Err(Problem::subscription_of_a_server(before.id, server).into());
        }
        let is_limited = self.actor.credential.power_ceiling.is_some();
        if url != before.url && before.kind == SubscriptionKind::GameServer && is_limited {
            return Err(Problem::invalid_webhook_url(
                "what is sent there holds the key of the game server, so that only a credential without a power ceiling \
                 changes it",
            )
            .into());
        }
        let after = Subscription {
            name: self.name.unwrap_or_else(|| before.name.clone()),
            url,
            types: self.types.unwrap_or_else(|| before.types.clone()),
            summarises_rollbacks: self.summarises_rollbacks.unwrap_or(before.summarises_rollbacks),
            ..before.clone()
        };
        keep_change(work, &self.actor, &before, after).await
    }
}
