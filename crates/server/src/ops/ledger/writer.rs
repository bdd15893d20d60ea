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
use super::lanes::{Claim, Lanes};
use super::last_commit::LastCommit;
use super::queued::Queued;
use super::running::{run, run_behind_savepoint, wanted_by};
use crate::ops::clock_watch::ClockWatch;
use crate::ops::{LedgerError, Work};

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
    pub(super) last_commit: Arc<LastCommit>,
    /// See [`super::LedgerOptions::group`].
    pub(super) limit: usize,
    /// The runtime of the requests, if they have one.
    pub(super) requests: Option<Handle>,
}

impl GroupWriter {
    /// Writes the commands that are queued in these lanes, also those that arrive meanwhile, in one commit;
    /// then answers each. If that fails by a single command, the others are committed without it.
    async fn write(&self, claim: &mut Claim<'_>) {
        let mut group = Vec::new();
        let mut written = self.commit(&mut group, claim).await;
        if let Err(error) = &written
            && Self::can_be_rescued(&group, error)
        {
            written = self.commit_apart(&mut group, claim).await;
        }
        match written {
            Err(error) if group.len() > 1 && Self::can_be_rescued(&group, &error) => {
                for job in group {
                    let mut alone = vec![job];
                    let written = self.commit_apart(&mut alone, claim).await;
                    self.finish(alone, written);
                }
            }
            written => {
                // The group failed before any command was taken: the queued ones would fail too.
                if written.is_err() && group.is_empty() {
                    claim.take(&mut group, self.limit);
                }
                self.finish(group, written);
            }
        }
    }

    /// Whether some of a group that failed may be committed without the others, or it can be found out which
    /// of them is to blame.
    fn can_be_rescued(group: &[Box<dyn Queued>], error: &StorageError) -> bool {
        let (mut was_run, mut can_succeed) = (false, false);
        for job in group {
            was_run |= job.was_run();
            can_succeed |= !job.has_failed();
        }
        let can_be = was_run && can_succeed && !error.concerns_everybody();
        if can_be {
            let commands = group.len();
            tracing::warn!(%error, commands, "a group of commands failed: it is run again, each command apart");
        }
        can_be
    }

    /// Answers the commands of a group that was committed, or tells each why it was not.
    fn finish(&self, group: Vec<Box<dyn Queued>>, written: Result<Written, StorageError>) {
        match written {
            Ok(Written { commands, is_durable }) => {
                self.stats.commands.fetch_add(commands, Ordering::Relaxed);
                self.stats.commits.fetch_add(u64::from(commands > 0), Ordering::Relaxed);
                self.answer(group, commands > 0, is_durable);
            }
            Err(error) => {
                tracing::error!(%error, commands = group.len(), "a group of commands could not be committed");
                self.last_commit.note(self.clock.elapsed(), Err(LedgerError::of_group(&error)));
                for job in group {
                    job.fail(&error);
                }
            }
        }
    }

    /// Answers the commands of a group that was committed, once that is durable. Threads that serve requests
    /// do it, if there are any: the next group is written meanwhile, and they wake their own tasks more
    /// cheaply than this thread would.
    fn answer(&self, group: Vec<Box<dyn Queued>>, has_written: bool, is_durable: bool) {
        let (clock, last_commit) = (Arc::clone(&self.clock), Arc::clone(&self.last_commit));
        let note = move |result| last_commit.note(clock.elapsed(), result);
        let Some(requests) = &self.requests else {
            if has_written {
                note(Ok(()));
            }
            return group.into_iter().for_each(Queued::answer);
        };
        let storage = Arc::clone(&self.storage);
        requests.spawn(async move {
            let flushed = if is_durable { Ok(()) } else { storage.flush().await };
            match flushed {
                Ok(()) => {
                    if has_written {
                        note(Ok(()));
                    }
                    group.into_iter().for_each(Queued::answer);
                }
                Err(error) => {
                    tracing::error!(%error, commands = group.len(), "a group of commands may not be on the disk");
                    note(Err(LedgerError::of_group(&error)));
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
        self.end(work, group.len(), written).await
    }

    /// Runs the commands of a group that has failed again, each kept apart from the others, and commits those
    /// that succeed.
    async fn commit_apart(
        &self,
        group: &mut [Box<dyn Queued>],
        claim: &Claim<'_>,
    ) -> Result<Written, StorageError> {
        let tx = self.storage.begin().await?;
        let mut work = Work::new(tx, self.ids.as_ref(), self.clock.now());
        work.tx.isolate_savepoints();
        if let Some(communities) = claim.communities() {
            work.tx.prefetch(&Prefetch { communities, ..Prefetch::default() }).await?;
        }
        let mut written = 0;
        for job in group.iter_mut().filter(|job| job.is_awaited()) {
            written += u64::from(run_behind_savepoint(job.as_mut(), &mut work).await?);
        }
        self.end(work, group.len(), written).await
    }

    /// Commits what so many commands of a group have written.
    async fn end(&self, work: Work<'_>, group: usize, written: u64) -> Result<Written, StorageError> {
        // Where few wait, the disk may as well be waited for here: nobody else has anything for this thread.
        let is_durable = group <= FEW || self.requests.is_none();
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
