//! The embedded database: SQLite, in one file.
//!
//! One connection writes, others read. The file is in WAL mode, and the log is flushed to the disk before
//! anybody is told of a commit (`wal_flush.rs`), so that what was answered survives the loss of power.
//! `sql_tx.rs` runs the SQL that both databases share (see `sql/`); a noun has a file here where a measured
//! reason keeps it apart, and the file says which.

mod account_lists;
mod backup;
mod carry_over;
mod checkup;
mod codec;
mod connection;
mod disk_space;
mod examination;
mod file_identity;
mod file_stamp;
mod files;
mod history;
mod idempotency_keys;
mod migrations;
mod profiles;
mod rank_changes;
mod read_only;
mod restore;
mod sql_tx;
mod standings;
mod transfer;
mod tx;
mod wal_checkpoint;
mod wal_flush;
mod wal_stamps;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::api_key::KeyHash;
use rankledger_domain::credential::Credential;
use rusqlite::Connection;
use rusqlite::config::DbConfig;

pub use backup::{Copied, CopiedLedger, back_up};
pub use checkup::check_up;
pub use read_only::SqliteReadOnly;
pub use restore::{Restored, exists, restore};

use crate::cache::{Cache, EMBEDDED_ROOM};
use crate::communities::Community;
use crate::{HealthWarning, ReadTx, Result, Storage, StorageError, WriteTx};
use connection::WritingConnection;
use examination::Soundness;
use file_identity::FileIdentity;
use files::FileState;
use tx::SqliteTx;
use wal_checkpoint::WalCheckpointer;
use wal_flush::WalFlusher;

/// Read connections that are kept open while nobody needs them.
const IDLE_READERS: usize = 8;

/// A database file.
pub struct SqliteStorage {
    path: PathBuf,
    writer: Arc<tokio::sync::Mutex<WritingConnection>>,
    idle_readers: Arc<Mutex<Vec<Connection>>>,
    cache: Arc<Cache>,
    identity: FileIdentity,
    soundness: Arc<Soundness>,
    /// `None` if there is no write-ahead log here.
    wal_flusher: Option<WalFlusher>,
    wal_checkpointer: WalCheckpointer,
}

impl SqliteStorage {
    /// Opens the database in this file, making the file if there is none, and brings its schema up to date.
    ///
    /// Errors name the file and what to do: it cannot be opened or written, it is not a database of
    /// Rankledger, or it was written by a newer version, or it is to be filled by a copy that has not been
    /// finished.
    pub fn open(path: &Path) -> Result<Self> {
        Self::open_unless(path, transfer::refuse_unfinished)
    }

    /// Opens the database to be filled by a copy, or to go on with that.
    pub fn open_to_fill(path: &Path) -> Result<Self> {
        Self::open_unless(path, |_, _| Ok(()))
    }

    /// Opens the database for a command that writes. If its log holds commits and no program has it open, the
    /// one before did not end by itself: the database is examined first. [`StorageError::Damaged`] if it is
    /// not sound; nothing is changed then.
    pub fn open_to_change(path: &Path) -> Result<Self> {
        restore::finish(path)?;
        examination::refuse_damaged_unless_closed(path)?;
        Self::open(path)
    }

    /// Opens the database to serve it. If its log holds commits, the server before did not end by itself: the
    /// database is examined, beside reads, and takes writes once it is known to be sound.
    pub fn open_to_serve(path: &Path) -> Result<Self> {
        let was_closed = examination::was_closed(path);
        let storage = Self::open(path)?;
        if !was_closed {
            examination::start(&storage.soundness)?;
        }
        Ok(storage)
    }

    fn open_unless(path: &Path, refuse: impl FnOnce(&Connection, &Path) -> Result<()>) -> Result<Self> {
        restore::finish(path)?;
        file_stamp::refuse_foreign_log(path)?;
        let before = FileState::of(path);
        let conn = connection::open_writer(path)?;
        migrations::refuse_strangers(&conn, path)?;
        refuse(&conn, path)?;
        let mut writer = WritingConnection::new(conn, path)?;
        migrations::run(&mut writer, path)?;
        let wal_flusher =
            writer.wal().map(WalFlusher::start).transpose().map_err(|error| no_thread(&error))?;
        let writer = Arc::new(tokio::sync::Mutex::new(writer));
        let cache = Arc::new(Cache::new(EMBEDDED_ROOM));
        carry_over::run(&writer, &cache, path)?;
        let wal_checkpointer = WalCheckpointer::start(path, Arc::clone(&writer))?;
        let identity = FileIdentity::of(path)?;
        // A connection that was opened while the file was replaced writes to the old one.
        let is_same = |now: FileState| before.is_none_or(|before| before.is_same_file(now));
        if !FileState::of(path).is_some_and(is_same) {
            return Err(StorageError::Gone(path.to_owned()));
        }
        Ok(Self {
            path: path.to_owned(),
            writer,
            idle_readers: Arc::default(),
            cache,
            identity,
            soundness: Soundness::of(path),
            wal_flusher,
            wal_checkpointer,
        })
    }

    fn reader(&self) -> Result<Connection> {
        let idle = self.idle_readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| connection::open_reader(&self.path), Ok)
    }
}

impl Drop for SqliteStorage {
    /// SQLite moves the log into the file when the connection that writes is closed. That of a damaged
    /// database stays, so that the next start knows that it was not closed well, and examines it again.
    fn drop(&mut self) {
        if self.soundness.is_damaged()
            && let Ok(writer) = self.writer.try_lock()
        {
            // If the flag cannot be set, the damage is found by whoever meets it.
            let _ = writer.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        }
    }
}

#[async_trait]
impl Storage for SqliteStorage {
    async fn begin(&self) -> Result<Box<dyn WriteTx>> {
        let writer = Arc::clone(&self.writer).lock_owned().await;
        self.identity.check()?;
        self.soundness.check()?;
        writer.mend()?;
        Ok(Box::new(SqliteTx::begin(writer, Arc::clone(&self.cache), &self.soundness)?))
    }

    async fn read(&self) -> Result<Box<dyn ReadTx>> {
        self.identity.check_lately()?;
        let reader = tx::Reader::new(self.reader()?, Arc::clone(&self.idle_readers));
        Ok(Box::new(SqliteTx::read(reader, Arc::clone(&self.cache), &self.soundness)?))
    }

    async fn flush(&self) -> Result<()> {
        match &self.wal_flusher {
            Some(flusher) => flusher.flush().await,
            None => Ok(()),
        }
    }

    async fn health_warnings(&self, _now: Timestamp) -> Result<Vec<HealthWarning>> {
        let of_disk = disk_space::check_room(&self.path).outcome.err();
        let of_file = self.soundness.warning();
        Ok(of_file.into_iter().chain(of_disk).chain(self.wal_checkpointer.warning()).collect())
    }

    fn log_bytes(&self) -> Option<u64> {
        Some(self.wal_checkpointer.log_bytes())
    }

    /// One statement is its own view, and needs no transaction.
    async fn cached_credential(&self, key: &KeyHash) -> Option<(Credential, Community)> {
        let (revision, credential, community) = self.cache.credential_and_community(key)?;
        self.identity.check_lately().ok()?;
        let reader = tx::Reader::new(self.reader().ok()?, Arc::clone(&self.idle_readers));
        let now = reader.revision(credential.community).ok().flatten();
        (now == Some(revision)).then_some((credential, community))
    }
}

/// The error for a thread that cannot be started.
fn no_thread(error: &std::io::Error) -> StorageError {
    StorageError::Unavailable(format!("a thread cannot be started: {error}"))
}
