//! Logs once a minute what an operator should mend: the health warnings that `/readyz` shows as well. Each
//! node does it, without a lease: a warning may be about its own clock.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use rankledger_domain::time::Clock;
use rankledger_storage::Storage;
use tokio::task::JoinHandle;

use crate::ops::Ledger;
use crate::ops::health::health_warnings;

/// How often a server logs the warnings.
pub const PERIOD: Duration = Duration::from_mins(1);

/// The job at work.
pub struct HealthJob {
    task: JoinHandle<()>,
}

impl HealthJob {
    /// Starts it. It must be called within an async runtime. The first time is after one `period`: a server
    /// logs the warnings as it starts.
    pub fn start(storage: Arc<dyn Storage>, ledger: Ledger, clock: Arc<dyn Clock>, period: Duration) -> Self {
        Self { task: tokio::spawn(log_now_and_then(storage, ledger, clock, period)) }
    }

    /// Stops it at once.
    pub fn stop(self) {
        self.task.abort();
    }
}

async fn log_now_and_then(
    storage: Arc<dyn Storage>,
    ledger: Ledger,
    clock: Arc<dyn Clock>,
    period: Duration,
) {
    loop {
        tokio::time::sleep(period).await;
        let asked = health_warnings(storage.as_ref(), clock.as_ref(), ledger.clock_watch());
        match AssertUnwindSafe(asked).catch_unwind().await {
            Ok(Ok(warnings)) => warnings.iter().for_each(|warning| tracing::warn!("{}", warning.text)),
            // Whatever else needs the database says so, too.
            Ok(Err(error)) => tracing::debug!(%error, "the database could not be asked for its health"),
            Err(_) => tracing::error!("asking the database for its health panicked"),
        }
    }
}
