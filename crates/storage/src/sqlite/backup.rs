//! A backup: a copy of a database in one file, taken while others write to it, and checked before it gets its
//! name.
//!
//! `VACUUM INTO` reads one moment of the database in one transaction, so that it never has to begin anew and
//! holds up nobody who writes (SQLite's page by page backup does begin anew, whenever another process has
//! committed). Deleted rows are not copied. The copy needs no file beside it, and can be read where nobody
//! may write.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use futures_util::FutureExt as _;
use jiff::Timestamp;
use rankledger_domain::ids::ChangeNumber;
use rusqlite::{Connection, ErrorCode};

use super::files::{COMPANIONS, beside, failed, rename, sync_folder_of};
use super::read_only::SqliteReadOnly;
use super::{connection, file_stamp, migrations};
use crate::transfer::chain;
use crate::{ReadTx, Result, Storage as _, StorageError};

/// The end of the name of a copy that is not finished. One that was cut off is overwritten by the next.
const PARTIAL: &str = ".partial";

/// A copy of a database, which was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Its size.
    pub bytes: u64,
    /// The end of the ledger of each community. `None` if it was written by an older version of this program,
    /// so that only the file itself could be checked.
    pub ledgers: Option<Vec<CopiedLedger>>,
    /// The time of the newest change of all. `None` if there is none, or that is not known.
    pub newest: Option<Timestamp>,
}

/// The end of a ledger in a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedLedger {
    /// The public id of the community.
    pub community: String,
    /// Its last change; 0 if there is none.
    pub last: ChangeNumber,
}

/// Copies the database in one file to another file, which must not be there, and checks the copy: its pages,
/// and the hash chain of every community. It appears under its name when all that is done and on the disk.
/// Others may read and write the database meanwhile; what they commit after the beginning is not in the copy.
///
/// This takes as long as reading and writing the whole database does.
pub fn back_up(database: &Path, to: &Path) -> Result<Copied> {
    refuse_existing(to)?;
    let partial = Partial::begin(to)?;
    let copied = partial.fill_from(database)?;
    refuse_existing(to)?;
    partial.finish(to)?;
    Ok(copied)
}

/// Refuses to overwrite a file, or to put one beside a log that is not its own.
fn refuse_existing(to: &Path) -> Result<()> {
    let ends = std::iter::once("").chain(COMPANIONS);
    let there = ends.map(|end| beside(to, end)).find(|path| path.symlink_metadata().is_ok());
    there.map_or(Ok(()), |path| {
        Err(StorageError::File { path, cause: "it is there already: name another file".to_owned() })
    })
}

/// A copy that is not finished. It is removed if this is dropped before [`Partial::finish`].
pub(super) struct Partial {
    path: PathBuf,
    /// Locked, so that no other process writes to the same copy.
    file: File,
    is_finished: bool,
}

impl Partial {
    /// Makes the file for a copy that is to have this name in the end.
    pub(super) fn begin(to: &Path) -> Result<Self> {
        let path = beside(to, PARTIAL);
        let mut options = OpenOptions::new();
        // Emptied below, once nobody else is known to write to it.
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let file = options.open(&path).map_err(|error| failed(&path, &error))?;
        let is_ours = match file.try_lock() {
            Ok(()) => is_at(&file, &path),
            Err(TryLockError::WouldBlock) => false,
            Err(TryLockError::Error(error)) => return Err(failed(&path, &error)),
        };
        if !is_ours {
            let cause = "another process is writing this copy: wait until it has ended".to_owned();
            return Err(StorageError::File { path, cause });
        }
        file.set_len(0).map_err(|error| failed(&path, &error))?;
        Ok(Self { path, file, is_finished: false })
    }

    /// Copies a database into it, and checks the copy. It is on the disk then.
    pub(super) fn fill_from(&self, database: &Path) -> Result<Copied> {
        let source = SqliteReadOnly::open_any(database)?.reader()?;
        let into = self.path.to_str().ok_or_else(|| {
            failed(&self.path, &io::Error::other("a name that is not UTF-8 cannot be used for a copy"))
        })?;
        source.execute("VACUUM INTO ?1", [into]).map_err(|error| self.copy_error(database, &error))?;
        drop(source);
        file_stamp::renew_in_copy(&self.path)?;
        let copied = self.check(database)?;
        self.file.sync_all().map_err(|error| failed(&self.path, &error))?;
        Ok(copied)
    }

    /// Gives the copy its name, in place of whatever has it.
    pub(super) fn finish(mut self, to: &Path) -> Result<()> {
        rename(&self.path, to)?;
        self.is_finished = true;
        sync_folder_of(to)
    }

    /// Its owner and its group.
    pub(super) fn owned_by(&self, owner: u32, group: u32) -> Result<()> {
        std::os::unix::fs::fchown(&self.file, Some(owner), Some(group))
            .map_err(|error| failed(&self.path, &error))
    }

    fn check(&self, database: &Path) -> Result<Copied> {
        let damaged = |fault: String| StorageError::Damaged { database: name(database), fault };
        let storage = SqliteReadOnly::open_any(&self.path)?;
        let conn = storage.reader()?;
        let found = quick_check(&conn).map_err(|error| connection::cannot_open(&self.path, &error))?;
        found.map_or(Ok(()), |fault| Err(damaged(fault)))?;
        let bytes = self.file.metadata().map_err(|error| failed(&self.path, &error))?.len();
        if migrations::newest_found(&conn, &self.path)? < migrations::newest_known() {
            return Ok(Copied { bytes, ledgers: None, newest: None });
        }
        let fault = at_once(chain::first_fault(&storage))?;
        fault.map_or(Ok(()), |fault| Err(damaged(fault.to_string())))?;
        let mut tx = at_once(storage.read())?;
        let (ledgers, newest) = at_once(ends(tx.as_mut()))?;
        Ok(Copied { bytes, ledgers: Some(ledgers), newest })
    }

    fn copy_error(&self, database: &Path, error: &rusqlite::Error) -> StorageError {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                StorageError::Damaged { database: name(database), fault: error.to_string() }
            }
            Some(ErrorCode::DiskFull) => failed(&self.path, &io::Error::other("the disk is full: make room")),
            _ => failed(&self.path, &io::Error::other(error.to_string())),
        }
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.is_finished {
            // The next copy of this name overwrites it.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// The first fault in the pages of a database. `None` if there is none.
pub(super) fn quick_check(conn: &Connection) -> rusqlite::Result<Option<String>> {
    let found: String = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok((found != "ok").then_some(found))
}

/// The last change of each community, and the time of the newest.
async fn ends(tx: &mut dyn ReadTx) -> Result<(Vec<CopiedLedger>, Option<Timestamp>)> {
    let mut ledgers = Vec::new();
    for community in tx.communities().await? {
        let last = tx.ledger_head(community.id).await?.number;
        ledgers.push(CopiedLedger { community: community.public_id, last });
    }
    Ok((ledgers, tx.latest_head().await?.map(|newest| newest.at)))
}

/// Whether this path leads to this open file.
fn is_at(file: &File, path: &Path) -> bool {
    let ids = |found: std::fs::Metadata| (found.dev(), found.ino());
    file.metadata().is_ok_and(|opened| path.metadata().is_ok_and(|there| ids(opened) == ids(there)))
}

fn name(database: &Path) -> String {
    database.display().to_string()
}

/// Runs what never waits: a database that is only read answers at once.
fn at_once<T>(work: impl Future<Output = T>) -> T {
    work.now_or_never().expect("a database that is only read does not wait")
}
