//! Delivers events to the subscriptions of all communities: takes them from the feed, writes them in the form
//! of the receiver, sends them, and records what became of them.
//!
//! The stages: a `courier` for each subscription takes events and keeps them in a [`queue`]; [`compose`]
//! writes a request, [`client`] sends it, and [`verdict`] says what the answer means; the ledger records the
//! outcome ([`crate::ops::subscriptions::record`]). Of several nodes the one that has the lease does it.

pub mod client;
pub mod compose;
mod courier;
pub mod queue;
mod round;
pub mod verdict;

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use rankledger_domain::ids::{CommunityId, Ids, LogId, SubscriptionId};
use rankledger_domain::log::LogPlace;
use rankledger_domain::subscription::{Attempt, DeliveryState, Subscription};
use rankledger_domain::time::Clock;
use rankledger_storage::{Storage, StorageError};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::jobs::lease::Lease;
use crate::ops::subscriptions::forget::ForgetOldDeliveries;
use crate::ops::{Ledger, OpError};
use client::Client;
use courier::{Courier, Sight};

/// Name of the lease in the database.
const LEASE: &str = "deliveries";

/// How long the lease lasts: a node that dies is replaced within ten seconds.
const LEASE_LASTS: Duration = Duration::from_secs(6);

/// How often the database is asked for news at least: another node may have written.
const PERIOD: Duration = Duration::from_millis(75);

/// How often the database is asked for news at the most, while one commit follows the other.
const BREATH: Duration = Duration::from_millis(50);

/// How often the database is asked, at least and at the most, where no subscription is enabled.
const IDLE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(1));

/// How long a server that stops waits for requests under way, and for their outcome to be recorded.
const PATIENCE: Duration = Duration::from_millis(1500);

/// How long what became of a delivery is kept.
const KEPT_FOR: Duration = Duration::from_hours(30 * 24);

/// How often old deliveries are looked for.
const FORGET_PERIOD: Duration = Duration::from_hours(1);

/// Number of old deliveries that are forgotten in one command.
const PORTION: u32 = 500;

/// What all couriers of a server share.
struct Shared {
    storage: Arc<dyn Storage>,
    ledger: Ledger,
    clock: Arc<dyn Clock>,
    client: Arc<Client>,
    lease: Lease,
    stats: Arc<DeliveryStats>,
}

/// Counts of deliveries since the server started.
#[derive(Debug, Default)]
pub struct DeliveryStats {
    delivered: AtomicU64,
    failed: AtomicU64,
    given_up: AtomicU64,
    put_off: AtomicU64,
    /// The lag of each subscription: see [`DeliveryStats::lags`].
    lags: Mutex<BTreeMap<SubscriptionId, u64>>,
}

impl DeliveryStats {
    fn count(&self, state: DeliveryState, is_counted: bool) {
        let counter = match state {
            DeliveryState::Delivered => &self.delivered,
            DeliveryState::Failed => &self.given_up,
            DeliveryState::Waiting(_) if is_counted => &self.failed,
            DeliveryState::Waiting(_) => &self.put_off,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    fn note_lag(&self, subscription: SubscriptionId, events: u64) {
        self.lags.lock().unwrap_or_else(PoisonError::into_inner).insert(subscription, events);
    }

    /// Forgets the lags of subscriptions that are gone or disabled.
    fn keep_lags(&self, enabled: &HashSet<SubscriptionId>) {
        self.lags.lock().unwrap_or_else(PoisonError::into_inner).retain(|id, _| enabled.contains(id));
    }

    /// How many events each subscription has before it, that its receiver has not taken. Events that it may
    /// not want are counted until they are looked at.
    pub fn lags(&self) -> BTreeMap<SubscriptionId, u64> {
        self.lags.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Events that a receiver has taken.
    pub fn delivered(&self) -> u64 {
        self.delivered.load(Ordering::Relaxed)
    }

    /// Attempts that failed, of events that are tried again.
    pub fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    /// Events that are not tried again.
    pub fn given_up(&self) -> u64 {
        self.given_up.load(Ordering::Relaxed)
    }

    /// Attempts that a receiver has put off, because it is asked too often.
    pub fn put_off(&self) -> u64 {
        self.put_off.load(Ordering::Relaxed)
    }
}

/// The parts that the job is made of.
pub struct DeliveryParts {
    /// Where the data is.
    pub storage: Arc<dyn Storage>,
    /// What records the outcome.
    pub ledger: Ledger,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// What sends requests.
    pub client: Arc<Client>,
    /// Where deliveries are counted.
    pub stats: Arc<DeliveryStats>,
}

/// The job at work.
pub struct DeliveryJob {
    task: JoinHandle<()>,
    stopping: watch::Sender<bool>,
    shared: Arc<Shared>,
}

impl DeliveryJob {
    /// Starts it. It must be called within an async runtime.
    #[must_use]
    pub fn start(parts: DeliveryParts, ids: &dyn Ids) -> Self {
        let DeliveryParts { storage, ledger, clock, client, stats } = parts;
        let lease = Lease::new(LEASE, ids.uuid(), LEASE_LASTS, ledger.clone(), Arc::clone(&clock));
        let shared = Arc::new(Shared { storage, ledger, clock, client, lease, stats });
        let (stopping, stops) = watch::channel(false);
        let supervisor =
            Supervisor { shared: Arc::clone(&shared), couriers: HashMap::new(), stopping: stops };
        Self { task: tokio::spawn(supervisor.run()), stopping, shared }
    }

    /// Stops it: nothing more is sent, and the outcome of requests under way is recorded, as far as that does
    /// not take long. What is cut off is sent again by whoever goes on.
    pub async fn stop(self) {
        self.stopping.send_replace(true);
        // A panic of the task was told within it.
        let _ = self.task.await;
        self.shared.lease.give_back().await;
    }
}

/// Sends a request to the receiver of a subscription that tells of no event. Returns how that went: the error
/// of the attempt is `None` if the receiver has taken it.
pub async fn try_out(client: &Client, clock: &dyn Clock, subscription: &Subscription, id: LogId) -> Attempt {
    let message = compose::test(subscription, id, clock.now());
    let (attempt, _) = round::try_once(client, clock, subscription.kind, message).await;
    attempt
}

/// Whether the job is to stop, or nobody is left who could stop it.
fn is_over(stopping: &watch::Receiver<bool>) -> bool {
    *stopping.borrow() || stopping.has_changed().is_err()
}

type Key = (CommunityId, SubscriptionId);

/// Has a courier for each subscription that is enabled.
struct Supervisor {
    shared: Arc<Shared>,
    couriers: HashMap<Key, (JoinHandle<()>, watch::Sender<Sight>)>,
    stopping: watch::Receiver<bool>,
}

impl Supervisor {
    async fn run(mut self) {
        let mut bell = self.shared.ledger.bell();
        let mut is_failing = false;
        let mut forgotten_at = self.shared.clock.elapsed();
        while !is_over(&self.stopping) {
            let looked = AssertUnwindSafe(self.look()).catch_unwind().await;
            match looked.unwrap_or(Err(StorageError::Corrupt("the look for news panicked".to_owned()))) {
                Ok(()) => is_failing = false,
                Err(error) => {
                    if !is_failing {
                        tracing::warn!(%error, "subscriptions cannot be read just now; trying again");
                    }
                    is_failing = true;
                }
            }
            let elapsed = self.shared.clock.elapsed();
            if elapsed >= forgotten_at + FORGET_PERIOD {
                forgotten_at = elapsed;
                if let Err(error) = self.forget().await {
                    tracing::debug!(%error, "old deliveries could not be forgotten");
                }
            }
            let (breath, period) = if self.couriers.is_empty() { IDLE } else { (BREATH, PERIOD) };
            tokio::select! {
                () = bell.wait(breath, period) => {}
                _ = self.stopping.changed() => {}
            }
        }
        self.stop().await;
    }

    /// Looks which subscriptions are enabled, and where the feeds of their communities end.
    async fn look(&mut self) -> Result<(), StorageError> {
        let mut tx = self.shared.storage.read().await?;
        let enabled = tx.enabled_subscriptions().await?;
        let mut ends: HashMap<CommunityId, LogPlace> = HashMap::new();
        for one in &enabled {
            if let Entry::Vacant(end) = ends.entry(one.community) {
                end.insert(tx.end_of_events(one.community).await?);
            }
        }
        drop(tx);
        self.shared.stats.keep_lags(&enabled.iter().map(|one| one.id).collect());
        let keys: HashSet<Key> = enabled.iter().map(|one| (one.community, one.id)).collect();
        self.couriers.retain(|key, (task, _)| {
            let stays = keys.contains(key) && !task.is_finished();
            if !stays {
                task.abort();
            }
            stays
        });
        for one in enabled {
            let sight = Sight { revision: one.revision, end: ends[&one.community] };
            if let Some((_, told)) = self.couriers.get(&(one.community, one.id)) {
                told.send_if_modified(|last| {
                    let is_new = *last != sight;
                    *last = sight;
                    is_new
                });
            } else {
                let (told, receiver) = watch::channel(sight);
                let courier = Courier {
                    shared: Arc::clone(&self.shared),
                    community: one.community,
                    id: one.id,
                    sight: receiver,
                    stopping: self.stopping.clone(),
                    is_failing: false,
                    rests: 0,
                };
                self.couriers.insert((one.community, one.id), (tokio::spawn(courier.run()), told));
            }
        }
        Ok(())
    }

    /// Forgets old deliveries, if there are any.
    async fn forget(&self) -> Result<(), OpError> {
        let now = self.shared.clock.now();
        let before = now.checked_sub(KEPT_FOR).unwrap_or(now);
        if !self.shared.storage.read().await?.has_old_deliveries(before).await? {
            return Ok(());
        }
        while !is_over(&self.stopping)
            && self.shared.ledger.submit(ForgetOldDeliveries { before, limit: PORTION }).await?
                >= u64::from(PORTION)
        {}
        Ok(())
    }

    /// Waits for the couriers to end, and ends those that take too long.
    async fn stop(self) {
        let (tasks, _seen): (Vec<_>, Vec<_>) = self.couriers.into_values().unzip();
        let aborts: Vec<_> = tasks.iter().map(JoinHandle::abort_handle).collect();
        if tokio::time::timeout(PATIENCE, join_all(tasks)).await.is_err() {
            tracing::info!("some deliveries are cut off: they are made again");
            aborts.iter().for_each(tokio::task::AbortHandle::abort);
        }
    }
}
