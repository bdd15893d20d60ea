//! The wide parts of accounts' rows, remembered as they are written.
//!
//! To read and to write a row takes a statement for each of its tables, and most of a request's time. So the part that rank
//! changes do not touch is remembered, with the revision that it had; a request reads the standing together with the present
//! revision, and takes what is remembered only if that is the one.

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_storage::ReadTx;
use rankledger_storage::accounts::{AccountRevision, AccountRow, VersionedAccount};

use crate::ops::row_wanted::{RowBefore, RowWanted};
use crate::wire::problem::Problem;
use crate::wire::written_row::{PackedRow, WrittenRow};

/// How much room all rows may take that are remembered, in bytes: with the embedded database, which is made for small servers.
const ROOM: u64 = 10 * 1024 * 1024;

/// The same where to read a row is to ask another process, mostly on another machine.
const ROOM_APART: u64 = 64 * 1024 * 1024;

/// How much room a row usually takes, in bytes.
const USUAL: usize = 1024;

/// How much of it is not the row itself: its key, its revision, and its place among the others.
const PLACE: usize = 128;

type Key = (CommunityId, AccountId);

/// The rows that are remembered.
pub struct Rows(Cache<Key, Remembered, ByRoom>);

#[derive(Clone)]
struct Remembered {
    revision: AccountRevision,
    row: PackedRow,
}

impl Rows {
    /// None remembered yet. `are_apart` says whether they are in another process.
    #[must_use]
    pub fn new(are_apart: bool) -> Self {
        let room = if are_apart { ROOM_APART } else { ROOM };
        let usual = usize::try_from(room).unwrap_or(usize::MAX) / USUAL;
        Self(Cache::with_weighter(usual, room, ByRoom))
    }

    /// The standing of an account, and the rest of its row.
    pub async fn read(
        &self,
        tx: &mut dyn ReadTx,
        community: CommunityId,
        id: AccountId,
    ) -> Result<(VersionedAccount, WrittenRow), Problem> {
        let found = tx.standing_and_revision(community, id).await?;
        let (standing, revision) = found.ok_or_else(|| Problem::account_not_found(id))?;
        if let Some(known) = self.0.get(&(community, id))
            && known.revision == revision
        {
            return Ok((standing, known.row.unpacked()));
        }
        let row = tx.account_with(community, standing.clone()).await?;
        Ok((standing, self.put((community, id), revision, row)))
    }

    /// What is remembered of an account: for a command, which answers with it unless it is another by then.
    #[must_use]
    pub fn last(&self, community: CommunityId, id: AccountId) -> LastRow {
        LastRow { key: (community, id), remembered: self.0.get(&(community, id)) }
    }

    fn put(&self, key: Key, revision: AccountRevision, row: AccountRow) -> WrittenRow {
        let row = WrittenRow::new(row);
        self.0.insert(key, Remembered { revision, row: row.packed() });
        row
    }
}

/// What was remembered of an account before a command.
pub struct LastRow {
    key: Key,
    remembered: Option<Remembered>,
}

impl LastRow {
    /// What the command is to read: the row, if it is another by then.
    #[must_use]
    pub fn wanted(&self) -> RowWanted {
        self.remembered.as_ref().map_or(RowWanted::Yes, |known| RowWanted::Unless(known.revision))
    }

    /// The row beside the standing, of which the command has brought what was wanted. It is remembered, under an idempotency key
    /// even before the commit: a revision that is taken back never comes again.
    pub fn or_read(self, brought: RowBefore, rows: &Rows) -> WrittenRow {
        let RowBefore { revision, row } = brought;
        match (row, self.remembered) {
            (Some(row), _) => rows.put(self.key, revision, row),
            (None, Some(known)) => known.row.unpacked(),
            (None, None) => unreachable!("a row that is not remembered is wanted, and was then brought"),
        }
    }
}

/// Weighs a row by the room it takes.
#[derive(Clone)]
struct ByRoom;

impl Weighter<Key, Remembered> for ByRoom {
    fn weight(&self, _: &Key, known: &Remembered) -> u64 {
        u64::try_from(PLACE + known.row.bytes()).unwrap_or(u64::MAX)
    }
}
