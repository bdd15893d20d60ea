//! A lease: work that only one of the nodes on a database may do is done by the node that has the lease.
//!
//! A lease is taken when there is work, so that a server with nothing to do writes nothing. It lasts longer
//! than the work takes. If its node crashes, another node takes the lease once it has run out.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;
use rankledger_domain::time::Clock;
use uuid::Uuid;

use crate::ops::{Command, Ledger, OpError, Work};

/// How long a lease lasts where nothing is in a hurry.
pub(super) const USUAL: Duration = Duration::from_secs(10);

/// How long a node that stops waits until its lease is given back: otherwise the lease runs out by itself.
const PATIENCE: Duration = Duration::from_millis(250);

/// A lease of this name, for one node.
pub(super) struct Lease {
    name: &'static str,
    holder: Uuid,
    lasts: Duration,
    ledger: Ledger,
    clock: Arc<dyn Clock>,
    known: Mutex<Known>,
    /// How often this node got the lease when it did not have it already.
    terms: AtomicU64,
    /// One attempt is made at a time.
    asking: tokio::sync::Mutex<()>,
}

/// What a node knows of a lease. Times are counted from the start.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    /// Time of the last attempt to take the lease, if this node may have it.
    asked_at: Option<Duration>,
    /// Time of the last attempt after which this node was told that it has the lease.
    had_from: Option<Duration>,
}

impl Lease {
    /// A lease that this node, called `holder`, does not have yet. It lasts so long, and is renewed after
    /// half of that.
    pub(super) fn new(
        name: &'static str,
        holder: Uuid,
        lasts: Duration,
        ledger: Ledger,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (known, terms, asking) = (Mutex::default(), AtomicU64::default(), tokio::sync::Mutex::default());
        Self { name, holder, lasts, ledger, clock, known, terms, asking }
    }

    /// Makes sure that this node has the lease for a while. Returns false if another has it.
    pub(super) async fn take(&self) -> Result<bool, OpError> {
        if self.is_relied_on() {
            return Ok(true);
        }
        let _one_at_a_time = self.asking.lock().await;
        if self.is_relied_on() {
            return Ok(true);
        }
        let now = self.clock.elapsed();
        let had_from = self.known().had_from;
        let was_had = had_from.is_some_and(|from| now < from + self.lasts);
        // Noted first: if nobody waits for the answer any more, it may still have been taken.
        self.note(Known { asked_at: Some(now), had_from });
        let take = Take { name: self.name, holder: self.holder, lasts: self.lasts };
        let taken = self.ledger.submit(take).await;
        if !matches!(taken, Ok(true)) {
            // After a failure this node may have it still.
            let is_anothers = taken.is_ok();
            self.note(if is_anothers { Known::default() } else { Known { asked_at: Some(now), had_from } });
            return taken;
        }
        if !was_had {
            self.terms.fetch_add(1, Ordering::Relaxed);
        }
        self.note(Known { asked_at: Some(now), had_from: Some(now) });
        taken
    }

    /// Returns the number of the term: while it is the same, no other node had the lease in between.
    pub(super) fn term(&self) -> u64 {
        self.terms.load(Ordering::Relaxed)
    }

    /// Returns the name of the lease and that of this node.
    pub(super) fn claim(&self) -> (&'static str, Uuid) {
        (self.name, self.holder)
    }

    /// Whether this node has the lease for a while yet.
    fn is_relied_on(&self) -> bool {
        let now = self.clock.elapsed();
        self.known().had_from.is_some_and(|from| now < from + self.lasts / 2)
    }

    /// Gives the lease back, if this node may have it.
    pub(super) async fn give_back(&self) {
        if self.known().asked_at.is_none() {
            return;
        }
        self.note(Known::default());
        let given = self.ledger.submit(GiveBack { name: self.name, holder: self.holder });
        // Another node then waits until it is over.
        if !matches!(tokio::time::timeout(PATIENCE, given).await, Ok(Ok(()))) {
            tracing::debug!(lease = self.name, "a lease could not be given back");
        }
    }

    fn known(&self) -> Known {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, known: Known) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = known;
    }
}

#[derive(Clone)]
struct Take {
    name: &'static str,
    holder: Uuid,
    lasts: Duration,
}

#[async_trait]
impl Command for Take {
    type Output = bool;

    const WRITES_LAST: bool = true;

    fn community(&self) -> Option<CommunityId> {
        None
    }

    async fn run(self, work: &mut Work<'_>) -> Result<bool, OpError> {
        Ok(work.tx.take_lease(self.name, self.holder, self.lasts).await?)
    }
}

#[derive(Clone)]
struct GiveBack {
    name: &'static str,
    holder: Uuid,
}

#[async_trait]
impl Command for GiveBack {
    type Output = ();

    const WRITES_LAST: bool = true;

    fn community(&self) -> Option<CommunityId> {
        None
    }

    async fn run(self, work: &mut Work<'_>) -> Result<(), OpError> {
        Ok(work.tx.give_lease_back(self.name, self.holder).await?)
    }
}
