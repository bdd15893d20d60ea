//! Making a subscription. It begins at the end of the feed.

use async_trait::async_trait;
use rankledger_domain::ids::{CommunityId, SubscriptionId};
use rankledger_domain::log::{ActKind, EventType};
use rankledger_domain::subscription::{MOST_SUBSCRIPTIONS, Progress, Subscription, SubscriptionKind};

use super::{SubscriptionStatus, checks};
use crate::config::WebhookSettings;
use crate::ops::actor::Actor;
use crate::ops::acts::NewAct;
use crate::ops::{Command, OpError, Work, logged};
use crate::wire::problem::{Problem, ProblemType, types};

/// A request to make a subscription.
#[derive(Clone)]
pub struct CreateSubscription {
    /// The actor of the request.
    pub actor: Actor,
    /// What its receiver is.
    pub kind: SubscriptionKind,
    /// Its name, which has been checked.
    pub name: String,
    /// Where deliveries are sent.
    pub url: String,
    /// Where this server may send to.
    pub settings: WebhookSettings,
    /// The secret that the request brings.
    pub secret: Option<String>,
    /// A secret that is new, for a request that brings none.
    pub fresh_secret: String,
    /// See [`Subscription::types`].
    pub types: Vec<EventType>,
    /// See [`Subscription::summarises_rollbacks`].
    pub summarises_rollbacks: bool,
}

#[async_trait]
impl Command for CreateSubscription {
    type Output = SubscriptionStatus;

    const REFUSES: &'static [&'static ProblemType] = &[
        &types::COMMUNITY_FROZEN,
        &types::INVALID_WEBHOOK_SECRET,
        &types::INVALID_WEBHOOK_URL,
        &types::TOO_MANY_SUBSCRIPTIONS,
    ];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<SubscriptionStatus, OpError> {
        let community = self.actor.community();
        self.actor.refuse_frozen(&mut work.view()).await?;
        let all = work.tx.subscriptions(community).await?;
        // Those of game servers are as many as there are servers.
        if all.iter().filter(|one| one.server.is_none()).count() >= MOST_SUBSCRIPTIONS {
            return Err(Problem::too_many_subscriptions(MOST_SUBSCRIPTIONS).into());
        }
        let url = checks::url(self.kind, &self.url, &self.settings)?;
        let secret = checks::secret(self.kind, self.secret, self.fresh_secret)?;
        let subscription = Subscription {
            id: SubscriptionId(work.uuid()),
            kind: self.kind,
            name: self.name,
            url,
            secret,
            previous_secret: None,
            types: self.types,
            summarises_rollbacks: self.summarises_rollbacks,
            server: None,
            created_at: work.now,
            disabled: None,
            revision: 1,
        };
        work.tx.put_subscription(community, &subscription).await?;
        let act = NewAct::of(ActKind::SubscriptionCreated).after(&logged::subscription(&subscription));
        work.log(self.actor.origin(), act).await?;
        // The entry of its own making is the last that it is not told of.
        let end = work.tx.end_of_events(community).await?;
        let progress = Progress::beginning_after(end);
        work.tx.put_subscription_progress(community, subscription.id, &progress).await?;
        Ok(SubscriptionStatus { subscription, progress, end })
    }
}
