//! Bringing a backup back. After a kill at any moment the database is the old one or the new one.
//!
//! The backup is copied and checked beside the database, on the same disk. Then it gets a name of its own
//! there: from that moment on the new state counts, and whoever opens the database first moves the files of
//! the old one aside and the new one into their place. A file of the old one (its log!) is never beside the
//! new one while that has the name of the database.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::backup::{Copied, Partial};
use super::files::{COMPANIONS, beside, failed, lock_alone, rename, sync_folder_of};
use crate::{Result, StorageError};

/// The end of the name of a backup that is to take the place of the database.
const ARRIVED: &str = "-restore";

/// A backup that was brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What was brought back.
    pub copied: Copied,
    /// Where the old database is now, with its log beside it. `None` if there was none.
    pub put_aside: Option<PathBuf>,
}

/// Puts the database in the file `from` in the place of `database`, which need not be there. `from` and what
/// is beside it stay as they are.
///
/// [`StorageError::InUse`] if a program has the database open. [`StorageError::Damaged`] if `from` is damaged
/// or its history is not whole: nothing is changed then.
pub fn restore(from: &Path, database: &Path) -> Result<Restored> {
    if let (Ok(from_file), Ok(to_file)) = (from.canonicalize(), database.canonicalize())
        && from_file == to_file
    {
        let cause = "it is the database itself: name a backup of it".to_owned();
        return Err(StorageError::File { path: from.to_owned(), cause });
    }
    finish(database)?;
    let arrived = beside(database, ARRIVED);
    let partial = Partial::begin(&arrived)?;
    // Told before a long copy, and found out once more below.
    drop(lock_alone(database)?);
    let copied = partial.fill_from(from)?;
    if let Ok(old) = database.metadata() {
        partial.owned_by(old.uid(), old.gid())?;
    }
    let lock = lock_alone(database)?;
    partial.finish(&arrived)?;
    let put_aside = move_in(&arrived, database)?;
    drop(lock);
    Ok(Restored { copied, put_aside })
}

/// Whether there is a database in this file, or will be when it is opened: a restore may have been cut off
/// between moving the old one aside and the new one in.
#[must_use]
pub fn exists(database: &Path) -> bool {
    database.exists() || beside(database, ARRIVED).exists()
}

/// Finishes a restore that was cut off once the new state counted.
pub(super) fn finish(database: &Path) -> Result<()> {
    let arrived = beside(database, ARRIVED);
    if arrived.exists() {
        let _lock = lock_alone(database)?;
        move_in(&arrived, database)?;
    }
    Ok(())
}

/// Refuses to read a database that a restore was about to replace.
pub(super) fn refuse_unfinished(database: &Path) -> Result<()> {
    if beside(database, ARRIVED).exists() {
        return Err(StorageError::Open {
            database: database.display().to_string(),
            cause: "a restore was cut off".to_owned(),
            advice: "Start `rankledger serve`, or run `rankledger restore` again: that finishes it",
        });
    }
    Ok(())
}

/// Moves the files of the old database aside and the new one into their place. Returns where the old one is
/// now. Where this is cut off it can be done again.
fn move_in(arrived: &Path, database: &Path) -> Result<Option<PathBuf>> {
    let aside = aside(arrived, database)?;
    // The database last: as long as it is in its place, its log is to be moved, too.
    for end in COMPANIONS.into_iter().chain([""]) {
        let (old, new) = (beside(database, end), beside(&aside, end));
        if old.symlink_metadata().is_ok() {
            if new.symlink_metadata().is_ok() {
                let cause = format!("{} is to be put aside under this name: move it away", old.display());
                return Err(StorageError::File { path: new, cause });
            }
            rename(&old, &new)?;
        }
    }
    sync_folder_of(database)?;
    rename(arrived, database)?;
    sync_folder_of(database)?;
    Ok(aside.exists().then_some(aside))
}

/// The name under which the old database is kept: by the time at which the new one was written, which stays
/// the same however often this is begun.
fn aside(arrived: &Path, database: &Path) -> Result<PathBuf> {
    let written = arrived.metadata().and_then(|found| found.modified());
    let written = written.map_err(|error| failed(arrived, &error))?;
    let written = Timestamp::try_from(written).unwrap_or(Timestamp::UNIX_EPOCH);
    let written = written.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%S%.6f");
    Ok(beside(database, &format!(".before-{written}")))
}
