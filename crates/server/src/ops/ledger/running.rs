//! Running the commands of a group in a transaction: together, or each kept apart from the others.

use rankledger_storage::StorageError;
use rankledger_storage::prefetch::Prefetch;

use super::queued::Queued;
use crate::ops::Work;

/// Returns what these commands will ask the storage for.
pub(super) fn wanted_by(commands: &[Box<dyn Queued>]) -> Prefetch {
    let mut wanted = Prefetch::default();
    for job in commands {
        job.prefetch(&mut wanted);
    }
    wanted
}

/// Runs a command, behind a savepoint of its own if it needs one. Returns whether its writes are kept. An
/// error is that of the whole transaction.
pub(super) async fn run(job: &mut dyn Queued, work: &mut Work<'_>) -> Result<bool, StorageError> {
    if job.needs_savepoint() {
        return run_behind_savepoint(job, work).await;
    }
    let written_before = work.tx.rows_written();
    let is_kept = job.run(work).await?;
    if !is_kept && (work.tx.rows_written() != written_before || !work.tx.is_intact()) {
        return Err(StorageError::HalfWritten);
    }
    Ok(is_kept)
}

/// Runs a command behind a savepoint of its own. In a transaction that isolates its savepoints, a failure
/// while its writes are sent is its own, too.
pub(super) async fn run_behind_savepoint(
    job: &mut dyn Queued,
    work: &mut Work<'_>,
) -> Result<bool, StorageError> {
    work.tx.savepoint().await?;
    let mut is_kept = job.run(work).await?;
    if is_kept {
        match work.tx.release_savepoint().await {
            Ok(()) => return Ok(true),
            Err(error) if error.concerns_everybody() => return Err(error),
            Err(error) => job.blame(error),
        }
        is_kept = false;
    }
    work.tx.rollback_to_savepoint().await?;
    if work.tx.is_intact() { Ok(is_kept) } else { Err(StorageError::HalfWritten) }
}
