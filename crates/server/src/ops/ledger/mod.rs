//! The ledger writer: makes all writes, many in one commit.
//!
//! A caller hands a [`Command`] to [`Ledger::submit`] and awaits its answer. The writer takes the queued
//! commands, also those that are queued while it works, and never waits for more. It runs one command after
//! the other, commits once, and only then answers. A refused command has written nothing, or is rolled back
//! to a savepoint, and disturbs no other. If a command spoils the transaction, all of its group are run
//! again, each kept apart, and those that can be carried out are. The queue is bounded: when it is full, a
//! command is refused at once and nothing is half done.
//!
//! Where the storage lets communities be written to side by side, each has a lane of its own (see `lanes`),
//! and several writers work at once, each on lanes of its own.

mod bell;
mod lanes;
mod last_commit;
mod queued;
mod running;
mod writer;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

use rankledger_domain::ids::Ids;
use rankledger_domain::time::Clock;
use rankledger_storage::{Storage, StorageError};
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};

use super::clock_watch::ClockWatch;
use super::{Command, LedgerError, OpError};
pub use bell::Bell;
use lanes::{Lanes, NotTaken};
use last_commit::LastCommit;
pub use last_commit::Outcome;
use queued::QueuedCommand;
use writer::GroupWriter;

/// How much the writer takes on.
#[derive(Debug, Clone, Copy)]
pub struct LedgerOptions {
    /// Commands that may wait.
    pub queue: usize,
    /// Commands that may share a commit.
    pub group: usize,
}

impl Default for LedgerOptions {
    fn default() -> Self {
        Self { queue: 1024, group: 256 }
    }
}

/// Counts of the writer's work.
#[derive(Debug, Default)]
pub struct LedgerStats {
    received: AtomicU64,
    commands: AtomicU64,
    commits: AtomicU64,
}

impl LedgerStats {
    /// Commands that were taken into the queue.
    #[must_use]
    pub fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// Commands that were written and committed.
    #[must_use]
    pub fn commands(&self) -> u64 {
        self.commands.load(Ordering::Relaxed)
    }

    /// Commits that had at least one command in them.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }
}

/// The handle through which commands are submitted.
#[derive(Clone)]
pub struct Ledger {
    lanes: Arc<Lanes>,
    stats: Arc<LedgerStats>,
    clock_watch: Arc<ClockWatch>,
    last_commit: Arc<LastCommit>,
    has_failed: watch::Receiver<bool>,
}

impl Ledger {
    /// Starts the writer on a thread of its own.
    pub fn start(
        storage: Arc<dyn Storage>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        options: LedgerOptions,
    ) -> std::io::Result<(Self, WriterThread)> {
        let writers = storage.writers();
        let lanes = Arc::new(Lanes::new(options.queue, storage.is_remote()));
        let (stats, clock_watch) = (Arc::new(LedgerStats::default()), Arc::new(ClockWatch::default()));
        let last_commit = Arc::new(LastCommit::default());
        let writer = GroupWriter {
            storage,
            clock,
            ids,
            stats: Arc::clone(&stats),
            clock_watch: Arc::clone(&clock_watch),
            last_commit: Arc::clone(&last_commit),
            limit: options.group,
            requests: Handle::try_current().ok(),
        };
        // Of its own, so that it goes on while the threads that serve requests are busy.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let writing = writer::write_until_closed(writer, Arc::clone(&lanes), writers);
        let (failed, has_failed) = watch::channel(false);
        let queue = Arc::clone(&lanes);
        let write = move || {
            if catch_unwind(AssertUnwindSafe(|| runtime.block_on(writing))).is_err() {
                tracing::error!("the ledger writer ended by a panic: no more commands are taken");
                queue.close();
                // The receiver may be gone.
                let _ = failed.send(true);
                queue.drain().into_iter().for_each(|job| job.fail(&StorageError::HalfWritten));
            }
        };
        let thread = std::thread::Builder::new().name("ledger-writer".to_owned()).spawn(write)?;
        let ledger = Self { lanes: Arc::clone(&lanes), stats, clock_watch, last_commit, has_failed };
        Ok((ledger, WriterThread { lanes, thread }))
    }

    /// Writes `command` and returns its output once that is durable.
    pub async fn submit<C: Command>(&self, command: C) -> Result<C::Output, OpError> {
        let (reply, output) = oneshot::channel();
        let community = command.community();
        let job = Box::new(QueuedCommand::new(command, reply));
        self.lanes.put(community, job).map_err(|why| match why {
            NotTaken::Full => LedgerError::QueueFull,
            NotTaken::Closed => LedgerError::Closed,
        })?;
        self.stats.received.fetch_add(1, Ordering::Relaxed);
        // No output comes if the writer ended by a panic, perhaps after the commit.
        output.await.unwrap_or(Err(LedgerError::OutcomeUnknown.into()))
    }

    /// Returns the counts of the writer's work.
    #[must_use]
    pub fn stats(&self) -> &LedgerStats {
        &self.stats
    }

    /// Returns the watch over the times that are recorded.
    #[must_use]
    pub fn clock_watch(&self) -> &ClockWatch {
        &self.clock_watch
    }

    /// Returns the outcome of the last commit in which something was written. `None` if there was none yet.
    #[must_use]
    pub fn last_commit(&self) -> Option<Outcome> {
        self.last_commit.outcome()
    }

    /// Returns a bell that rings after each commit of this server from now on, once it is durable.
    #[must_use]
    pub fn bell(&self) -> Bell {
        Bell::new(self.last_commit.durable())
    }

    /// Whether the writer has ended by a panic. Then no more commands are taken.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        *self.has_failed.borrow()
    }

    /// Waits until the writer has ended by a panic; for ever, if it never does.
    pub async fn failed(&self) {
        let mut has_failed = self.has_failed.clone();
        if has_failed.wait_for(|failed| *failed).await.is_err() {
            // It has ended as it should.
            std::future::pending::<()>().await;
        }
    }

    /// Whether commands are taken.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.lanes.is_closed()
    }
}

/// The writer's thread.
pub struct WriterThread {
    lanes: Arc<Lanes>,
    thread: JoinHandle<()>,
}

impl WriterThread {
    /// Takes no more commands, finishes those that are queued, and ends. Blocks until then.
    pub fn stop(self) {
        self.lanes.close();
        // A panic of the writer is caught and told within its thread.
        let _ = self.thread.join();
    }
}
