//! The scheduler: takes grants away and lifts bans when they end, without a request.
//!
//! Grants and bans that ended while no server ran are found when the next one starts. Of several nodes on one
//! database, the node that has the lease does it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use jiff::Timestamp;
use rankledger_domain::ids::Ids;
use rankledger_domain::time::Clock;
use rankledger_storage::Storage;
use tokio::task::JoinHandle;

use crate::jobs::lease::{self, Lease};
use crate::ops::expire_grants::ExpireGrants;
use crate::ops::lift_bans::LiftBans;
use crate::ops::{Ledger, LedgerError, OpError};

/// Longest pause before the scheduler looks again: an earlier end may have been added in the meantime.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Number of grants that are taken away, or bans that are lifted, in one command; other commands may share
/// its commit.
const PORTION: u32 = 200;

/// Name of the lease in the database.
const LEASE: &str = "scheduler";

/// The scheduler at work.
pub struct Scheduler {
    task: JoinHandle<()>,
    lease: Arc<Lease>,
}

impl Scheduler {
    /// Starts it. It must be called within an async runtime.
    pub fn start(storage: Arc<dyn Storage>, ledger: Ledger, clock: Arc<dyn Clock>, ids: &dyn Ids) -> Self {
        let lease = Arc::new(Lease::new(LEASE, ids.uuid(), lease::USUAL, ledger.clone(), Arc::clone(&clock)));
        let watch = Watch { storage, ledger, clock, lease: Arc::clone(&lease) };
        Self { task: tokio::spawn(watch.run()), lease }
    }

    /// Stops the scheduler at once, and lets another node go on. A command that was already submitted is
    /// carried out completely or not at all.
    pub async fn stop(self) {
        self.task.abort();
        // The task ends because it was aborted: its result says nothing more.
        let _ = self.task.await;
        self.lease.give_back().await;
    }
}

struct Watch {
    storage: Arc<dyn Storage>,
    ledger: Ledger,
    clock: Arc<dyn Clock>,
    lease: Arc<Lease>,
}

impl Watch {
    async fn run(self) {
        let mut is_failing = false;
        loop {
            let looked = AssertUnwindSafe(self.expire_due()).catch_unwind().await;
            let pause = match looked.unwrap_or(Err(LedgerError::Panicked.into())) {
                Ok(pause) => {
                    is_failing = false;
                    pause
                }
                Err(error) => {
                    // Said once, not every second.
                    if !is_failing {
                        tracing::warn!(%error, "ranks and bans whose time is over stay as they are just now; trying again");
                    }
                    is_failing = true;
                    LONGEST_PAUSE
                }
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Takes away every grant and lifts every ban that has ended, in portions. Returns how long to wait
    /// before looking again.
    async fn expire_due(&self) -> Result<Duration, OpError> {
        loop {
            let due = Due::at(self.storage.as_ref(), self.clock.now()).await?;
            if due.is_nothing() {
                return Ok(due.next.map_or(LONGEST_PAUSE, |pause| pause.min(LONGEST_PAUSE)));
            }
            if !self.lease.take().await? {
                return Ok(LONGEST_PAUSE);
            }
            due.end(&self.ledger).await?;
        }
    }
}

/// Takes away every grant and lifts every ban that has ended by this clock, on a database of which no other
/// node takes care.
pub async fn end_all_due(storage: &dyn Storage, ledger: &Ledger, clock: &dyn Clock) -> Result<(), OpError> {
    loop {
        let due = Due::at(storage, clock.now()).await?;
        if due.is_nothing() {
            return Ok(());
        }
        due.end(ledger).await?;
    }
}

/// The grants and bans whose end has come.
struct Due {
    /// Whether there are such grants.
    grants: bool,
    /// Whether there are such bans.
    bans: bool,
    /// The time until the next end. `None` if nothing ends.
    next: Option<Duration>,
}

impl Due {
    async fn at(storage: &dyn Storage, now: Timestamp) -> Result<Self, OpError> {
        let mut tx = storage.read().await?;
        let (grant, ban) = (tx.next_grant_end().await?, tx.next_ban_end().await?);
        let is_due = |end: Option<Timestamp>| end.is_some_and(|end| end <= now);
        let next = grant.into_iter().chain(ban).min();
        let next = next.map(|end| end.duration_since(now).unsigned_abs());
        Ok(Self { grants: is_due(grant), bans: is_due(ban), next })
    }

    fn is_nothing(&self) -> bool {
        !self.grants && !self.bans
    }

    /// Takes away and lifts a portion of them.
    async fn end(&self, ledger: &Ledger) -> Result<(), OpError> {
        if self.grants {
            let accounts = ledger.submit(ExpireGrants { limit: PORTION }).await?;
            tracing::info!(accounts, "ranks whose time was over were taken away");
        }
        if self.bans {
            let accounts = ledger.submit(LiftBans { limit: PORTION }).await?;
            tracing::info!(accounts, "bans whose time was over were lifted");
        }
        Ok(())
    }
}
