//! The queue alone: whatever fails, and whenever the server is killed, each event is delivered or waits, and
//! those of an account are first delivered in order.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use jiff::Timestamp;
use proptest::prelude::*;
use rankledger_domain::chain::genesis;
use rankledger_domain::ids::{AccountId, ChangeNumber, LogId};
use rankledger_domain::log::{Act, ActKind, LogEntry, LogPlace, LogPosition};
use rankledger_domain::subscription::{Attempt, Delivery, DeliveryState};
use rankledger_server::jobs::deliveries::queue::{Batch, Item, Queue};
use rankledger_storage::events::Event;
use rankledger_storage::log::LinkedEntry;
use uuid::Uuid;

/// What happens next.
#[derive(Debug, Clone)]
enum Step {
    /// Events are taken from the feed, as far as there is room.
    Take,
    /// Something is sent. Each attempt fails or not.
    Send,
    /// An answer comes: the receiver has taken it, or not.
    Answer(bool),
    /// What has changed is recorded, so many at the most, or cannot be.
    Record(usize, bool),
    /// Time passes.
    Wait(u64),
    /// The server is killed and starts again.
    Kill,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => Just(Step::Take),
        10 => Just(Step::Send),
        10 => prop::bool::weighted(0.7).prop_map(Step::Answer),
        4 => (1..6_usize, prop::bool::weighted(0.8)).prop_map(|(most, works)| Step::Record(most, works)),
        2 => (1..100_u64).prop_map(Step::Wait),
        1 => Just(Step::Kill),
    ];
    prop::collection::vec(step, 1..120)
}

/// An event of one of three accounts, or of none.
fn event(place: i64) -> Event {
    let account = u128::from(place.unsigned_abs()) * 7 % 4;
    let act = Act {
        id: LogId(Uuid::from_u128(u128::from(place.unsigned_abs()))),
        at: Timestamp::UNIX_EPOCH,
        kind: ActKind::AccountUpdated,
        actor: None,
        credential: None,
        address: None,
        account: (account > 0).then(|| AccountId(Uuid::from_u128(account))),
        before: None,
        after: None,
    };
    let (position, hash) =
        (LogPosition { place: LogPlace(place), after_change: ChangeNumber(0) }, genesis(Uuid::nil()));
    Event::Entry(Box::new(LinkedEntry { entry: LogEntry { position, ledger_hash: hash, act }, hash }))
}

/// What is stored, what the receiver has taken, and the queue.
struct World {
    now: Timestamp,
    end: i64,
    place: LogPlace,
    rows: BTreeMap<LogPlace, Delivery>,
    taken: Vec<LogPlace>,
    queue: Queue,
    under_way: Vec<Vec<Item>>,
    shares_lane: bool,
}

impl World {
    fn new(shares_lane: bool) -> Self {
        let place = LogPlace(0);
        Self {
            now: Timestamp::UNIX_EPOCH,
            end: 40,
            place,
            rows: BTreeMap::new(),
            taken: Vec::new(),
            queue: Queue::new(shares_lane, place, Vec::new()),
            under_way: Vec::new(),
            shares_lane,
        }
    }

    fn play(&mut self, step: &Step) {
        match *step {
            Step::Take => self.take(),
            Step::Send => {
                let most = if self.shares_lane { 3 } else { 1 };
                self.under_way.extend(self.queue.next(self.now, most));
            }
            Step::Answer(is_taken) if !self.under_way.is_empty() => self.answer(is_taken),
            Step::Answer(_) => {}
            Step::Record(most, works) => self.record(most, works),
            Step::Wait(seconds) => self.now += Duration::from_secs(seconds),
            Step::Kill => {
                let waiting = self.rows.values().filter(|row| matches!(row.state, DeliveryState::Waiting(_)));
                self.queue = Queue::new(self.shares_lane, self.place, waiting.cloned().collect());
                self.under_way.clear();
            }
        }
    }

    fn take(&mut self) {
        for _ in 0..5 {
            let place = self.queue.taken_up_to().0 + 1;
            if place > self.end || !self.queue.wants_more(self.now) {
                return;
            }
            // Every fifth event does not match the filter.
            if place % 5 != 0 {
                self.queue.put(event(place), self.now);
            }
            self.queue.take_up_to(LogPlace(place));
        }
    }

    fn answer(&mut self, is_taken: bool) {
        let items = self.under_way.remove(0);
        for item in &items {
            let attempt =
                Attempt { at: self.now, took: Duration::ZERO, status: None, answer: None, error: None };
            let state = if is_taken {
                self.taken.push(item.delivery.place);
                DeliveryState::Delivered
            } else {
                DeliveryState::Waiting(self.now + Duration::from_secs(5))
            };
            self.queue.settle(item.delivery.place, item.delivery.attempts + 1, attempt, state);
        }
        self.queue.free(items[0].delivery.account);
    }

    fn record(&mut self, most: usize, works: bool) {
        let batch: Batch = self.queue.batch(most);
        if !works {
            self.queue.put_back(batch);
            return;
        }
        self.queue.recorded(&batch);
        assert!(batch.place >= self.place, "it does not go back");
        self.place = batch.place;
        self.rows.extend(batch.deliveries.into_iter().map(|row| (row.place, row)));
        for place in (1..=self.place.0).filter(|place| place % 5 != 0) {
            assert!(
                self.rows.contains_key(&LogPlace(place)),
                "everything up to the place has a row: {place}"
            );
        }
    }

    /// Lets everything arrive.
    fn finish(&mut self) {
        while self.place.0 < self.end || self.rows.values().any(|row| row.state != DeliveryState::Delivered) {
            for step in [Step::Take, Step::Send, Step::Answer(true), Step::Record(5, true), Step::Wait(6)] {
                self.play(&step);
            }
        }
    }

    /// Checks that each event has arrived, and that those of a lane have first arrived in order.
    fn check(&self) {
        let mut last = HashMap::new();
        let mut seen = std::collections::BTreeSet::new();
        for place in self.taken.iter().filter(|place| seen.insert(**place)) {
            let Event::Entry(linked) = event(place.0) else { unreachable!("the events are entries") };
            let lane = linked.entry.act.account.filter(|_| !self.shares_lane);
            let before = last.insert(lane, *place).unwrap_or(LogPlace(0));
            assert!(before < *place, "{place} came after {before}");
        }
        let expected: Vec<_> = (1..=self.end).filter(|place| place % 5 != 0).map(LogPlace).collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_and_each_account_is_told_in_order(steps in steps(), shares_lane: bool) {
        let mut world = World::new(shares_lane);
        for step in &steps {
            world.play(step);
        }
        world.finish();
        world.check();
    }
}

#[test]
fn what_waits_is_tried_at_once_when_the_receiver_is_back() {
    let mut world = World::new(false);
    world.play(&Step::Take);
    for _ in 0..4 {
        world.play(&Step::Send);
        world.play(&Step::Answer(false));
    }
    assert!(!world.queue.is_due(world.now));
    world.queue.try_all(world.now);
    assert!(world.queue.is_due(world.now));
}

#[test]
fn no_more_than_a_thousand_are_under_way() {
    let mut world = World::new(true);
    world.end = 5000;
    for _ in 0..1000 {
        world.take();
        // Nothing else is sent while the first waits.
        if world.taken.is_empty() && world.under_way.is_empty() {
            world.play(&Step::Send);
        }
    }
    let taken = world.queue.taken_up_to().0;
    assert!((1000..1300).contains(&taken), "{taken}");
}

#[test]
fn what_somebody_wants_to_be_sent_again_is_tried_at_once_also_while_it_is_being_sent() {
    for is_under_way in [false, true] {
        let mut world = World::new(true);
        world.play(&Step::Take);
        for step in [
            Step::Send,
            Step::Answer(false),
            Step::Wait(6),
            Step::Send,
            Step::Answer(false),
            Step::Record(9, true),
        ] {
            world.play(&step);
        }
        if is_under_way {
            world.play(&Step::Wait(6));
            world.play(&Step::Send);
        }
        let first = world.rows.values_mut().next().expect("a row");
        assert_eq!(first.attempts, 2);
        (first.attempts, first.state) = (0, DeliveryState::Waiting(world.now));
        let place = first.place;
        world.queue.refresh(world.rows.values().cloned().collect());
        if is_under_way {
            world.play(&Step::Answer(false));
        }
        assert!(world.queue.is_due(world.now), "not after a pause");
        world.play(&Step::Record(9, true));
        assert_eq!(world.rows[&place].attempts, 0, "they are counted anew");
        world.finish();
        world.check();
    }
}
