//! Long reads: those that may look at many thousands of rows. They run on threads apart from those that serve
//! requests, and only so many at a time: a server whose long reads are all under way still does everything
//! else.

use std::future::Future;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use rankledger_storage::ReadTx;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinError, spawn_blocking};

use crate::http::App;
use crate::http::feature::Feature;
use crate::wire::problem::Problem;

/// Number of long reads that are under way at a time. The readers of an embedded database are threads of this
/// process, and more of them than cores make each slower.
const SLOTS: usize = 4;

/// The longest time that a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(1);

/// The long reads of a server. Cheap to clone.
#[derive(Debug, Clone)]
pub struct LongReads {
    slots: Arc<Semaphore>,
    patience: Duration,
    refused: Arc<AtomicU64>,
}

/// A place among the long reads under way. It is free again when this is dropped.
#[derive(Debug)]
pub struct LongReadSlot(
    #[expect(dead_code, reason = "the place is free when it is dropped")] OwnedSemaphorePermit,
);

impl Feature for LongReads {
    fn new(_: &App) -> Self {
        Self::with(SLOTS, PATIENCE)
    }
}

impl LongReads {
    /// Returns long reads of which so many are under way at a time, and others wait so long.
    #[must_use]
    pub fn with(slots: usize, patience: Duration) -> Self {
        Self { slots: Arc::new(Semaphore::new(slots)), patience, refused: Arc::default() }
    }

    /// Waits for a place, in turn. Refuses the request if the patience ends before.
    pub async fn slot(&self) -> Result<LongReadSlot, Problem> {
        tokio::time::timeout(self.patience, self.turn()).await.map_err(|_| {
            self.refused.fetch_add(1, Ordering::Relaxed);
            Problem::reads_busy()
        })
    }

    /// Waits for a place, in turn, however long it takes.
    async fn turn(&self) -> LongReadSlot {
        let slots = Arc::clone(&self.slots);
        LongReadSlot(slots.acquire_owned().await.expect("the semaphore is never closed"))
    }

    /// Returns how many requests were refused because too many long reads were under way.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}

impl App {
    /// Runs a read on a thread apart from those that serve requests.
    pub async fn read_apart<T: Send + 'static>(
        &self,
        read: impl FnOnce(Box<dyn ReadTx>) -> BoxFuture<'static, Result<T, Problem>> + Send + 'static,
    ) -> Result<T, Problem> {
        self.read_with(None, read).await
    }

    /// Runs a long read on a thread apart, if not too many are under way.
    pub async fn read_long<T: Send + 'static>(
        &self,
        read: impl FnOnce(Box<dyn ReadTx>) -> BoxFuture<'static, Result<T, Problem>> + Send + 'static,
    ) -> Result<T, Problem> {
        let slot = self.feature::<LongReads>().slot().await?;
        self.read_with(Some(slot), read).await
    }

    /// Runs a read like [`Self::read_long`] if it may be long, and else at once.
    pub async fn read_maybe_long<T: Send + 'static>(
        &self,
        is_long: bool,
        read: impl FnOnce(Box<dyn ReadTx>) -> BoxFuture<'static, Result<T, Problem>> + Send + 'static,
    ) -> Result<T, Problem> {
        if is_long { self.read_long(read).await } else { read(self.storage.read().await?).await }
    }

    async fn read_with<T: Send + 'static>(
        &self,
        slot: Option<LongReadSlot>,
        read: impl FnOnce(Box<dyn ReadTx>) -> BoxFuture<'static, Result<T, Problem>> + Send + 'static,
    ) -> Result<T, Problem> {
        let storage = Arc::clone(&self.storage);
        let reading = apart(slot, async move { read(storage.read().await?).await });
        reading.await.unwrap_or_else(|panic| Err(Problem::internal(&panic)))
    }

    /// Makes a portion of a file on a thread apart, when its turn comes: a file that is being sent is not
    /// refused any more.
    pub async fn portion<T: Send + 'static>(&self, portion: impl Future<Output = T> + Send + 'static) -> T {
        let slot = self.feature::<LongReads>().turn().await;
        match apart(Some(slot), portion).await.map_err(JoinError::try_into_panic) {
            Ok(made) => made,
            Err(Ok(panic)) => resume_unwind(panic),
            // The runtime is shutting down, and this future with it.
            Err(Err(_)) => std::future::pending().await,
        }
    }
}

/// Runs a read on a thread apart. It keeps its place until it ends, also if nobody waits for it any more.
async fn apart<T: Send + 'static>(
    slot: Option<LongReadSlot>,
    read: impl Future<Output = T> + Send + 'static,
) -> Result<T, JoinError> {
    let runtime = Handle::current();
    let reading = spawn_blocking(move || {
        let _slot = slot;
        runtime.block_on(read)
    });
    reading.await
}
