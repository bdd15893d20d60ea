//! The ledger writer: makes all writes, many in one commit.
//!
//! A caller hands a [`Command`] to [`Ledger::submit`] and awaits its answer. The writer takes the queued
//! commands, also those that are queued while it works, and never waits for more. It runs one command after
//! the other, commits once, and only then answers. A refused command has written nothing, or is rolled back
//! to a savepoint, and disturbs no other. The queue is bounded: when it is full, a command is refused at once
//! and nothing is half done.
//!
//! Where the storage lets communities be written to side by side, each has a lane of its own (see `lanes`),
//! and several writers work at once, each on lanes of its own.

mod lanes;
mod queued;
mod writer;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

use rankledger_domain::ids::Ids;
use rankledger_domain::time::Clock;
use rankledger_storage::Storage;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::clock_watch::ClockWatch;
use super::{Command, LedgerError, OpError};
use lanes::{Lanes, NotTaken};
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
        let writer = GroupWriter {
            storage,
            clock,
            ids,
            stats: Arc::clone(&stats),
            clock_watch: Arc::clone(&clock_watch),
            limit: options.group,
            requests: Handle::try_current().ok(),
        };
        // Of its own, so that it goes on while the threads that serve requests are busy.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let writing = writer::write_until_closed(writer, Arc::clone(&lanes), writers);
        let thread = std::thread::Builder::new()
            .name("ledger-writer".to_owned())
            .spawn(move || runtime.block_on(writing))?;
        Ok((Self { lanes: Arc::clone(&lanes), stats, clock_watch }, WriterThread { lanes, thread }))
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
        if self.thread.join().is_err() {
            tracing::error!("the ledger writer ended by a panic");
        }
    }
}
