//! The ledger writer: one task that makes all writes, many in one commit.
//!
//! Whoever wants to write hands a [`Command`] to [`Ledger::submit`] and awaits its answer. The writer takes whatever is
//! queued, and what is queued while it works, never waiting for more, runs one command after the other, commits once, and
//! only then answers. A refused command has written nothing, or goes back to a savepoint, and disturbs no other; neither does
//! one that is only rehearsed. The queue is bounded: when it is full, a command is refused at once and nothing is half done.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

use async_trait::async_trait;
use futures_util::FutureExt;
use rankledger_domain::ids::Ids;
use rankledger_domain::time::Clock;
use rankledger_storage::{Storage, StorageError};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use super::{OpError, Work};

/// Something to be written.
#[async_trait]
pub trait Command: Send + 'static {
    /// What is answered once it is durable.
    type Answer: Send + 'static;

    /// Whether it writes only after the last thing that it may refuse. Then it runs without a savepoint, which costs a copy of
    /// every page it changes; and if it fails after all while it writes, its whole group is not committed.
    const WRITES_LAST: bool = false;

    /// Writes it, or refuses. After an error nothing of it stays.
    async fn run(self, work: &mut Work<'_>) -> Result<Self::Answer, OpError>;
}

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

/// How much the writer has done.
#[derive(Debug, Default)]
pub struct LedgerStats {
    commands: AtomicU64,
    commits: AtomicU64,
}

impl LedgerStats {
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

/// Where commands are handed in.
#[derive(Clone)]
pub struct Ledger {
    queue: mpsc::Sender<Box<dyn Job>>,
    stats: Arc<LedgerStats>,
}

impl Ledger {
    /// Starts the writer on a thread of its own. It must be called within an async runtime.
    pub fn start(
        storage: Arc<dyn Storage>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        options: LedgerOptions,
    ) -> std::io::Result<(Self, Writer)> {
        let (queue, jobs) = mpsc::channel(options.queue);
        let (stop, stopped) = oneshot::channel();
        let stats = Arc::new(LedgerStats::default());
        let writer = GroupWriter { storage, clock, ids, stats: Arc::clone(&stats), limit: options.group };
        let runtime = Handle::current();
        let thread = std::thread::Builder::new()
            .name("ledger-writer".to_owned())
            .spawn(move || runtime.block_on(write_until_stopped(writer, jobs, stopped)))?;
        Ok((Self { queue, stats }, Writer { stop, thread }))
    }

    /// Writes `command` and answers when it is durable.
    pub async fn submit<C: Command>(&self, command: C) -> Result<C::Answer, OpError> {
        self.enqueue(command, true).await
    }

    /// Answers what `command` would be answered if it were submitted now, and keeps nothing of it.
    pub async fn rehearse<C: Command>(&self, command: C) -> Result<C::Answer, OpError> {
        self.enqueue(command, false).await
    }

    async fn enqueue<C: Command>(&self, command: C, is_kept: bool) -> Result<C::Answer, OpError> {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Pending { command: Some(command), is_kept, outcome: None, reply });
        self.queue.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => OpError::QueueFull,
            mpsc::error::TrySendError::Closed(_) => OpError::Closed,
        })?;
        answer.await.unwrap_or(Err(OpError::Closed))
    }

    /// How much the writer has done.
    #[must_use]
    pub fn stats(&self) -> &LedgerStats {
        &self.stats
    }

    /// Whether commands are taken.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.queue.is_closed()
    }
}

/// The writer's thread.
pub struct Writer {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Writer {
    /// Takes no more commands, finishes those that are queued, and ends. Blocks until then.
    pub fn stop(self) {
        // The writer may have ended by itself; then there is nobody to tell.
        let _ = self.stop.send(());
        if self.thread.join().is_err() {
            tracing::error!("the ledger writer ended by a panic");
        }
    }
}

async fn write_until_stopped(
    writer: GroupWriter,
    mut jobs: mpsc::Receiver<Box<dyn Job>>,
    mut stopped: oneshot::Receiver<()>,
) {
    let mut draining = false;
    loop {
        tokio::select! {
            first = jobs.recv() => match first {
                Some(first) => writer.write(first, &mut jobs).await,
                None => break,
            },
            _ = &mut stopped, if !draining => {
                jobs.close();
                draining = true;
            }
        }
    }
}

struct GroupWriter {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    stats: Arc<LedgerStats>,
    /// See [`LedgerOptions::group`].
    limit: usize,
}

impl GroupWriter {
    /// Writes a command, and whatever is queued before that is done, in one commit; then answers each.
    async fn write(&self, first: Box<dyn Job>, jobs: &mut mpsc::Receiver<Box<dyn Job>>) {
        let mut group = vec![first];
        match self.commit(&mut group, jobs).await {
            Ok(written) => {
                self.stats.commands.fetch_add(written, Ordering::Relaxed);
                self.stats.commits.fetch_add(u64::from(written > 0), Ordering::Relaxed);
                group.into_iter().for_each(Job::answer);
            }
            Err(error) => {
                tracing::error!(%error, commands = group.len(), "a group of commands could not be committed");
                group.into_iter().for_each(Job::fail);
            }
        }
    }

    /// Runs the group's commands, and those that are queued by then, and commits them. Answers how many have written.
    async fn commit(
        &self,
        group: &mut Vec<Box<dyn Job>>,
        jobs: &mut mpsc::Receiver<Box<dyn Job>>,
    ) -> Result<u64, StorageError> {
        let tx = self.storage.begin().await?;
        let mut work = Work::new(tx, self.ids.as_ref(), self.clock.now());
        let (mut taken, mut written) = (0, 0);
        while let Some(job) = group.get_mut(taken) {
            // Whoever does not wait any more has not been promised anything.
            if job.is_awaited() {
                written += u64::from(run(job.as_mut(), &mut work).await?);
            }
            taken += 1;
            if taken == group.len() && taken < self.limit {
                group.extend(jobs.try_recv());
            }
        }
        work.tx.commit().await?;
        Ok(written)
    }
}

/// Runs a command, behind a savepoint of its own if need be. Answers whether what it has written is kept.
async fn run(job: &mut dyn Job, work: &mut Work<'_>) -> Result<bool, StorageError> {
    if job.needs_savepoint() {
        work.savepoint().await?;
        let is_kept = job.run(work).await;
        if is_kept {
            work.keep_command().await?;
        } else {
            work.take_command_back().await?;
        }
        return Ok(is_kept);
    }
    let written_before = work.tx.rows_written();
    let is_kept = job.run(work).await;
    if !is_kept && work.tx.rows_written() != written_before {
        return Err(StorageError::HalfWritten);
    }
    Ok(is_kept)
}

/// A queued command, whatever its type.
#[async_trait]
trait Job: Send {
    fn is_awaited(&self) -> bool;

    /// Whether it may write something that is then taken back.
    fn needs_savepoint(&self) -> bool;

    /// Runs it and remembers the outcome. Answers whether what it has written is to be kept.
    async fn run(&mut self, work: &mut Work<'_>) -> bool;

    /// Sends the outcome, after the commit.
    fn answer(self: Box<Self>);

    /// Tells that the group was not committed; why, if it is this command's own fault.
    fn fail(self: Box<Self>);
}

struct Pending<C: Command> {
    command: Option<C>,
    /// Whether it is written if it succeeds; else it is only tried.
    is_kept: bool,
    outcome: Option<Result<C::Answer, OpError>>,
    reply: oneshot::Sender<Result<C::Answer, OpError>>,
}

#[async_trait]
impl<C: Command> Job for Pending<C> {
    fn is_awaited(&self) -> bool {
        !self.reply.is_closed()
    }

    fn needs_savepoint(&self) -> bool {
        !(C::WRITES_LAST && self.is_kept)
    }

    async fn run(&mut self, work: &mut Work<'_>) -> bool {
        let Some(command) = self.command.take() else { return false };
        let outcome = AssertUnwindSafe(command.run(work)).catch_unwind().await;
        let outcome = outcome.unwrap_or(Err(OpError::Panicked));
        let is_kept = self.is_kept && outcome.is_ok();
        self.outcome = Some(outcome);
        is_kept
    }

    fn answer(self: Box<Self>) {
        // Whoever stopped waiting meanwhile finds the change in the ledger.
        let _ = self.reply.send(self.outcome.unwrap_or(Err(OpError::NotCommitted)));
    }

    fn fail(self: Box<Self>) {
        let failure = match self.outcome {
            Some(Err(error @ (OpError::Storage(_) | OpError::Panicked))) => error,
            _ => OpError::NotCommitted,
        };
        let _ = self.reply.send(Err(failure));
    }
}
