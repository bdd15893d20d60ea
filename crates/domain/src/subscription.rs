//! Subscriptions: who is told of the events of a community, and what became of each delivery. When an attempt
//! is made again is in [`Delivery::after_failure`].

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, LogId, SubscriptionId};
use crate::log::{ActKind, EventType, LogPlace};

/// The most subscriptions that a community may have.
pub const MOST_SUBSCRIPTIONS: usize = 50;

/// How long the secret before a rotation still signs, too.
pub const PREVIOUS_SECRET_SIGNS: Duration = Duration::from_hours(24);

/// How long a subscription may go without one success, while deliveries fail, before it is disabled.
pub const LONGEST_FAILURE: Duration = Duration::from_hours(5 * 24);

/// Stands where a part of a URL is not shown.
const MASK: &str = "***";

/// The pauses before each attempt after the first: ten attempts in three days.
const PAUSES: [Duration; 9] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_mins(2),
    Duration::from_mins(10),
    Duration::from_hours(1),
    Duration::from_hours(3),
    Duration::from_hours(8),
    Duration::from_hours(24),
    Duration::from_hours(36),
];

/// The kind of a receiver, and so the form in which it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SubscriptionKind {
    /// A program that takes Standard Webhooks.
    Standard,
    /// A webhook of Discord.
    Discord,
    /// A game server that takes push events.
    GameServer,
}

impl SubscriptionKind {
    /// Returns the word for it in tables and on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Discord => "discord",
            Self::GameServer => "game-server",
        }
    }

    /// Reads the word back. `None` if it is another word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Standard, Self::Discord, Self::GameServer].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A subscription of a community.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// The kind of its receiver.
    pub kind: SubscriptionKind,
    /// Its name, for people.
    pub name: String,
    /// Where deliveries are sent.
    pub url: String,
    /// The secret by which the receiver knows the sender: `whsec_...` for Standard Webhooks, the key that a
    /// game server expects, none for Discord, whose secret is its URL.
    pub secret: Option<String>,
    /// The secret before a rotation, and until when it signs, too.
    pub previous_secret: Option<(String, Timestamp)>,
    /// The types of events that are delivered; all, if empty.
    pub types: Vec<EventType>,
    /// Whether a rollback is told as one event, without its rank changes.
    pub summarises_rollbacks: bool,
    /// The game server that it belongs to, if the server's row made it.
    pub server: Option<i64>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Why nothing is delivered; `None` if it is enabled.
    pub disabled: Option<Disabled>,
    /// Number that grows with every change of the subscription, every redelivery and every replay, so that
    /// whoever delivers notices.
    pub revision: i64,
}

impl Subscription {
    /// Returns the URL as it may be shown. That of a Discord webhook is its secret: its end is masked.
    #[must_use]
    pub fn shown_url(&self) -> Cow<'_, str> {
        if self.kind != SubscriptionKind::Discord {
            return Cow::Borrowed(&self.url);
        }
        let path = self.url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        let shown = path.rsplit_once('/').map_or("", |(shown, _)| shown);
        Cow::Owned(format!("{shown}/{MASK}"))
    }

    /// Whether events of this type are delivered: those that the subscription wants and its receiver knows.
    #[must_use]
    pub fn is_told_of(&self, event_type: EventType) -> bool {
        self.wants(event_type) && self.knows(event_type)
    }

    /// Whether the receiver knows events of this type. Game servers know few.
    #[must_use]
    pub fn knows(&self, event_type: EventType) -> bool {
        self.kind != SubscriptionKind::GameServer || push_type(event_type).is_some()
    }

    /// Whether the subscription wants events of this type.
    #[must_use]
    pub fn wants(&self, event_type: EventType) -> bool {
        self.types.is_empty() || self.types.contains(&event_type)
    }
}

/// Returns the type by which game servers know an event. `None` if they know nothing like it.
#[must_use]
pub fn push_type(event_type: EventType) -> Option<&'static str> {
    let EventType::Act(kind) = event_type else { return Some("ACCOUNT_UPDATED") };
    match kind {
        ActKind::AccountCreated => Some("ACCOUNT_CREATED"),
        ActKind::AccountBanned => Some("ACCOUNT_BANNED"),
        ActKind::AccountKicked => Some("ACCOUNT_KICKED"),
        ActKind::AccountRenamed
        | ActKind::AccountUpdated
        | ActKind::AccountUnbanned
        | ActKind::AccountArchived
        | ActKind::AccountRestored
        | ActKind::IdentifiersChanged => Some("ACCOUNT_UPDATED"),
        _ => None,
    }
}

/// Without what is secret.
impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("name", &self.name)
            .field("url", &self.shown_url())
            .field("types", &self.types)
            .field("disabled", &self.disabled)
            .field("revision", &self.revision)
            .finish_non_exhaustive()
    }
}

/// Why a subscription is disabled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disabled {
    /// Since when.
    pub at: Timestamp,
    /// Why, as a sentence for people. `None` if a person did it.
    pub because: Option<String>,
}

/// How far the deliveries of a subscription are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Every event up to this place has been taken up: it was delivered, or its delivery is kept.
    pub place: LogPlace,
    /// When a delivery last succeeded.
    pub succeeded_at: Option<Timestamp>,
    /// When the first attempt failed after the last success.
    pub failing_since: Option<Timestamp>,
}

impl Progress {
    /// Returns the progress of a subscription that begins after this place.
    #[must_use]
    pub fn beginning_after(place: LogPlace) -> Self {
        Self { place, succeeded_at: None, failing_since: None }
    }
}

/// The state of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// The delivery is to be tried, or tried again, at this time.
    Waiting(Timestamp),
    /// The receiver has taken it.
    Delivered,
    /// The delivery was tried too often, and rests.
    Failed,
}

/// The delivery of an event to a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The place of the event: what the delivery is called by within its subscription.
    pub place: LogPlace,
    /// The id of the event.
    pub event: LogId,
    /// The type of the event.
    pub event_type: EventType,
    /// The account that the event is about. The events of one account are delivered in order.
    pub account: Option<AccountId>,
    /// The state of the delivery.
    pub state: DeliveryState,
    /// How many attempts were made.
    pub attempts: u32,
    /// The last attempt.
    pub last: Option<Attempt>,
}

/// An attempt to deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When it was begun.
    pub at: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// The status of the answer. `None` if there was none.
    pub status: Option<u16>,
    /// The beginning of the answer.
    pub answer: Option<String>,
    /// The fault, as a sentence; `None` if there was none.
    pub error: Option<String>,
}

impl Delivery {
    /// Returns what becomes of a delivery of which so many attempts have failed, the last one just now. The
    /// pause is up to a tenth longer, by `jitter` from 0 to 1, so that what failed together is not tried
    /// again together.
    #[must_use]
    pub fn after_failure(attempts: u32, now: Timestamp, jitter: f64) -> DeliveryState {
        let pause = usize::try_from(attempts).ok().and_then(|made| PAUSES.get(made.checked_sub(1)?));
        pause.map_or(DeliveryState::Failed, |pause| {
            DeliveryState::Waiting(now + pause.mul_f64(1.0 + jitter.clamp(0.0, 1.0) / 10.0))
        })
    }
}
