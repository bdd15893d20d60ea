//! The deliveries to one subscription that are under way, in lanes, in which one waits for the other. The
//! queue knows no database and no network.
//!
//! The events of one account share a lane, and so do the events of none. At a receiver that takes several
//! events in a message all share one lane.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rankledger_domain::ids::AccountId;
use rankledger_domain::log::{EventType, LogPlace};
use rankledger_domain::subscription::{Attempt, Delivery, DeliveryState};
use rankledger_storage::events::Event;

/// The most deliveries of a subscription that are under way or wait. No more events are taken from the feed
/// then.
const MOST_UNDER_WAY: usize = 1000;

/// The number of deliveries that can be sent at once from which on no more events are taken from the feed.
const ENOUGH: usize = 100;

/// The pause between deliveries that are tried again because the receiver has come back.
const SPREAD: Duration = Duration::from_millis(10);

/// What waits for each other: the account of the events. `None` for the lane of all others.
type Lane = Option<AccountId>;

/// A delivery, and its event if that is at hand.
#[derive(Debug, Clone)]
pub struct Item {
    /// The delivery.
    pub delivery: Delivery,
    /// The event, if it is at hand.
    pub event: Option<Arc<Event>>,
    /// Whether the database has a row of it.
    is_kept: bool,
    /// Whether somebody has asked for it to be sent again while it was being sent.
    is_asked_for: bool,
}

/// What is to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The place up to which every event was delivered or has a row, once this is recorded.
    pub place: LogPlace,
    /// The deliveries that are new, or have changed.
    pub deliveries: Vec<Delivery>,
}

/// The deliveries to one subscription that are under way.
pub struct Queue {
    shares_lane: bool,
    /// What is under way or waits.
    items: BTreeMap<LogPlace, Item>,
    lanes: HashMap<Lane, BTreeSet<LogPlace>>,
    /// The first of each lane from which nothing is being sent, and the time at which it is due.
    ready: BTreeSet<(Timestamp, LogPlace)>,
    busy: HashSet<Lane>,
    /// What has changed and is not recorded.
    changed: BTreeMap<LogPlace, Delivery>,
    /// The place up to which events were taken from the feed.
    taken_up_to: LogPlace,
    /// The place that is recorded.
    recorded: LogPlace,
}

impl Queue {
    /// Returns a queue of the deliveries that wait. Events are taken from the feed after a place.
    #[must_use]
    pub fn new(shares_lane: bool, place: LogPlace, waiting: Vec<Delivery>) -> Self {
        let mut queue = Self {
            shares_lane,
            items: BTreeMap::new(),
            lanes: HashMap::new(),
            ready: BTreeSet::new(),
            busy: HashSet::new(),
            changed: BTreeMap::new(),
            taken_up_to: place,
            recorded: place,
        };
        queue.refresh(waiting);
        queue
    }

    /// Takes over the deliveries that wait by now: somebody may have asked for one to be sent again. Its
    /// attempts are then counted anew.
    pub fn refresh(&mut self, waiting: Vec<Delivery>) {
        for delivery in waiting {
            let (place, lane) = (delivery.place, self.lane_of(delivery.account));
            let is_own = self.changed.contains_key(&place) || self.busy.contains(&lane);
            match self.items.get_mut(&place).filter(|_| is_own) {
                // A row of what was never tried has no last attempt.
                Some(own)
                    if delivery.attempts == 0 && delivery.last.is_some() && own.delivery.attempts > 0 =>
                {
                    own.delivery = delivery;
                    (own.is_kept, own.is_asked_for) = (true, self.busy.contains(&lane));
                    self.changed.remove(&place);
                }
                Some(_) => {}
                None => self.insert(Item { delivery, event: None, is_kept: true, is_asked_for: false }),
            }
        }
        self.find_ready();
    }

    /// Drops what was taken from the feed and is not wanted any more.
    pub fn drop_unwanted(&mut self, is_wanted: impl Fn(EventType) -> bool) {
        let unwanted = self.items.values().filter(|item| {
            let is_free = !self.busy.contains(&self.lane_of(item.delivery.account));
            is_free && !item.is_kept && !is_wanted(item.delivery.event_type)
        });
        let places: Vec<_> = unwanted.map(|item| item.delivery.place).collect();
        for place in places {
            self.remove(place);
            self.changed.remove(&place);
        }
        self.find_ready();
    }

    fn lane_of(&self, account: Option<AccountId>) -> Lane {
        account.filter(|_| !self.shares_lane)
    }

    fn insert(&mut self, item: Item) {
        let (place, lane) = (item.delivery.place, self.lane_of(item.delivery.account));
        self.lanes.entry(lane).or_default().insert(place);
        self.items.insert(place, item);
    }

    fn remove(&mut self, place: LogPlace) {
        let Some(item) = self.items.remove(&place) else { return };
        let lane = self.lane_of(item.delivery.account);
        if let Some(places) = self.lanes.get_mut(&lane) {
            places.remove(&place);
            if places.is_empty() {
                self.lanes.remove(&lane);
            }
        }
    }

    /// Finds the first of each lane anew.
    fn find_ready(&mut self) {
        self.ready.clear();
        let lanes: Vec<_> = self.lanes.keys().copied().collect();
        for lane in lanes {
            self.make_ready(lane);
        }
    }

    /// Lets the first of a lane be sent when it is due, unless something of the lane is being sent.
    fn make_ready(&mut self, lane: Lane) {
        if self.busy.contains(&lane) {
            return;
        }
        let Some(first) = self.lanes.get(&lane).and_then(BTreeSet::first) else { return };
        self.ready.insert((due_at(&self.items[first].delivery), *first));
    }

    /// Returns the place up to which events were taken from the feed.
    #[must_use]
    pub fn taken_up_to(&self) -> LogPlace {
        self.taken_up_to
    }

    /// Whether more events should be taken from the feed.
    #[must_use]
    pub fn wants_more(&self, now: Timestamp) -> bool {
        let due = self.ready.range(..=(now, LogPlace(i64::MAX))).take(ENOUGH).count();
        self.items.len() < MOST_UNDER_WAY && due < ENOUGH
    }

    /// Puts an event that was taken from the feed at the end.
    pub fn put(&mut self, event: Event, now: Timestamp) {
        let (event_type, account) = (event.event_type(), event.account());
        let state = DeliveryState::Waiting(now);
        let delivery = Delivery {
            place: event.place(),
            event: event.id(),
            event_type,
            account,
            state,
            attempts: 0,
            last: None,
        };
        let lane = self.lane_of(account);
        self.insert(Item { delivery, event: Some(Arc::new(event)), is_kept: false, is_asked_for: false });
        self.make_ready(lane);
    }

    /// Notes that events up to a place were taken from the feed, wanted or not.
    pub fn take_up_to(&mut self, place: LogPlace) {
        self.taken_up_to = self.taken_up_to.max(place);
    }

    /// Whether something is due.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.ready.first().is_some_and(|(due_at, _)| *due_at <= now)
    }

    /// Whether what is due next was tried before.
    #[must_use]
    pub fn is_next_tried(&self, now: Timestamp) -> bool {
        let next = self.ready.first().filter(|(due_at, _)| *due_at <= now);
        next.and_then(|(_, place)| self.items.get(place)).is_some_and(|item| item.delivery.attempts > 0)
    }

    /// Returns how many events of a feed that ends here the receiver has not taken: those that are under way
    /// or wait, and those that were not looked at yet.
    #[must_use]
    pub fn lag(&self, end: LogPlace) -> u64 {
        let ahead = u64::try_from(end.0 - self.taken_up_to.0).unwrap_or(0);
        ahead + u64::try_from(self.items.len()).unwrap_or(u64::MAX)
    }

    /// Whether nothing is under way and nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Returns what is to be sent next: from the beginning of a lane, so many at the most. The lane is busy
    /// until [`Queue::free`]. `None` if nothing is due.
    pub fn next(&mut self, now: Timestamp, most: usize) -> Option<Vec<Item>> {
        let first = *self.ready.first().filter(|(due_at, _)| *due_at <= now)?;
        self.ready.remove(&first);
        let lane = self.lane_of(self.items[&first.1].delivery.account);
        self.busy.insert(lane);
        Some(self.lanes[&lane].iter().take(most).map(|place| self.items[place].clone()).collect())
    }

    /// Settles an attempt: the delivery is done, or waits to be tried again.
    pub fn settle(&mut self, place: LogPlace, attempts: u32, attempt: Attempt, state: DeliveryState) {
        let Some(item) = self.items.get_mut(&place) else { return };
        item.delivery.last = Some(attempt);
        let is_to_be_sent_again = std::mem::take(&mut item.is_asked_for);
        if !(is_to_be_sent_again && matches!(state, DeliveryState::Waiting(_))) {
            (item.delivery.attempts, item.delivery.state) = (attempts, state);
        }
        // It is read again when it is tried again: many may wait for long.
        item.event = None;
        self.changed.insert(place, item.delivery.clone());
        if !matches!(state, DeliveryState::Waiting(_)) {
            self.remove(place);
        }
    }

    /// Lets the next of the lane of this account be sent.
    pub fn free(&mut self, account: Option<AccountId>) {
        let lane = self.lane_of(account);
        self.busy.remove(&lane);
        self.make_ready(lane);
    }

    /// Lets everything that waits be tried again at once, one after the other: the receiver has come back.
    pub fn try_all(&mut self, now: Timestamp) {
        let mut due_at = now;
        for (place, item) in &mut self.items {
            if matches!(item.delivery.state, DeliveryState::Waiting(later) if later > due_at) {
                item.delivery.state = DeliveryState::Waiting(due_at);
                due_at += SPREAD;
                if item.is_kept {
                    self.changed.insert(*place, item.delivery.clone());
                }
            }
        }
        self.find_ready();
    }

    /// Number of deliveries that have changed and are not recorded.
    #[must_use]
    pub fn unrecorded(&self) -> usize {
        self.changed.len()
    }

    /// Whether there are events that were taken and passed over since the last recording.
    #[must_use]
    pub fn is_ahead(&self) -> bool {
        self.place_after(LogPlace(0)) > self.recorded
    }

    /// The place up to which every event was delivered or has a row, once this is so up to `kept`.
    fn place_after(&self, kept: LogPlace) -> LogPlace {
        let mut rest = self.items.range(LogPlace(kept.0 + 1)..);
        let unkept = rest.find(|(_, item)| !item.is_kept).map(|(place, _)| *place);
        let first = unkept.into_iter().chain(self.changed.keys().next().copied()).min();
        first.map_or(self.taken_up_to, |first| LogPlace(first.0 - 1)).max(self.recorded)
    }

    /// Takes what is to be recorded: so many changes at the most. What was taken from the feed before the
    /// last of them and is not done gets a row, too.
    pub fn batch(&mut self, most: usize) -> Batch {
        let places: Vec<_> = self.changed.keys().take(most).copied().collect();
        let mut deliveries: Vec<_> = places.iter().filter_map(|place| self.changed.remove(place)).collect();
        let last = places.last().copied().unwrap_or(LogPlace(0));
        let unkept =
            self.items.range(..last).filter(|(place, item)| !item.is_kept && !places.contains(place));
        deliveries.extend(unkept.map(|(_, item)| item.delivery.clone()));
        Batch { place: self.place_after(last), deliveries }
    }

    /// Notes that a batch was recorded.
    pub fn recorded(&mut self, batch: &Batch) {
        self.recorded = self.recorded.max(batch.place);
        for delivery in &batch.deliveries {
            if let Some(item) = self.items.get_mut(&delivery.place) {
                item.is_kept = true;
            }
        }
    }

    /// Puts a batch back that could not be recorded.
    pub fn put_back(&mut self, batch: Batch) {
        for delivery in batch.deliveries {
            let is_done = !matches!(delivery.state, DeliveryState::Waiting(_));
            if is_done || delivery.last.is_some() {
                self.changed.entry(delivery.place).or_insert(delivery);
            }
        }
    }

    /// Returns the place that is recorded.
    #[must_use]
    pub fn recorded_place(&self) -> LogPlace {
        self.recorded
    }
}

/// Returns the time at which a delivery is due, once it is the first of its lane: one that was not tried is
/// due at once.
fn due_at(delivery: &Delivery) -> Timestamp {
    match delivery.state {
        DeliveryState::Waiting(due_at) if delivery.attempts > 0 || delivery.last.is_some() => due_at,
        _ => Timestamp::MIN,
    }
}
