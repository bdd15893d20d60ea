//! A database that is only read: nothing is written to its file, and no file is left beside it. So it may be
//! in a folder that nobody may write to, and belong to somebody else.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use rusqlite::Connection;

use super::examination::Soundness;
use super::files::{FileState, SHM, WAL, beside};
use super::tx::{self, SqliteTx};
use super::{connection, file_stamp, migrations, restore, transfer};
use crate::cache::{Cache, EMBEDDED_ROOM};
use crate::{ReadTx, Result, Storage, StorageError, WriteTx};

/// A database file that is only read.
pub struct SqliteReadOnly {
    path: PathBuf,
    way: Way,
    opened: Opened,
    idle_readers: Arc<Mutex<Vec<Connection>>>,
    cache: Arc<Cache>,
    soundness: Arc<Soundness>,
}

/// The way in which a file can be read without a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// With SQLite's locks, as others that have it open do.
    Shared,
    /// Nobody has it open, and all is in the file: it is read without locks.
    FileAlone,
    /// Nobody has it open, and the write-ahead log beside it belongs to it: both are read without locks, with
    /// an index of the log in memory.
    FileAndLog,
}

impl Way {
    pub(super) fn of(path: &Path) -> Self {
        let log = FileState::of(&beside(path, WAL));
        let is_shared = beside(path, SHM).exists();
        match log {
            _ if beside(path, "-journal").exists() => Self::Shared,
            Some(_) if is_shared => Self::Shared,
            Some(log) if log.bytes() > 0 => Self::FileAndLog,
            _ => Self::FileAlone,
        }
    }
}

/// The files as they were when they were opened.
struct Opened {
    file: FileState,
    /// `None` unless it is read without locks.
    log: Option<FileState>,
}

impl Opened {
    fn now(path: &Path, way: Way) -> Option<Self> {
        let log = (way == Way::FileAndLog).then(|| FileState::of(&beside(path, WAL))).flatten();
        Some(Self { file: FileState::of(path)?, log })
    }
}

impl SqliteReadOnly {
    /// Opens the database in this file.
    ///
    /// Errors name the file and what to do: there is none, it cannot be read, it is not a database of
    /// Rankledger, or it was written by another version. [`StorageError::Older`] if it has to be brought up
    /// to date first.
    pub fn open(path: &Path) -> Result<Self> {
        let storage = Self::open_any(path)?;
        let conn = storage.reader()?;
        let (found, known) = (migrations::newest_found(&conn, path)?, migrations::newest_known());
        if found < known {
            return Err(StorageError::Older { database: path.display().to_string(), found, known });
        }
        Ok(storage)
    }

    /// Opens it, also if it was written by an older version.
    pub(super) fn open_any(path: &Path) -> Result<Self> {
        restore::refuse_unfinished(path)?;
        file_stamp::refuse_foreign_log(path)?;
        let way = Way::of(path);
        let opened = Opened::now(path, way).ok_or_else(|| no_file(path))?;
        let (idle_readers, cache) = (Arc::default(), Arc::new(Cache::new(EMBEDDED_ROOM)));
        let soundness = Soundness::of(path);
        let storage = Self { path: path.to_owned(), way, opened, idle_readers, cache, soundness };
        let conn = storage.reader()?;
        migrations::refuse_strangers(&conn, path)?;
        transfer::refuse_unfinished(&conn, path)?;
        Ok(storage)
    }

    /// The mode of its journal: `wal` for a write-ahead log. `None` if nobody has the file open and it had
    /// none when it was closed, like a backup.
    pub(super) fn journal_mode(&self, conn: &Connection) -> rusqlite::Result<Option<String>> {
        if self.way != Way::FileAlone {
            return conn.pragma_query_value(None, "journal_mode", |row| row.get(0)).map(Some);
        }
        // A connection that reads the file alone does not ask for the mode that the file notes.
        let mut head = [0; 19];
        let read = File::open(&self.path).and_then(|mut file| file.read_exact(&mut head));
        Ok((read.is_ok() && head[18] == 2).then(|| "wal".to_owned()))
    }

    /// A connection to it.
    pub(super) fn reader(&self) -> Result<Connection> {
        let idle = self.idle_readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| connection::open_to_read(&self.path, self.way), Ok)
    }

    /// Refuses to go on if the file is another one by now; or if somebody has written to it, where it is read
    /// without locks.
    fn check(&self) -> Result<()> {
        let now = Opened::now(&self.path, self.way);
        let now = now.filter(|now| now.file.is_same_file(self.opened.file));
        let now = now.ok_or_else(|| StorageError::Gone(self.path.clone()))?;
        let is_same = now.file == self.opened.file && now.log == self.opened.log;
        if self.way == Way::Shared || is_same {
            Ok(())
        } else {
            Err(StorageError::Changed(self.path.clone()))
        }
    }
}

#[async_trait]
impl Storage for SqliteReadOnly {
    /// [`StorageError::ReadOnly`].
    async fn begin(&self) -> Result<Box<dyn WriteTx>> {
        Err(StorageError::ReadOnly(self.path.clone()))
    }

    /// [`StorageError::Changed`] if somebody has written to it since it was opened, and reads of before may
    /// have been wrong.
    async fn read(&self) -> Result<Box<dyn ReadTx>> {
        self.check()?;
        let reader = tx::Reader::new(self.reader()?, Arc::clone(&self.idle_readers));
        Ok(Box::new(SqliteTx::read(reader, Arc::clone(&self.cache), &self.soundness)?))
    }

    fn is_read_only(&self) -> bool {
        true
    }
}

/// The error for a file that is not there.
fn no_file(path: &Path) -> StorageError {
    StorageError::Open {
        database: path.display().to_string(),
        cause: "there is no such file".to_owned(),
        advice: "Name another one",
    }
}
