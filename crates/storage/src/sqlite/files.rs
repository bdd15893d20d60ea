//! The files of a database: the file itself, and those that SQLite keeps beside it while it is open. They
//! hold signing keys, so they are made for their owner only.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, fcntl_lock};
use rustix::io::Errno;

use crate::{Result, StorageError};

/// The ends of the names of the files that belong to a database file, and to no other.
pub(super) const COMPANIONS: [&str; 3] = [WAL, SHM, "-journal"];

/// The end of the name of a write-ahead log.
pub(super) const WAL: &str = "-wal";

/// The end of the name of the index of a write-ahead log, which the programs share that have it open.
pub(super) const SHM: &str = "-shm";

/// Returns the path of a file beside a database, whose name ends with this.
pub(super) fn beside(database: &Path, end: &str) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(end);
    path.into()
}

/// Makes an empty file that only its owner may read and write. A file that is there stays as it is.
pub(super) fn make_private(path: &Path) -> io::Result<()> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match made {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Makes durable which files are in the folder of this one.
pub(super) fn sync_folder_of(path: &Path) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| failed(folder, &error))
}

/// Moves a file to another name in its folder.
pub(super) fn rename(from: &Path, to: &Path) -> Result<()> {
    std::fs::rename(from, to).map_err(|error| failed(from, &error))
}

/// Locks a database file so that no connection to it can be opened, until the value is dropped. `None` if
/// there is no such file. [`StorageError::InUse`] if a connection is open, of whatever program.
///
/// This process must have no connection to it: when the lock is dropped, the locks of that would go as well.
pub(super) fn lock_alone(database: &Path) -> Result<Option<File>> {
    let file = match OpenOptions::new().read(true).write(true).open(database) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(database, &error)),
    };
    // A connection to a database with a write-ahead log has a lock of the same kind as long as it is open.
    match fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(file)),
        Err(Errno::AGAIN | Errno::ACCESS) => Err(StorageError::InUse(database.to_owned())),
        Err(error) => Err(failed(database, &error.into())),
    }
}

/// Which file it is, and whether it was written to since: the numbers that change with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileState {
    file: (u64, u64),
    bytes: u64,
    written: (i64, i64),
}

impl FileState {
    /// `None` if there is no file.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let found = std::fs::metadata(path).ok()?;
        let (file, written) = ((found.dev(), found.ino()), (found.mtime(), found.mtime_nsec()));
        Some(Self { file, bytes: found.len(), written })
    }

    /// Its size.
    pub(super) fn bytes(self) -> u64 {
        self.bytes
    }

    /// Whether it is the same file, perhaps with other contents.
    pub(super) fn is_same_file(self, other: Self) -> bool {
        self.file == other.file
    }
}

/// The error for a file that an operation of the operating system failed on.
pub(super) fn failed(path: &Path, error: &io::Error) -> StorageError {
    StorageError::File { path: path.to_owned(), cause: error.to_string() }
}
