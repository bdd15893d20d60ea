//! Whether the database file is still the one that was opened.
//!
//! A file that was deleted or replaced under a running server goes on taking writes that nobody will ever
//! find, and new connections open another file. So the path is checked before each transaction that writes,
//! and now and then before one that reads.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use crate::{Result, StorageError};

/// For how long after a check reads assume that the file is still there, in milliseconds.
const LEEWAY: u64 = 100;

/// The file that was opened.
pub(super) struct FileIdentity {
    path: PathBuf,
    device_and_inode: (u64, u64),
    opened: Instant,
    /// Until when reads need no check, in milliseconds after the file was opened; 0 if the file was found to
    /// be gone.
    trusted_until: AtomicU64,
}

impl FileIdentity {
    pub(super) fn of(path: &Path) -> Result<Self> {
        let device_and_inode = device_and_inode(path).ok_or_else(|| gone(path))?;
        let (opened, trusted_until) = (Instant::now(), AtomicU64::new(0));
        Ok(Self { path: path.to_owned(), device_and_inode, opened, trusted_until })
    }

    /// Refuses to go on if the path leads to another file, or to none.
    pub(super) fn check(&self) -> Result<()> {
        if device_and_inode(&self.path) == Some(self.device_and_inode) {
            self.trusted_until.store(self.age() + LEEWAY, Ordering::Relaxed);
            return Ok(());
        }
        self.trusted_until.store(0, Ordering::Relaxed);
        Err(gone(&self.path))
    }

    /// Checks the file for a read, unless it was checked a moment ago: a stat for each read would take a
    /// noticeable part of its time.
    pub(super) fn check_lately(&self) -> Result<()> {
        if self.age() < self.trusted_until.load(Ordering::Relaxed) { Ok(()) } else { self.check() }
    }

    /// In milliseconds.
    fn age(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX - LEEWAY)
    }
}

fn device_and_inode(path: &Path) -> Option<(u64, u64)> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

fn gone(path: &Path) -> StorageError {
    StorageError::Gone(path.to_owned())
}
