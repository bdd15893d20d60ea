//! What a courier knows of its subscription between two looks at what is stored: the queue, and how the
//! receiver fares.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rankledger_domain::ids::{CommunityId, LogId};
use rankledger_domain::log::LogPlace;
use rankledger_domain::subscription::{
    Attempt, Delivery, DeliveryState, LONGEST_FAILURE, Progress, Subscription, SubscriptionKind,
};
use rankledger_domain::time::Clock;
use rankledger_storage::StorageError;
use rankledger_storage::events::Event;

use super::Shared;
use super::client::{Client, Message};
use super::compose;
use super::queue::{Batch, Item, Queue};
use super::verdict::Verdict;
use crate::ops::OpError;

/// The most characters of an answer that are kept.
const LONGEST_KEPT: usize = 500;

/// How often in a row a receiver may ask to be left alone before that counts as a failure.
const MOST_RESTS: u32 = 100;

/// How long a receiver must have failed for what waits to be tried at once when it is back. After less the
/// next attempts are near anyway.
const LONG_FAILURE: Duration = Duration::from_mins(1);

/// Number of deliveries that are recorded in one command: other commands may share its commit.
pub(super) const PORTION: usize = 100;

/// How long deliveries are collected before they are recorded together.
pub(super) const LINGER: Duration = Duration::from_millis(25);

/// How often it is recorded how far a subscription is that is told of nothing.
pub(super) const RECORD_PERIOD: Duration = Duration::from_mins(1);

/// The most deliveries whose outcome is not recorded. Nothing more is sent then.
const MOST_UNRECORDED: usize = 500;

/// The pause after the database failed.
const PAUSE: Duration = Duration::from_secs(1);

/// What a courier knows of its subscription.
pub(super) struct Round {
    /// The subscription.
    pub(super) subscription: Arc<Subscription>,
    /// Its deliveries under way.
    pub(super) queue: Queue,
    /// The term of the lease in which it was loaded.
    pub(super) term: u64,
    /// Why the subscription is to be disabled, if it is.
    pub(super) disable: Option<String>,
    /// When something was last recorded.
    recorded_at: Instant,
    /// Until when nothing is recorded, because that has failed.
    held_until: Option<Instant>,
    progress: Progress,
    /// Since when something has changed that is not recorded.
    changed_at: Option<Instant>,
    /// Until when nothing is sent, because the receiver has asked for that.
    rests_until: Option<Timestamp>,
    /// How often in a row the receiver has asked for that.
    pub(super) rests: u32,
}

/// An attempt that was made, or that could not be.
pub(super) struct Sent {
    /// The deliveries that it was about.
    items: Vec<Item>,
    outcome: Outcome,
}

enum Outcome {
    /// It was made, of so many of the deliveries.
    Made { deliveries: usize, attempt: Box<Attempt>, verdict: Verdict },
    /// There is nothing to tell any more.
    Pointless(Box<Attempt>),
    /// The database could not be read.
    NotMade(StorageError),
}

impl Round {
    pub(super) fn new(
        subscription: Subscription,
        progress: Progress,
        waiting: Vec<Delivery>,
        term: u64,
    ) -> Self {
        let shares_lane = compose::most_in_message(subscription.kind) > 1;
        Self {
            subscription: Arc::new(subscription),
            queue: Queue::new(shares_lane, progress.place, waiting),
            term,
            disable: None,
            recorded_at: Instant::now(),
            held_until: None,
            progress,
            changed_at: None,
            rests_until: None,
            rests: 0,
        }
    }

    /// Takes over what a person has changed, other than by a replay.
    pub(super) fn change(&mut self, subscription: Subscription, progress: Progress, waiting: Vec<Delivery>) {
        self.queue.drop_unwanted(|event_type| subscription.is_told_of(event_type));
        self.queue.refresh(waiting);
        self.subscription = Arc::new(subscription);
        if progress.failing_since.is_none() {
            self.progress.failing_since = None;
        }
        (self.rests_until, self.rests, self.disable) = (None, 0, None);
    }

    /// Whether something can be sent now.
    pub(super) fn can_send(&self, now: Timestamp) -> bool {
        let rests = self.rests_until.is_some_and(|until| now < until);
        let is_behind = self.queue.unrecorded() >= MOST_UNRECORDED;
        !rests && !is_behind && self.disable.is_none() && self.queue.is_due(now)
    }

    /// Returns how many requests may be under way at once. At a receiver that fails one is enough to find out
    /// that it is back.
    pub(super) fn most_at_once(&self, usual: usize) -> usize {
        if self.progress.failing_since.is_some() || self.rests > 0 { 1 } else { usual }
    }

    /// Whether nothing is under way, waits or is to be recorded.
    pub(super) fn is_idle(&self) -> bool {
        self.queue.is_empty() && self.queue.unrecorded() == 0 && self.disable.is_none()
    }

    /// How far the deliveries are, when everything up to a place has been taken up.
    pub(super) fn progress_at(&self, place: LogPlace) -> Progress {
        Progress { place, ..self.progress }
    }

    /// Notes that what has changed is being recorded.
    pub(super) fn begin_recording(&mut self) {
        self.changed_at = None;
        self.recorded_at = Instant::now();
    }

    /// Notes whether a batch was recorded. If not, it is put back.
    pub(super) fn note_recorded(&mut self, batch: Batch, recorded: Result<bool, OpError>) {
        match recorded {
            Ok(true) => self.queue.recorded(&batch),
            Ok(false) => self.queue.put_back(batch),
            Err(error) => {
                tracing::debug!(%error, "deliveries could not be recorded; trying again");
                self.queue.put_back(batch);
                self.held_until = Some(Instant::now() + PAUSE);
            }
        }
        if self.queue.unrecorded() > 0 {
            self.changed_at.get_or_insert_with(Instant::now);
        }
    }

    /// Whether there is something to record now.
    pub(super) fn must_record(&self, is_stopping: bool) -> bool {
        if self.held_until.is_some_and(|until| Instant::now() < until) {
            return false;
        }
        let unrecorded = self.queue.unrecorded();
        if unrecorded > 0 || self.disable.is_some() {
            let has_lingered = self.changed_at.is_none_or(|at| at.elapsed() >= LINGER);
            return is_stopping || unrecorded >= PORTION || has_lingered || self.disable.is_some();
        }
        (is_stopping || self.recorded_at.elapsed() >= RECORD_PERIOD) && self.queue.is_ahead()
    }

    /// Settles an attempt.
    pub(super) fn settle(&mut self, sent: Sent, shared: &Shared) {
        let now = shared.clock.now();
        let account = sent.items.first().and_then(|item| item.delivery.account);
        match sent.outcome {
            Outcome::Made { deliveries, attempt, verdict } => {
                self.settle_made(&sent.items[..deliveries], &attempt, &verdict, now, shared);
            }
            Outcome::Pointless(attempt) => {
                if let Some(item) = sent.items.first() {
                    let attempts = item.delivery.attempts;
                    self.queue.settle(item.delivery.place, attempts, *attempt, DeliveryState::Failed);
                }
            }
            Outcome::NotMade(error) => {
                tracing::debug!(%error, "an event to be delivered could not be read; trying again");
                self.rests_until = self.rests_until.max(Some(now + PAUSE));
            }
        }
        if self.queue.unrecorded() > 0 {
            self.changed_at.get_or_insert_with(Instant::now);
        }
        self.queue.free(account);
    }

    fn settle_made(
        &mut self,
        items: &[Item],
        attempt: &Attempt,
        verdict: &Verdict,
        now: Timestamp,
        shared: &Shared,
    ) {
        let mut is_counted = true;
        match verdict {
            Verdict::Taken => self.note_success(now),
            Verdict::Failed(_) => {}
            Verdict::Later(rest, _) => {
                self.rests += 1;
                is_counted = self.rests > MOST_RESTS;
                self.rests_until = self.rests_until.max(Some(now + *rest));
            }
            Verdict::Gone(why) => self.disable = Some(why.clone()),
        }
        let why = verdict.why();
        if let Some(why) = why.filter(|_| is_counted) {
            let is_tried_again = items.iter().any(|item| item.delivery.attempts > 0);
            self.note_failure(now, why, is_tried_again);
        }
        for item in items {
            let attempts = item.delivery.attempts + u32::from(is_counted);
            let state = match (why, is_counted) {
                (None, _) => DeliveryState::Delivered,
                // Nothing is sent to a subscription that is disabled. Enabled again, it goes on with this.
                (Some(_), true) if self.disable.is_some() => DeliveryState::Waiting(now),
                (Some(_), true) => {
                    Delivery::after_failure(attempts, now, jitter(item.delivery.event, attempts))
                }
                (Some(_), false) => DeliveryState::Waiting(self.rests_until.unwrap_or(now)),
            };
            shared.stats.count(state, is_counted);
            self.queue.settle(item.delivery.place, attempts, attempt.clone(), state);
        }
    }

    fn note_success(&mut self, now: Timestamp) {
        let failing_since = self.progress.failing_since.take();
        self.progress.succeeded_at = Some(now);
        self.rests = 0;
        self.rests_until = self.rests_until.filter(|until| now < *until);
        if failing_since.is_some_and(|since| now.duration_since(since).unsigned_abs() > LONG_FAILURE) {
            self.queue.try_all(now);
        }
    }

    /// Notes a failure. One that is the first of its event disables nothing, for it may come long after all
    /// others.
    fn note_failure(&mut self, now: Timestamp, why: &str, is_tried_again: bool) {
        let since = *self.progress.failing_since.get_or_insert(now);
        let is_long = now.duration_since(since).unsigned_abs() >= LONGEST_FAILURE;
        if is_long && is_tried_again && self.disable.is_none() {
            let days = LONGEST_FAILURE.as_secs() / 86_400;
            self.disable = Some(format!("nothing was delivered for {days} days; at the last attempt {why}"));
        }
    }
}

/// Sends deliveries, as many as one request can hold.
pub(super) async fn deliver(
    shared: Arc<Shared>,
    community: CommunityId,
    subscription: Arc<Subscription>,
    items: Vec<Item>,
) -> Sent {
    let outcome = match attempt(&shared, community, &subscription, &items).await {
        Ok(outcome) => outcome,
        Err(error) => Outcome::NotMade(error),
    };
    Sent { items, outcome }
}

async fn attempt(
    shared: &Shared,
    community: CommunityId,
    subscription: &Subscription,
    items: &[Item],
) -> Result<Outcome, StorageError> {
    let now = shared.clock.now();
    let mut events = Vec::with_capacity(items.len());
    for item in items {
        let event = match &item.event {
            Some(event) => Some(Arc::clone(event)),
            None => find(shared, community, item.delivery.place).await?,
        };
        // A message tells of what comes before an event that is gone.
        let Some(event) = event else { break };
        events.push(event);
    }
    let nothing = |why: &str| Attempt {
        at: now,
        took: Duration::ZERO,
        status: None,
        answer: None,
        error: Some(why.to_owned()),
    };
    if events.is_empty() {
        return Ok(Outcome::Pointless(Box::new(nothing(
            "the event was pruned with the beginning of the history",
        ))));
    }
    let composed = compose::compose(shared.storage.as_ref(), community, subscription, &events, now).await?;
    let Some(composed) = composed else {
        return Ok(Outcome::Pointless(Box::new(nothing(
            "there is nothing to tell: the account is gone, or game servers know no such event",
        ))));
    };
    let (client, clock) = (shared.client.as_ref(), shared.clock.as_ref());
    let (attempt, verdict) = try_once(client, clock, subscription.kind, composed.message).await;
    Ok(Outcome::Made { deliveries: composed.events, attempt: Box::new(attempt), verdict })
}

/// Sends a request, and says what its answer means.
pub(super) async fn try_once(
    client: &Client,
    clock: &dyn Clock,
    kind: SubscriptionKind,
    message: Message,
) -> (Attempt, Verdict) {
    let (at, begun) = (clock.now(), Instant::now());
    let answer = client.send(message).await;
    let verdict = Verdict::of(kind, &answer, clock.now());
    let answer = answer.as_ref().ok();
    let attempt = Attempt {
        at,
        took: begun.elapsed(),
        status: answer.map(|answer| answer.status),
        answer: answer.map(|answer| kept(&answer.body)).filter(|answer| !answer.is_empty()),
        error: verdict.why().map(str::to_owned),
    };
    (attempt, verdict)
}

/// Returns the part of an answer that is kept, without what no database takes and no terminal should print.
fn kept(body: &str) -> String {
    let printable = |one: char| if one.is_control() && one != '\n' { '\u{fffd}' } else { one };
    body.trim().chars().take(LONGEST_KEPT).map(printable).collect()
}

/// Loads the event at a place. `None` if it was pruned.
async fn find(
    shared: &Shared,
    community: CommunityId,
    place: LogPlace,
) -> Result<Option<Arc<Event>>, StorageError> {
    Ok(shared.storage.read().await?.event_at(community, place).await?.map(Arc::new))
}

/// Returns a number from 0 to 1 that differs from delivery to delivery and from attempt to attempt.
fn jitter(event: LogId, attempts: u32) -> f64 {
    let [.., a, b, c, d] = event.0.into_bytes();
    let mixed = u32::from_be_bytes([a, b, c, d]).wrapping_add(attempts).wrapping_mul(0x9e37_79b9);
    f64::from(mixed) / f64::from(u32::MAX)
}
