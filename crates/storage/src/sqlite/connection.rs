//! Opening connections, and what each is set to.

use std::ffi::OsString;
use std::ops::{Deref, DerefMut};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rankledger_domain::ids::RankId;
use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::codec::Id;
use super::files::make_private;
use super::read_only::Way;
use super::wal_flush::Wal;
use crate::{Result, StorageError, grants_bytes};

/// How long to wait for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// How often a connection that waits looks whether the database is free. SQLite's own timeout comes to look
/// every 100 ms only, and then misses the moments between the transactions of a process that writes one after
/// the other, as an import does.
const BUSY_PERIOD: Duration = Duration::from_millis(1);

/// More than there are statements in this crate, so that none is prepared twice on a connection.
const CACHED_STATEMENTS: usize = 128;

/// The page cache of the connection that writes, in KiB below zero as SQLite wants it.
const WRITER_CACHE: i64 = -4000;

/// The page cache of the connection that writes, while thousands of rows are written: pages that do not fit
/// are written to the log before the commit, read again from there, and written once more.
const ROOMY_WRITER_CACHE: i64 = -64_000;

/// The page cache of a connection that reads. SQLite empties it whenever somebody has written, so more would
/// not be used.
const READER_CACHE: i64 = -1000;

/// The connection that writes.
pub(super) struct WritingConnection {
    conn: Connection,
    /// The write-ahead log. `None` if there is none here: SQLite then flushes within the commit.
    wal: Option<Arc<Wal>>,
    /// Whether it has the larger page cache.
    is_roomy: bool,
}

impl WritingConnection {
    /// Sets a connection up to write, once it is known that the file is ours.
    pub(super) fn new(conn: Connection, path: &Path) -> Result<Self> {
        let has_wal = set_up_writer(&conn).map_err(|error| cannot_open(path, &error))?;
        Ok(Self { conn, wal: has_wal.then(|| Arc::new(Wal::of(path))), is_roomy: false })
    }

    /// The write-ahead log, if there is one.
    pub(super) fn wal(&self) -> Option<Arc<Wal>> {
        self.wal.clone()
    }

    /// Makes durable what was committed before. [`StorageError::Unsettled`] if that fails.
    pub(super) fn flush(&self) -> Result<()> {
        self.wal.as_ref().map_or(Ok(()), |wal| wal.flush())
    }

    /// Mends what a failed flush has left in doubt: moves the whole log into the database file, which is
    /// flushed as well. [`StorageError::Unsettled`] as long as that does not succeed.
    pub(super) fn mend(&self) -> Result<()> {
        let Some(wal) = self.wal.as_ref().filter(|wal| wal.has_failed()) else { return Ok(()) };
        let moved = self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0));
        match moved {
            Ok(false) => {
                wal.mended();
                Ok(())
            }
            Ok(true) | Err(_) => Err(StorageError::Unsettled),
        }
    }

    /// Gives it the larger page cache, or takes it away. What is cached stays as long as it fits.
    pub(super) fn make_roomy(&mut self, is_roomy: bool) -> rusqlite::Result<()> {
        if self.is_roomy != is_roomy {
            let size = if is_roomy { ROOMY_WRITER_CACHE } else { WRITER_CACHE };
            self.conn.pragma_update(None, "cache_size", size)?;
            self.is_roomy = is_roomy;
        }
        Ok(())
    }
}

impl Deref for WritingConnection {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.conn
    }
}

impl DerefMut for WritingConnection {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.conn
    }
}

/// Opens the connection that is to write, making the file if there is none. Nothing is changed in a file that
/// is there.
pub(super) fn open_writer(path: &Path) -> Result<Connection> {
    // SQLite would let others read it. A folder that is missing is told of below.
    let _ = make_private(path);
    open(path, path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)
}

/// Returns whether the database has a write-ahead log.
fn set_up_writer(conn: &Connection) -> rusqlite::Result<bool> {
    let mode: String = conn.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        tracing::warn!(
            mode,
            "the database does not support a write-ahead log here: reads will wait for writes"
        );
    }
    // With a write-ahead log commits are flushed by ourselves: see wal_flush.rs.
    let has_wal = mode == "wal";
    conn.pragma_update(None, "synchronous", if has_wal { "NORMAL" } else { "FULL" })?;
    // WAL checkpoints are made beside the writer, not in the commit of whoever is unlucky: see
    // wal_checkpoint.rs.
    conn.pragma_update(None, "wal_autocheckpoint", 0)?;
    conn.pragma_update(None, "cache_size", WRITER_CACHE)?;
    Ok(has_wal)
}

/// Opens a connection that reads.
pub(super) fn open_reader(path: &Path) -> Result<Connection> {
    let conn = open(path, path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let set_up = || {
        conn.pragma_update(None, "query_only", true)?;
        conn.pragma_update(None, "cache_size", READER_CACHE)
    };
    set_up().map_err(|error| cannot_open(path, &error))?;
    Ok(conn)
}

/// Opens a connection to a file that is there, which waits so long for others: to move the write-ahead log
/// into the file. Nothing is changed in the file.
pub(super) fn open_existing(path: &Path, patience: Duration) -> Result<Connection> {
    let conn = open(path, path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    conn.busy_timeout(patience).map_err(|error| cannot_open(path, &error))?;
    Ok(conn)
}

/// Opens a connection that writes nothing, neither to the file nor beside it.
pub(super) fn open_to_read(path: &Path, way: Way) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let location = match way {
        Way::Shared => uri(path, "mode=ro"),
        Way::FileAlone => uri(path, "immutable=1"),
        Way::FileAndLog => uri(path, "mode=ro&vfs=unix-none"),
    };
    let conn = open(path, &location, flags)?;
    let set_up = || {
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        if way == Way::FileAndLog {
            // Then SQLite keeps the index of the log in memory, and makes no file for it.
            conn.pragma_update(Some("main"), "locking_mode", "EXCLUSIVE")?;
        }
        conn.pragma_update(None, "cache_size", READER_CACHE)
    };
    set_up().map_err(|error| cannot_open(path, &error))?;
    Ok(conn)
}

/// The name of a file with parameters, as SQLite reads it.
fn uri(path: &Path, parameters: &str) -> PathBuf {
    let mut uri = b"file:".to_vec();
    for &byte in path.as_os_str().as_bytes() {
        match byte {
            b'%' | b'?' | b'#' => uri.extend(format!("%{byte:02X}").bytes()),
            _ => uri.push(byte),
        }
    }
    uri.push(b'?');
    uri.extend(parameters.bytes());
    OsString::from_vec(uri).into()
}

/// Opens the file `path`, which SQLite calls `location`.
fn open(path: &Path, location: &Path, flags: OpenFlags) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX | flags;
    let open = || {
        let mut conn = Connection::open_with_flags(location, flags)?;
        conn.busy_handler(Some(wait_for_others))?;
        conn.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
        conn.pragma_update(None, "foreign_keys", true)?;
        // The values bound must not change a plan: otherwise most statements are prepared anew whenever they
        // are run.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        add_holds_rank(&conn)?;
        Ok(conn)
    };
    open().map_err(|error| cannot_open(path, &error))
}

/// Adds the function `holds_rank(ranks, rank)`: whether a rank is among grants that are written as bytes.
/// PostgreSQL has one of this name from a migration.
fn add_holds_rank(conn: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    conn.create_scalar_function("holds_rank", 2, flags, |arguments| {
        let (ranks, rank) = (arguments.get_raw(0).as_blob()?, arguments.get::<Id>(1)?);
        Ok(grants_bytes::holds(ranks, RankId(rank.0)))
    })
}

/// Returns whether a database has a table of this name.
pub(super) fn has_table(conn: &Connection, name: &str) -> rusqlite::Result<bool> {
    conn.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?1")?.exists([name])
}

/// Waits for another process. Returns false once this connection has waited for long enough.
fn wait_for_others(attempts: i32) -> bool {
    let is_patient = u32::try_from(attempts).is_ok_and(|attempts| BUSY_PERIOD * attempts < BUSY_TIMEOUT);
    if is_patient {
        std::thread::sleep(BUSY_PERIOD);
    }
    is_patient
}

/// Whether the engine says that the database is damaged.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// The error for a database that cannot be opened, with what to do about it.
pub(super) fn cannot_open(path: &Path, error: &rusqlite::Error) -> StorageError {
    let advice = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt) => {
            return StorageError::Damaged { database: path.display().to_string(), fault: error.to_string() };
        }
        Some(ErrorCode::NotADatabase) => "The file is something else: name another one",
        Some(ErrorCode::CannotOpen) => "Check that its folder exists and that this user may write to it",
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            "Check that this user may write to the file and to its folder"
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "Another process holds it: wait for that to end, or stop it"
        }
        Some(ErrorCode::DiskFull) => "The disk is full: make room",
        _ => "Check the file, its disk and its permissions",
    };
    StorageError::Open { database: path.display().to_string(), cause: error.to_string(), advice }
}
