//! A lease: work that only one of the nodes on a database may do is done by the node that has the lease.
//!
//! A lease is taken when there is work, so that a server with nothing to do writes nothing. It lasts longer
//! than the work takes. If its node crashes, another node takes the lease once it has run out.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;
use rankledger_domain::time::Clock;
use uuid::Uuid;

use crate::ops::{Command, Ledger, OpError, Work};

/// How long a lease lasts.
const LASTS: Duration = Duration::from_secs(10);

/// How long a node relies on the lease before it renews it.
const RELIED_ON: Duration = Duration::from_secs(5);

/// How long a node that stops waits until its lease is given back: otherwise the lease runs out by itself.
const PATIENCE: Duration = Duration::from_millis(250);

/// A lease of this name, for one node.
pub(super) struct Lease {
    name: &'static str,
    holder: Uuid,
    ledger: Ledger,
    clock: Arc<dyn Clock>,
    /// Time of the last attempt to take the lease, counted from the start, if this node may have it.
    asked_at: Mutex<Option<Duration>>,
}

impl Lease {
    /// A lease that this node, called `holder`, does not have yet.
    pub(super) fn new(name: &'static str, holder: Uuid, ledger: Ledger, clock: Arc<dyn Clock>) -> Self {
        Self { name, holder, ledger, clock, asked_at: Mutex::default() }
    }

    /// Makes sure that this node has the lease for a while. Returns false if another has it.
    pub(super) async fn take(&self) -> Result<bool, OpError> {
        let now = self.clock.elapsed();
        if self.asked_at().is_some_and(|asked_at| now < asked_at + RELIED_ON) {
            return Ok(true);
        }
        // Noted first: if nobody waits for the answer any more, it may still have been taken.
        self.note(Some(now));
        let taken = self.ledger.submit(Take { name: self.name, holder: self.holder }).await;
        if !matches!(taken, Ok(true)) {
            self.note(None);
        }
        taken
    }

    /// Gives the lease back, if this node may have it.
    pub(super) async fn give_back(&self) {
        if self.asked_at().is_none() {
            return;
        }
        self.note(None);
        let given = self.ledger.submit(GiveBack { name: self.name, holder: self.holder });
        // Another node then waits until it is over.
        if !matches!(tokio::time::timeout(PATIENCE, given).await, Ok(Ok(()))) {
            tracing::debug!(lease = self.name, "a lease could not be given back");
        }
    }

    fn asked_at(&self) -> Option<Duration> {
        *self.asked_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, asked_at: Option<Duration>) {
        *self.asked_at.lock().unwrap_or_else(PoisonError::into_inner) = asked_at;
    }
}

#[derive(Clone)]
struct Take {
    name: &'static str,
    holder: Uuid,
}

#[async_trait]
impl Command for Take {
    type Output = bool;

    const WRITES_LAST: bool = true;

    fn community(&self) -> Option<CommunityId> {
        None
    }

    async fn run(self, work: &mut Work<'_>) -> Result<bool, OpError> {
        Ok(work.tx.take_lease(self.name, self.holder, LASTS).await?)
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
