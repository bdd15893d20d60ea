//! Whether the database file is still the one that was opened.
//!
//! A file that was deleted or replaced under a running server goes on taking writes that nobody will ever find, and new
//! connections open another. So it is looked at before each transaction.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::{Result, StorageError};

/// The file that was opened.
pub(super) struct FileIdentity {
    path: PathBuf,
    device_and_inode: (u64, u64),
}

impl FileIdentity {
    pub(super) fn of(path: &Path) -> Result<Self> {
        let device_and_inode = device_and_inode(path).ok_or_else(|| gone(path))?;
        Ok(Self { path: path.to_owned(), device_and_inode })
    }

    /// Refuses to go on if another file, or none, stands at the path.
    pub(super) fn check(&self) -> Result<()> {
        if device_and_inode(&self.path) == Some(self.device_and_inode) {
            return Ok(());
        }
        Err(gone(&self.path))
    }
}

fn device_and_inode(path: &Path) -> Option<(u64, u64)> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

fn gone(path: &Path) -> StorageError {
    StorageError::Gone(path.to_owned())
}
