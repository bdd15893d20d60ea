//! Subscriptions on the wire, and what became of their deliveries. A secret is part of the answers that make
//! it or replace it, and of a list that is asked for it.

use jiff::Timestamp;
use rankledger_domain::ids::{AccountId, LogId, SubscriptionId};
use rankledger_domain::log::LogPlace;
use rankledger_domain::subscription::{
    Attempt, Delivery, DeliveryState, Disabled, Progress, Subscription, SubscriptionKind,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::wire::time::Time;

/// A subscription to the events of the community.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionBody {
    pub(crate) id: SubscriptionId,
    pub(crate) kind: SubscriptionKind,
    pub(crate) name: String,
    /// Where deliveries are sent. The URL of a Discord webhook is its secret: its end is shown as `***`.
    pub(crate) url: String,
    /// The types of events that are delivered; all, if the list is empty.
    pub(crate) types: Vec<String>,
    /// Whether a rollback is told as one event, without its rank changes.
    pub(crate) summarises_rollbacks: bool,
    /// The number of the game server that the subscription belongs to, if there is one.
    pub(crate) server: Option<i64>,
    pub(crate) enabled: bool,
    /// Since when it is disabled, and why. Null if it is enabled.
    pub(crate) disabled: Option<DisabledBody>,
    pub(crate) created_at: Time,
    /// Until when the secret before the last rotation signs, too.
    pub(crate) previous_secret_until: Option<Time>,
    /// How far the deliveries are.
    pub(crate) progress: ProgressBody,
    /// The secret: only in the answer that makes or replaces it, and in a list that was asked for secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) secret: Option<String>,
}

/// Since when a subscription is disabled, and why.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct DisabledBody {
    pub(crate) at: Time,
    /// Why the server disabled it. Null if a person did.
    pub(crate) because: Option<String>,
}

/// How far the deliveries of a subscription are.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProgressBody {
    /// Each event up to this place was delivered, or is among the deliveries. Of events that the subscription
    /// does not want, this is up to a minute behind.
    #[schemars(range(min = 0))]
    pub(crate) place: i64,
    /// How many events the community has after that place, wanted or not.
    #[schemars(range(min = 0))]
    pub(crate) behind: i64,
    /// When a delivery last succeeded.
    pub(crate) succeeded_at: Option<Time>,
    /// When the first delivery failed after the last that succeeded. Null if none has failed since.
    pub(crate) failing_since: Option<Time>,
}

impl SubscriptionBody {
    /// Returns the body, without the secret, for a subscription of a community whose last event is at `end`.
    pub(crate) fn new(
        subscription: &Subscription,
        progress: Progress,
        end: LogPlace,
        now: Timestamp,
    ) -> Self {
        let previous = subscription.previous_secret.as_ref().map(|(_, until)| *until);
        Self {
            id: subscription.id,
            kind: subscription.kind,
            name: subscription.name.clone(),
            url: subscription.shown_url().into_owned(),
            types: subscription.types.iter().map(|wanted| wanted.as_str().to_owned()).collect(),
            summarises_rollbacks: subscription.summarises_rollbacks,
            server: subscription.server,
            enabled: subscription.disabled.is_none(),
            disabled: subscription.disabled.clone().map(DisabledBody::from),
            created_at: Time(subscription.created_at),
            previous_secret_until: previous.filter(|until| *until > now).map(Time),
            progress: ProgressBody {
                place: progress.place.0,
                behind: (end.0 - progress.place.0).max(0),
                succeeded_at: progress.succeeded_at.map(Time),
                failing_since: progress.failing_since.map(Time),
            },
            secret: None,
        }
    }

    /// Adds the secret.
    pub(crate) fn with_secret(self, secret: Option<String>) -> Self {
        Self { secret, ..self }
    }

    /// Adds the secret, and the whole URL, which may be one.
    pub(crate) fn with_secrets(self, subscription: Subscription) -> Self {
        Self { url: subscription.url, secret: subscription.secret, ..self }
    }
}

impl From<Disabled> for DisabledBody {
    fn from(Disabled { at, because }: Disabled) -> Self {
        Self { at: Time(at), because }
    }
}

/// A page of deliveries.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveriesBody {
    /// The deliveries, newest event first.
    pub(crate) deliveries: Vec<DeliveryBody>,
    /// The value of `cursor` for the next page. Null on the last.
    pub(crate) next_cursor: Option<String>,
}

/// What became of the delivery of an event.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryBody {
    /// The place of the event, by which the delivery is named.
    pub(crate) place: LogPlace,
    /// The id of the event: `webhook-id` in the request to the receiver.
    pub(crate) event_id: LogId,
    /// The type of the event.
    pub(crate) r#type: String,
    pub(crate) acc_id: Option<AccountId>,
    pub(crate) state: StateBody,
    /// When it is tried next. Null unless it waits.
    pub(crate) due_at: Option<Time>,
    /// How often it was tried.
    pub(crate) attempts: u32,
    /// The last attempt. Null before the first.
    pub(crate) last_attempt: Option<AttemptBody>,
}

/// What becomes of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum StateBody {
    /// The delivery is to be tried, or tried again.
    Waiting,
    /// The receiver has taken it.
    Delivered,
    /// The delivery was tried too often, and rests until it is sent again by hand.
    Failed,
}

/// An attempt to deliver.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttemptBody {
    pub(crate) at: Time,
    /// How long it took, in milliseconds.
    pub(crate) duration_ms: u64,
    /// The status of the answer. Null if there was none.
    pub(crate) status: Option<u16>,
    /// The beginning of the answer.
    pub(crate) answer: Option<String>,
    /// The fault, as a sentence. Null if there was none.
    pub(crate) error: Option<String>,
}

impl From<Delivery> for DeliveryBody {
    fn from(delivery: Delivery) -> Self {
        let (state, due_at) = match delivery.state {
            DeliveryState::Waiting(due_at) => (StateBody::Waiting, Some(Time(due_at))),
            DeliveryState::Delivered => (StateBody::Delivered, None),
            DeliveryState::Failed => (StateBody::Failed, None),
        };
        Self {
            place: delivery.place,
            event_id: delivery.event,
            r#type: delivery.event_type.as_str().to_owned(),
            acc_id: delivery.account,
            state,
            due_at,
            attempts: delivery.attempts,
            last_attempt: delivery.last.map(AttemptBody::from),
        }
    }
}

impl From<Attempt> for AttemptBody {
    fn from(Attempt { at, took, status, answer, error }: Attempt) -> Self {
        let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        Self { at: Time(at), duration_ms, status, answer, error }
    }
}

/// A replay: which events are sent again.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReplayBody {
    /// The place of the first event. One after `upTo` if nothing that has happened is sent.
    pub(crate) from: LogPlace,
    /// The place of the last event that there is.
    #[schemars(range(min = 0))]
    pub(crate) up_to: i64,
    /// How many events that are, before the types that the subscription wants are looked at.
    #[schemars(range(min = 0))]
    pub(crate) events: i64,
}
