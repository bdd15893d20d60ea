//! Sending one event to a subscription again, at once: one whose delivery rests, one that the receiver has
//! taken already, or one that waits for its next attempt.

use async_trait::async_trait;
use rankledger_domain::ids::{CommunityId, SubscriptionId};
use rankledger_domain::log::{ActKind, LogPlace};
use rankledger_domain::subscription::{Delivery, DeliveryState, Subscription};
use rankledger_storage::ReadTx;
use serde_json::json;

use super::{count_revision, find, progress};
use crate::ops::actor::Actor;
use crate::ops::acts::NewAct;
use crate::ops::{Command, OpError, Work};
use crate::wire::problem::{Problem, ProblemType, types};

/// A request to send an event again.
#[derive(Debug, Clone)]
pub struct Redeliver {
    /// The actor of the request.
    pub actor: Actor,
    /// The subscription.
    pub id: SubscriptionId,
    /// The place of the event.
    pub place: LogPlace,
}

#[async_trait]
impl Command for Redeliver {
    /// The delivery, which waits.
    type Output = Delivery;

    const REFUSES: &'static [&'static ProblemType] =
        &[&types::COMMUNITY_FROZEN, &types::DELIVERY_NOT_FOUND, &types::UNWANTED_EVENT];

    fn community(&self) -> Option<CommunityId> {
        Some(self.actor.community())
    }

    async fn run(self, work: &mut Work<'_>) -> Result<Delivery, OpError> {
        let (community, tx) = (self.actor.community(), work.tx.as_mut());
        let subscription = find(tx, community, self.id).await?;
        let kept = tx.delivery(community, self.id, self.place).await?;
        let kept = match kept {
            Some(kept) => Some(kept),
            None => of_past_event(tx, community, &subscription, self.place).await?,
        };
        let kept = kept.ok_or_else(|| Problem::delivery_not_found(self.id, self.place))?;
        if !subscription.knows(kept.event_type) {
            return Err(Problem::unknown_to_game_servers(self.place, kept.event_type).into());
        }
        self.actor.refuse_frozen(&mut work.view()).await?;
        let delivery = Delivery { state: DeliveryState::Waiting(work.now), attempts: 0, ..kept };
        work.tx.put_delivery(community, self.id, &delivery).await?;
        count_revision(work, community, subscription).await?;
        let done = json!({ "id": self.id, "redelivered": self.place });
        work.log(self.actor.origin(), NewAct::of(ActKind::SubscriptionUpdated).after(&done)).await?;
        Ok(delivery)
    }
}

/// Returns a delivery of an event that was delivered before, and of which nothing is kept any more. `None` if
/// the subscription has not come to the place yet, or nothing is there. Refuses an event that the
/// subscription does not want.
async fn of_past_event(
    tx: &mut dyn ReadTx,
    community: CommunityId,
    subscription: &Subscription,
    place: LogPlace,
) -> Result<Option<Delivery>, OpError> {
    if place > progress(tx, community, subscription.id).await?.place {
        return Ok(None);
    }
    let Some(event) = tx.event_at(community, place).await? else { return Ok(None) };
    let (event_type, account, event) = (event.event_type(), event.account(), event.id());
    let state = DeliveryState::Delivered;
    let delivery = Delivery { place, event, event_type, account, state, attempts: 0, last: None };
    if subscription.wants(event_type) {
        return Ok(Some(delivery));
    }
    Err(Problem::unwanted_event(subscription.id, place, event_type).into())
}
