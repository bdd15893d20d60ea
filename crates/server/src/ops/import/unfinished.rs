//! Imports that were cut off: listing them, and taking them back.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::CommunityId;
use rankledger_storage::unfinished_imports::{DocumentHash, ImportProgress, UnfinishedImport};
use rankledger_storage::{Storage, StorageError};

use super::errors::ImportError;
use crate::ops::{Command, Ledger, OpError, Work};

/// How long the embedded database is left to other processes between two portions. A process that waits for
/// it looks as often whether it is free.
pub(super) const PAUSE: Duration = Duration::from_millis(1);

/// Number of rows that one command deletes.
const ROWS: usize = 5_000;

/// Replaces the hash of the document while an import is taken back. No document has this hash, so nobody goes
/// on with the import: neither a process that is still importing nor one that imports the document again.
const TAKEN_BACK: DocumentHash = [0; 32];

/// Whether the import is being taken back.
#[must_use]
pub fn is_taken_back(import: &UnfinishedImport) -> bool {
    import.document == TAKEN_BACK
}

/// An import that was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenBack {
    /// The import.
    pub import: UnfinishedImport,
    /// Number of rows that were deleted.
    pub rows: usize,
}

/// Returns the imports that are under way or were cut off, each with the public id of its community.
pub async fn unfinished_imports(
    storage: &dyn Storage,
) -> Result<Vec<(String, UnfinishedImport)>, StorageError> {
    storage.read().await?.unfinished_imports().await
}

/// Takes back the import that makes the community of this public id: deletes all that it has written, in
/// portions. Nobody has seen any of it.
pub async fn take_back(
    ledger: &Ledger,
    storage: &dyn Storage,
    public_id: &str,
) -> Result<TakenBack, ImportError> {
    let all = unfinished_imports(storage).await?;
    let found = all.into_iter().find(|(id, _)| id == public_id).map(|(_, import)| import);
    let import = found.ok_or_else(|| {
        ImportError::NothingToTakeBack(format!("no import into \"{public_id}\" is unfinished"))
    })?;
    if !import.makes_community {
        return Err(ImportError::NothingToTakeBack(format!(
            "the community \"{public_id}\" was there before the import, and what was imported is in use: import the document again \
             to finish it"
        )));
    }
    let rows = delete_in_portions(ledger, storage, import.community).await?;
    Ok(TakenBack { import, rows })
}

/// Deletes a community that nobody finds any more, or not yet, in portions. Returns the number of rows that
/// were deleted.
pub(in crate::ops) async fn delete_in_portions(
    ledger: &Ledger,
    storage: &dyn Storage,
    community: CommunityId,
) -> Result<usize, OpError> {
    let mut rows = 0;
    loop {
        match ledger.submit(DeletePortion { community }).await? {
            0 => return Ok(rows),
            deleted => rows += deleted,
        }
        if !storage.is_remote() {
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// Returns the mark that hides a community from everybody: an import that makes it and is being taken back.
pub(in crate::ops) fn being_deleted(community: CommunityId, now: Timestamp) -> UnfinishedImport {
    let written = ImportProgress::default();
    UnfinishedImport { community, makes_community: true, document: TAKEN_BACK, begun_at: now, written }
}

/// Deletes a portion of a community that an unfinished import makes.
#[derive(Clone)]
struct DeletePortion {
    community: CommunityId,
}

#[async_trait]
impl Command for DeletePortion {
    /// Number of rows that were deleted. 0 once all are.
    type Output = usize;

    fn community(&self) -> Option<CommunityId> {
        Some(self.community)
    }

    async fn run(self, work: &mut Work<'_>) -> Result<usize, OpError> {
        work.tx.expect_many_rows()?;
        let unfinished = work.tx.unfinished_import(self.community).await?;
        if let Some(import) = unfinished.filter(|import| import.makes_community && !is_taken_back(import)) {
            let taken_back = UnfinishedImport { document: TAKEN_BACK, ..import };
            work.tx.put_unfinished_import(&taken_back).await?;
        }
        Ok(work.tx.delete_unfinished(self.community, ROWS).await?)
    }
}
