//! Flushing the write-ahead log to the disk: what makes a commit durable.
//!
//! SQLite could do it within the commit (`synchronous=FULL`), and the connection that writes would wait for
//! the disk. With `NORMAL` a commit only writes the log, and this module flushes it: at once, or on a thread
//! of its own, beside the next transaction. Whoever is promised a commit waits for the flush in either case.
//! A flush makes all commits durable that came before it, so that several share one.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::files::{WAL, beside};
use crate::{Result, StorageError};

/// The write-ahead log of a database.
pub(super) struct Wal {
    path: PathBuf,
    /// The file, once it had to be flushed. SQLite has no locks on it that would go if it were closed.
    file: Mutex<Option<File>>,
    /// A flush has failed. Then the disk may lack commits that others build upon, and a later flush would not
    /// tell.
    has_failed: AtomicBool,
}

impl Wal {
    /// The log of this database file.
    pub(super) fn of(database: &Path) -> Self {
        let path = beside(database, WAL);
        Self { path, file: Mutex::default(), has_failed: AtomicBool::new(false) }
    }

    /// Makes durable what was committed before. [`StorageError::Unsettled`] if that fails.
    ///
    /// One flush at a time: of two that are under way together, Linux would tell only one of a failure.
    pub(super) fn flush(&self) -> Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if self.has_failed() {
            return Err(StorageError::Unsettled);
        }
        let opened = match file.take() {
            Some(file) => Ok(file),
            None => File::open(&self.path),
        };
        let flushed = opened.and_then(|opened| file.insert(opened).sync_data());
        flushed.map_err(|error| {
            self.has_failed.store(true, Ordering::Release);
            tracing::error!(%error, "the write-ahead log could not be flushed to the disk");
            StorageError::Unsettled
        })
    }

    /// Whether a flush has failed since the last [`Wal::mended`].
    pub(super) fn has_failed(&self) -> bool {
        self.has_failed.load(Ordering::Acquire)
    }

    /// Notes that everything that the log held is durable elsewhere.
    pub(super) fn mended(&self) {
        self.has_failed.store(false, Ordering::Release);
    }
}

/// Somebody who waits for a flush.
type Waiting = oneshot::Sender<bool>;

/// The thread that flushes; it ends when this is dropped.
pub(super) struct WalFlusher {
    waiting: Option<mpsc::Sender<Waiting>>,
    thread: Option<JoinHandle<()>>,
}

impl WalFlusher {
    /// Starts the thread for a log.
    pub(super) fn start(wal: Arc<Wal>) -> io::Result<Self> {
        let (waiting, asked) = mpsc::channel::<Waiting>();
        let flush_for_all = move || {
            while let Ok(first) = asked.recv() {
                let all: Vec<_> = std::iter::once(first).chain(asked.try_iter()).collect();
                let is_durable = wal.flush().is_ok();
                for one in all {
                    // A task that does not wait any more needs no answer.
                    let _ = one.send(is_durable);
                }
            }
        };
        let thread = std::thread::Builder::new().name("wal-flusher".to_owned()).spawn(flush_for_all)?;
        Ok(Self { waiting: Some(waiting), thread: Some(thread) })
    }

    /// Waits until what was committed before is durable. [`StorageError::Unsettled`] if that fails.
    pub(super) async fn flush(&self) -> Result<()> {
        let (done, is_durable) = oneshot::channel();
        let is_asked = self.waiting.as_ref().is_some_and(|waiting| waiting.send(done).is_ok());
        if is_asked && is_durable.await == Ok(true) { Ok(()) } else { Err(StorageError::Unsettled) }
    }
}

impl Drop for WalFlusher {
    fn drop(&mut self) {
        drop(self.waiting.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing left to do, and has printed why.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_waits_together_is_told_together() {
        let folder = tempfile::tempdir().expect("a folder");
        let wal = Arc::new(Wal::of(&folder.path().join("ledger.db")));
        std::fs::write(folder.path().join("ledger.db-wal"), "a log").expect("a file");
        let flusher = WalFlusher::start(Arc::clone(&wal)).expect("a thread");
        let (one, other) = tokio::join!(flusher.flush(), flusher.flush());
        assert!(one.is_ok() && other.is_ok() && !wal.has_failed());
    }

    #[tokio::test]
    async fn a_flush_that_fails_is_told_and_remembered_until_it_is_mended() {
        let folder = tempfile::tempdir().expect("a folder");
        let wal = Arc::new(Wal::of(&folder.path().join("ledger.db")));
        let flusher = WalFlusher::start(Arc::clone(&wal)).expect("a thread");
        let failed = flusher.flush().await;
        assert!(matches!(failed, Err(StorageError::Unsettled)), "there is no log: {failed:?}");
        assert!(wal.has_failed());
        wal.mended();
        assert!(!wal.has_failed());
    }
}
