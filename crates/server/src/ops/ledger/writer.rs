//! Writing groups of commands, each in one commit.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_util::future::join_all;
use rankledger_domain::ids::Ids;
use rankledger_domain::time::Clock;
use rankledger_storage::prefetch::Prefetch;
use rankledger_storage::{Storage, StorageError};
use tokio::runtime::Handle;

use super::LedgerStats;
use super::lanes::Claim;
use super::lanes::Lanes;
use super::queued::Queued;
use crate::ops::Work;
use crate::ops::clock_watch::ClockWatch;

/// Writes what is queued until the lanes are closed and empty, with so many writers.
pub(super) async fn write_until_closed(writer: GroupWriter, lanes: Arc<Lanes>, writers: usize) {
    join_all((0..writers.max(1)).map(|_| write_lanes(&writer, &lanes))).await;
}

async fn write_lanes(writer: &GroupWriter, lanes: &Lanes) {
    while let Some(mut claim) = lanes.claim(writer.limit).await {
        writer.write(&mut claim).await;
    }
}

/// The most commands of a group that is flushed to the disk by the writer itself.
const FEW: usize = 2;

/// A group that was committed.
struct Written {
    /// The commands that have written.
    commands: u64,
    /// Whether it is on the disk.
    is_durable: bool,
}

/// The parts that are needed to write a group.
pub(super) struct GroupWriter {
    pub(super) storage: Arc<dyn Storage>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<dyn Ids>,
    pub(super) stats: Arc<LedgerStats>,
    pub(super) clock_watch: Arc<ClockWatch>,
    /// See [`super::LedgerOptions::group`].
    pub(super) limit: usize,
    /// The runtime of the requests, if they have one.
    pub(super) requests: Option<Handle>,
}

impl GroupWriter {
    /// Writes the commands that are queued in these lanes, also those that arrive meanwhile, in one commit;
    /// then answers each.
    async fn write(&self, claim: &mut Claim<'_>) {
        let mut group = Vec::new();
        match self.commit(&mut group, claim).await {
            Ok(Written { commands, is_durable }) => {
                self.stats.commands.fetch_add(commands, Ordering::Relaxed);
                self.stats.commits.fetch_add(u64::from(commands > 0), Ordering::Relaxed);
                self.answer(group, is_durable);
            }
            Err(error) => {
                // The group failed before any command was taken: the queued ones would fail too.
                if group.is_empty() {
                    claim.take(&mut group, self.limit);
                }
                tracing::error!(%error, commands = group.len(), "a group of commands could not be committed");
                for job in group {
                    job.fail(&error);
                }
            }
        }
    }

    /// Answers the commands of a group that was committed, once that is durable. Threads that serve requests
    /// do it, if there are any: the next group is written meanwhile, and they wake their own tasks more
    /// cheaply than this thread would.
    fn answer(&self, group: Vec<Box<dyn Queued>>, is_durable: bool) {
        let Some(requests) = &self.requests else { return group.into_iter().for_each(Queued::answer) };
        let storage = Arc::clone(&self.storage);
        requests.spawn(async move {
            let flushed = if is_durable { Ok(()) } else { storage.flush().await };
            match flushed {
                Ok(()) => group.into_iter().for_each(Queued::answer),
                Err(error) => {
                    tracing::error!(%error, commands = group.len(), "a group of commands may not be on the disk");
                    for job in group {
                        job.fail(&error);
                    }
                }
            }
        });
    }

    /// Runs the commands of these lanes, and those that are queued by then, and commits them.
    async fn commit(
        &self,
        group: &mut Vec<Box<dyn Queued>>,
        claim: &mut Claim<'_>,
    ) -> Result<Written, StorageError> {
        if claim.is_of_one_lane() {
            // The writer may have to wait for this lane; taking its commands now makes room in the queue.
            claim.take(group, self.limit);
        }
        let mut tx = self.storage.begin().await?;
        let communities = claim.communities();
        let is_remote = communities.is_some();
        if let Some(communities) = communities {
            let free = tx.write_to(communities).await?;
            claim.keep(&free);
        }
        claim.take(group, self.limit);
        let mut work = Work::new(tx, self.ids.as_ref(), self.clock.now());
        let (mut taken, mut written) = (0, 0);
        while taken < group.len() {
            if is_remote {
                work.tx.prefetch(&wanted_by(&group[taken..])).await?;
            }
            for job in &mut group[taken..] {
                // A caller that no longer waits has not been promised anything.
                if job.is_awaited() {
                    written += u64::from(run(job.as_mut(), &mut work).await?);
                }
                taken += 1;
            }
            claim.take(group, self.limit);
        }
        // Where few wait, the disk may as well be waited for here: nobody else has anything for this thread.
        let is_durable = group.len() <= FEW || self.requests.is_none();
        let now = work.now;
        if is_durable {
            work.tx.commit().await?;
        } else {
            work.tx.commit_unflushed().await?;
        }
        if written > 0 {
            self.clock_watch.note(now, self.clock.elapsed());
        }
        Ok(Written { commands: written, is_durable })
    }
}

/// Returns what these commands will ask the storage for.
fn wanted_by(commands: &[Box<dyn Queued>]) -> Prefetch {
    let mut wanted = Prefetch::default();
    for job in commands {
        job.prefetch(&mut wanted);
    }
    wanted
}

/// Runs a command, behind a savepoint of its own if it needs one. Returns whether its writes are kept.
async fn run(job: &mut dyn Queued, work: &mut Work<'_>) -> Result<bool, StorageError> {
    if job.needs_savepoint() {
        work.tx.savepoint().await?;
        let is_kept = job.run(work).await;
        if is_kept {
            work.tx.release_savepoint().await?;
        } else {
            work.tx.rollback_to_savepoint().await?;
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
