//! Moves the write-ahead log into the database file, on a thread of its own, so that no answer waits for it.

use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::Mutex;

use super::connection;
use crate::Result;

/// How often to look.
const PERIOD: Duration = Duration::from_secs(1);

/// Pages of 4 KiB in the log beyond which the writer is made to wait once, so that the log starts anew.
const PAGES_TO_RESTART: i64 = 32_768;

/// How long the writer may be made to wait for somebody who still reads the old log.
const PATIENCE: Duration = Duration::from_millis(100);

/// The thread; it ends when this is dropped.
pub(super) struct Checkpointer {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Starts the thread for a file that this connection writes to.
    pub(super) fn start(path: &Path, writer: Arc<Mutex<Connection>>) -> Result<Self> {
        let conn = connection::open_existing(path, PATIENCE)?;
        let (stop, stopped) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            while stopped.recv_timeout(PERIOD) == Err(mpsc::RecvTimeoutError::Timeout) {
                if let Err(error) = checkpoint(&conn, &writer) {
                    tracing::warn!(%error, "the write-ahead log could not be moved into the database; trying again");
                }
            }
        });
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

fn checkpoint(conn: &Connection, writer: &Mutex<Connection>) -> rusqlite::Result<()> {
    let pages_in_log = |mode: &str| {
        conn.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| row.get::<_, i64>(1))
    };
    if pages_in_log("PASSIVE")? > PAGES_TO_RESTART {
        // In turn with the writer's transactions: one that writes without a pause would never leave SQLite's own lock free, and
        // the log would grow as long as it goes on.
        let _turn = writer.blocking_lock();
        pages_in_log("RESTART")?;
    }
    Ok(())
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing left to do, and has printed why.
            let _ = thread.join();
        }
    }
}
