//! What is done at its time, without anybody asking: grants are taken away when they end.
//!
//! Ends that passed while no server ran are found when the next one starts. Of several nodes on one database, one does it: the one
//! that has the lease.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use rankledger_domain::ids::Ids;
use rankledger_domain::time::Clock;
use rankledger_storage::Storage;
use tokio::task::JoinHandle;

use crate::jobs::lease::Lease;
use crate::ops::expire_grants::ExpireGrants;
use crate::ops::{Ledger, LedgerError, OpError};

/// How long the scheduler waits at most before it looks again: another end may have come before the one it waits for.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// How many grants are taken away in one command; others may share its commit.
const PORTION: u32 = 200;

/// What the lease is called in the database.
const LEASE: &str = "scheduler";

/// The scheduler at work.
pub struct Scheduler {
    task: JoinHandle<()>,
    lease: Arc<Lease>,
}

impl Scheduler {
    /// Starts it. It must be called within an async runtime.
    pub fn start(storage: Arc<dyn Storage>, ledger: Ledger, clock: Arc<dyn Clock>, ids: &dyn Ids) -> Self {
        let lease = Arc::new(Lease::new(LEASE, ids.uuid(), ledger.clone(), Arc::clone(&clock)));
        let watch = Watch { storage, ledger, clock, lease: Arc::clone(&lease) };
        Self { task: tokio::spawn(watch.run()), lease }
    }

    /// Ends it at once, and lets another node go on. A command that it has handed in is carried out whole or not at all.
    pub async fn stop(self) {
        self.task.abort();
        // It ends by being aborted: there is nothing to learn from that.
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
                        tracing::warn!(%error, "ranks whose time is over are not taken away just now; trying again");
                    }
                    is_failing = true;
                    LONGEST_PAUSE
                }
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Takes away every grant that has ended, in portions. Answers how long to wait before looking again.
    async fn expire_due(&self) -> Result<Duration, OpError> {
        loop {
            let next = self.storage.read().await?.next_grant_end().await?;
            let now = self.clock.now();
            match next {
                None => return Ok(LONGEST_PAUSE),
                Some(end) if end > now => {
                    return Ok(end.duration_since(now).unsigned_abs().min(LONGEST_PAUSE));
                }
                Some(_) => {}
            }
            if !self.lease.take().await? {
                return Ok(LONGEST_PAUSE);
            }
            let accounts = self.ledger.submit(ExpireGrants { limit: PORTION }).await?;
            tracing::info!(accounts, "ranks whose time was over were taken away");
        }
    }
}
