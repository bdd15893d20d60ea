//! Moves the write-ahead log into the database file, on a thread of its own, so that no answer waits for it.

use std::fs::File;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::Mutex;

use super::codec::engine_error;
use super::connection;
use super::connection::WritingConnection;
use crate::{HealthWarning, Result, StorageError};

/// How often to look.
const PERIOD: Duration = Duration::from_secs(1);

/// Pages of 4 KiB in the log beyond which the writer is made to wait once, so that the log starts anew.
const PAGES_TO_RESTART: i64 = 32_768;

/// Pages in the log beyond which the operator is warned: then starting anew has failed for long.
const PAGES_TO_WARN: u64 = 49_152;

/// Bytes of a page in the log.
const PAGE: u64 = 4096;

/// How often the log is moved beside the writer before it waits: each time leaves what was written meanwhile,
/// which is less and less.
const ROUNDS: u32 = 3;

/// How long the writer may be made to wait for somebody who still reads the old log.
const PATIENCE: Duration = Duration::from_millis(100);

/// The thread; it ends when this is dropped.
pub(super) struct WalCheckpointer {
    /// The pages in the log when it was looked at last.
    pages: Arc<AtomicU64>,
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl WalCheckpointer {
    /// Starts the thread for a file that this connection writes to.
    pub(super) fn start(path: &Path, writer: Arc<Mutex<WritingConnection>>) -> Result<Self> {
        let conn = connection::open_existing(path, PATIENCE)?;
        let mut log = Log { conn, writer, path: path.to_owned(), database: None };
        let pages = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&pages);
        let (stop, stopped) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            while stopped.recv_timeout(PERIOD) == Err(mpsc::RecvTimeoutError::Timeout) {
                match log.checkpoint() {
                    Ok(pages) => seen.store(pages, Ordering::Relaxed),
                    Err(error) => {
                        tracing::warn!(%error, "the write-ahead log could not be moved into the database; trying again");
                    }
                }
            }
        });
        Ok(Self { pages, stop: Some(stop), thread: Some(thread) })
    }

    /// Returns the bytes of the write-ahead log when it was looked at last.
    pub(super) fn log_bytes(&self) -> u64 {
        self.pages.load(Ordering::Relaxed) * PAGE
    }

    /// Returns a warning if the log is long, because somebody reads from the database without an end.
    pub(super) fn warning(&self) -> Option<HealthWarning> {
        warning_of(self.pages.load(Ordering::Relaxed))
    }
}

fn warning_of(pages: u64) -> Option<HealthWarning> {
    if pages <= PAGES_TO_WARN {
        return None;
    }
    let text = format!(
        "the write-ahead log of SQLite (the file that ends in -wal) has {} MiB and grows, because a process reads from the \
         database without an end: find it with `fuser` or `lsof` and stop it; it may be a backup, or a shell of sqlite3",
        pages * PAGE / (1024 * 1024)
    );
    Some(HealthWarning { text, is_grave: false })
}

/// The write-ahead log of a database.
struct Log {
    conn: Connection,
    writer: Arc<Mutex<WritingConnection>>,
    path: PathBuf,
    /// The database file, once it had to be flushed. Never closed: whoever closes a file takes away all locks
    /// that his process has on it, SQLite's too.
    database: Option<ManuallyDrop<File>>,
}

impl Log {
    /// Moves the log into the database, and lets it start anew if it is long. Returns how many pages the log
    /// has then; it has none after it was let start anew.
    fn checkpoint(&mut self) -> Result<u64> {
        let mut pages = self.move_pages("PASSIVE")?;
        if pages > PAGES_TO_RESTART {
            // SQLite flushes the database only when the whole log is in it. That is never so beside a busy
            // writer, and takes half a second of a long log; so it is done before the writer has to wait for
            // it.
            for _ in 1..ROUNDS {
                self.flush()?;
                self.move_pages("PASSIVE")?;
            }
            self.flush()?;
            // In turn with the writer's transactions: one that writes without a pause would never leave
            // SQLite's own lock free, and the log would grow as long as it goes on.
            let _turn = self.writer.blocking_lock();
            pages = self.restart()?;
        }
        // Without a write-ahead log SQLite says -1.
        Ok(u64::try_from(pages).unwrap_or(0))
    }

    /// Lets the log start anew. Returns how many pages it still has: all of them if somebody reads them.
    fn restart(&self) -> Result<i64> {
        let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get(1)?));
        let (is_blocked, pages) =
            self.conn.query_row("PRAGMA wal_checkpoint(RESTART)", [], row).map_err(engine_error)?;
        Ok(if is_blocked == 0 { 0 } else { pages })
    }

    /// Moves the pages of the log into the file. Returns how many pages the log has, moved before or now.
    fn move_pages(&self, mode: &str) -> Result<i64> {
        let pragma = format!("PRAGMA wal_checkpoint({mode})");
        self.conn.query_row(&pragma, [], |row| row.get(1)).map_err(engine_error)
    }

    fn flush(&mut self) -> Result<()> {
        let failed = |error| StorageError::Engine(Box::new(error));
        let database = match self.database.take() {
            Some(file) => file,
            None => ManuallyDrop::new(File::open(&self.path).map_err(failed)?),
        };
        self.database.insert(database).sync_data().map_err(failed)
    }
}

impl Drop for WalCheckpointer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing left to do, and has printed why.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    /// The ranges of the file that this process has locked.
    fn locks(path: &Path) -> Vec<String> {
        let inode = format!(":{} ", std::fs::metadata(path).expect("the file").ino());
        let (all, this) = (std::fs::read_to_string("/proc/locks"), format!(" {} ", std::process::id()));
        let is_ours = |line: &&str| line.contains(&inode) && line.contains(&this);
        let range = |line: &str| line.split_once(&inode).map(|(_, range)| range.to_owned());
        all.expect("the locks of this machine").lines().filter(is_ours).filter_map(range).collect()
    }

    #[test]
    fn a_long_log_starts_anew_and_the_file_stays_locked() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger.db");
        let conn = connection::open_writer(&path).expect("a database");
        let writer = WritingConnection::new(conn, &path).expect("a write-ahead log");
        let bytes = (PAGES_TO_RESTART + 100) * 4096;
        let fill = format!("CREATE TABLE filled (value); INSERT INTO filled VALUES (zeroblob({bytes}))");
        writer.execute_batch(&fill).expect("a long log");
        let conn = connection::open_existing(&path, PATIENCE).expect("another connection");
        let mut log = Log { conn, writer: Arc::new(Mutex::new(writer)), path: path.clone(), database: None };
        let pages = log.move_pages("PASSIVE").expect("a checkpoint");
        assert!(pages > PAGES_TO_RESTART, "{pages} pages");
        let locked = locks(&path);
        assert!(!locked.is_empty(), "SQLite keeps the file locked while it is open");

        log.checkpoint().expect("a checkpoint");

        assert!(log.database.is_some(), "the file was flushed");
        assert_eq!(locks(&path), locked);
        let write = "INSERT INTO filled VALUES (1)";
        log.writer.blocking_lock().execute(write, []).expect("a write");
        assert!(log.move_pages("PASSIVE").expect("a checkpoint") < 10, "the log starts anew");
    }

    #[test]
    fn a_log_that_somebody_reads_without_an_end_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger.db");
        let conn = connection::open_writer(&path).expect("a database");
        let writer = WritingConnection::new(conn, &path).expect("a write-ahead log");
        writer.execute_batch("CREATE TABLE filled (value)").expect("a table");
        let reader = connection::open_reader(&path).expect("a reader");
        reader.execute_batch("BEGIN; SELECT * FROM filled").expect("it reads");
        let bytes = (PAGES_TO_WARN + 100) * PAGE;
        writer.execute_batch(&format!("INSERT INTO filled VALUES (zeroblob({bytes}))")).expect("a long log");
        let conn = connection::open_existing(&path, PATIENCE).expect("another connection");
        let mut log = Log { conn, writer: Arc::new(Mutex::new(writer)), path, database: None };

        let pages = log.checkpoint().expect("a checkpoint");
        let warning = warning_of(pages).expect("a warning");
        assert!(warning.text.contains(" has 192 MiB") && !warning.is_grave, "{}", warning.text);

        reader.execute_batch("COMMIT").expect("it ends");
        assert_eq!(log.checkpoint().expect("a checkpoint"), 0, "the log starts anew");
        assert!(warning_of(0).is_none());
    }
}
