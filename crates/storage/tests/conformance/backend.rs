//! The backends, each as a fresh and empty storage that goes when the test ends.

use rankledger_storage::Storage;
use rankledger_storage::sqlite::SqliteStorage;
use tempfile::TempDir;

/// SQLite in a temporary folder.
pub(crate) struct Sqlite {
    storage: SqliteStorage,
    _folder: TempDir,
}

impl Sqlite {
    pub(crate) fn fresh() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let storage = SqliteStorage::open(&folder.path().join("test.db")).expect("a fresh database");
        Self { storage, _folder: folder }
    }

    pub(crate) fn storage(&self) -> &dyn Storage {
        &self.storage
    }
}
