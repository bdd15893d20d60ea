//! Writes the requests to receivers, each kind in its own form.

pub mod discord;
mod game_server;
mod markdown;
mod names;
mod standard;

use std::sync::Arc;

use jiff::Timestamp;
use rankledger_domain::ids::{CommunityId, LogId};
use rankledger_domain::log::EventType;
use rankledger_domain::subscription::{Subscription, SubscriptionKind};
use rankledger_storage::events::Event;
use rankledger_storage::{Storage, StorageError};

use super::client::Message;

/// A request that tells of events.
pub struct Composed {
    /// The request.
    pub message: Message,
    /// How many of the events it tells of: from the first on, and one at least.
    pub events: usize,
}

/// The most events that a message to this kind of receiver may hold.
#[must_use]
pub fn most_in_message(kind: SubscriptionKind) -> usize {
    match kind {
        SubscriptionKind::Discord => discord::MOST_EMBEDS,
        SubscriptionKind::Standard | SubscriptionKind::GameServer => 1,
    }
}

/// Returns the types of events that a subscription is told of; all, if the list is empty. `None` if there are
/// none.
#[must_use]
pub fn types_of(subscription: &Subscription) -> Option<Vec<EventType>> {
    if subscription.kind != SubscriptionKind::GameServer {
        return Some(subscription.types.clone());
    }
    let types: Vec<_> = EventType::all().filter(|known| subscription.is_told_of(*known)).collect();
    (!types.is_empty()).then_some(types)
}

/// Writes the request that tells a subscription of these events, or of the first of them. `None` if there is
/// nothing to tell any more: the account that the event is about is gone, or game servers know nothing like
/// the event.
pub async fn compose(
    storage: &dyn Storage,
    community: CommunityId,
    subscription: &Subscription,
    events: &[Arc<Event>],
    now: Timestamp,
) -> Result<Option<Composed>, StorageError> {
    let Some(first) = events.first() else { return Ok(None) };
    match subscription.kind {
        SubscriptionKind::Standard => {
            let message = standard::message(subscription, first.as_ref().clone(), now);
            Ok(Some(Composed { message, events: 1 }))
        }
        SubscriptionKind::GameServer => {
            let message = game_server::message(storage, community, subscription, first).await?;
            Ok(message.map(|message| Composed { message, events: 1 }))
        }
        SubscriptionKind::Discord => {
            discord::message(storage, community, subscription, events).await.map(Some)
        }
    }
}

/// Writes a request that tells of no event, so that a receiver can be tried out.
#[must_use]
pub fn test(subscription: &Subscription, id: LogId, now: Timestamp) -> Message {
    match subscription.kind {
        SubscriptionKind::Standard => standard::test(subscription, id, now),
        SubscriptionKind::GameServer => game_server::test(subscription),
        SubscriptionKind::Discord => discord::test(subscription),
    }
}

/// Whether the event is a rank change of a rollback.
#[must_use]
pub fn is_step_of_rollback(event: &Event) -> bool {
    matches!(event, Event::Change(_, linked) if linked.change.batch.is_some())
}
