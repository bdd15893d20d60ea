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

/// Writes what is queued until the lanes are closed and empty, with so many writers.
pub(super) async fn write_until_closed(writer: GroupWriter, lanes: Arc<Lanes>, writers: usize) {
    join_all((0..writers.max(1)).map(|_| write_lanes(&writer, &lanes))).await;
}

async fn write_lanes(writer: &GroupWriter, lanes: &Lanes) {
    while let Some(mut claim) = lanes.claim(writer.limit).await {
        writer.write(&mut claim).await;
    }
}

/// The parts that are needed to write a group.
pub(super) struct GroupWriter {
    pub(super) storage: Arc<dyn Storage>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<dyn Ids>,
    pub(super) stats: Arc<LedgerStats>,
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
            Ok(written) => {
                self.stats.commands.fetch_add(written, Ordering::Relaxed);
                self.stats.commits.fetch_add(u64::from(written > 0), Ordering::Relaxed);
                self.answer(group);
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

    /// Answers the commands of a group that was committed. A thread that serves requests does it, if there is
    /// one: it wakes its own tasks more cheaply than this thread would, which can go on with the next group.
    fn answer(&self, group: Vec<Box<dyn Queued>>) {
        let answer = move || group.into_iter().for_each(Queued::answer);
        match &self.requests {
            Some(requests) => drop(requests.spawn(async { answer() })),
            None => answer(),
        }
    }

    /// Runs the commands of these lanes, and those that are queued by then, and commits them. Returns the
    /// number of commands that have written.
    async fn commit(
        &self,
        group: &mut Vec<Box<dyn Queued>>,
        claim: &mut Claim<'_>,
    ) -> Result<u64, StorageError> {
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
        work.tx.commit().await?;
        Ok(written)
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
