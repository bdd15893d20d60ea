//! Stores when credentials were last used. Each node stores what it has seen, without a lease; the latest use
//! counts.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::task::JoinHandle;

use crate::ops::credential_uses::CredentialUses;
use crate::ops::{Ledger, LedgerError};

/// How often to look whether there is something to store.
const PAUSE: Duration = Duration::from_mins(1);

/// How long a node that stops waits for the last uses to be stored.
const PATIENCE: Duration = Duration::from_millis(250);

/// The job at work.
pub struct CredentialUsesJob {
    task: JoinHandle<()>,
    uses: CredentialUses,
    ledger: Ledger,
}

impl CredentialUsesJob {
    /// Starts it. It must be called within an async runtime.
    pub fn start(uses: CredentialUses, ledger: Ledger) -> Self {
        let task = tokio::spawn(store_now_and_then(uses.clone(), ledger.clone()));
        Self { task, uses, ledger }
    }

    /// Stops it, and stores what is not stored yet.
    pub async fn stop(self) {
        self.task.abort();
        // The task ends because it was aborted: its result says nothing more.
        let _ = self.task.await;
        let stored = tokio::time::timeout(PATIENCE, self.uses.store_all(&self.ledger)).await;
        if !matches!(stored, Ok(Ok(()))) {
            tracing::debug!("the last uses of credentials could not be stored");
        }
    }
}

async fn store_now_and_then(uses: CredentialUses, ledger: Ledger) {
    let mut is_failing = false;
    loop {
        tokio::time::sleep(PAUSE).await;
        let stored = AssertUnwindSafe(uses.store_due(&ledger)).catch_unwind().await;
        let stored = stored.unwrap_or(Err(LedgerError::Panicked.into()));
        if let Err(error) = &stored
            && !is_failing
        {
            tracing::warn!(%error, "the last uses of credentials are not stored just now; trying again");
        }
        is_failing = stored.is_err();
    }
}
