//! Moves the write-ahead log into the database file, on a thread of its own, so that no answer waits for it.

use std::path::Path;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use super::connection;
use crate::Result;

/// How often to look.
const PERIOD: Duration = Duration::from_secs(1);

/// Pages of 4 KiB in the log beyond which the writer is made to wait once, so that the log starts anew.
const PAGES_TO_RESTART: i64 = 32_768;

/// The thread; it ends when this is dropped.
pub(super) struct Checkpointer {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    pub(super) fn start(path: &Path) -> Result<Self> {
        let conn = connection::open_checkpointer(path)?;
        let (stop, stopped) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            while stopped.recv_timeout(PERIOD) == Err(mpsc::RecvTimeoutError::Timeout) {
                if let Err(error) = checkpoint(&conn) {
                    tracing::warn!(%error, "the write-ahead log could not be moved into the database; trying again");
                }
            }
        });
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

fn checkpoint(conn: &Connection) -> rusqlite::Result<()> {
    let pages_in_log = |mode: &str| {
        conn.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| row.get::<_, i64>(1))
    };
    if pages_in_log("PASSIVE")? > PAGES_TO_RESTART {
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
