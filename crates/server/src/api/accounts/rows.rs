//! The rows of accounts, remembered as they are written.
//!
//! To read and to write a row takes a statement for each of its tables, and most of a request's time. So it is remembered, with
//! the revision that it had; a request reads the present revision, and takes what is remembered only if that is the one. Rank
//! changes do not touch the wider part of a row, which has a revision of its own.

use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_storage::ReadTx;
use rankledger_storage::accounts::{AccountRevision, VersionedAccount};
use tokio::sync::oneshot;

use super::row::{FullAccountBody, WrittenRow};
use crate::api::problem::Problem;
use crate::ops::row_wanted::{RowBefore, RowWanted};

/// How much room all rows may take that are remembered, in bytes: with the embedded database, which is made for small servers.
const ROOM: u64 = 10 * 1024 * 1024;

/// The same where to read a row is to ask another process, mostly on another machine.
const ROOM_APART: u64 = 64 * 1024 * 1024;

/// How much room a row usually takes, in bytes.
const USUAL: usize = 1536;

type Key = (CommunityId, AccountId);

/// The rows that are remembered.
pub struct Rows(Cache<Key, KnownRow, ByRoom>);

/// A row as it was at a moment.
#[derive(Clone)]
pub struct KnownRow {
    /// The revision of the wider part.
    revision: i64,
    rest: Arc<WrittenRow>,
    standing: Arc<VersionedAccount>,
}

impl KnownRow {
    /// The row that rank changes answer, of an account in the community of this name.
    #[must_use]
    pub fn into_body(self, com_name: String) -> FullAccountBody {
        FullAccountBody::of(self.standing, self.rest, com_name)
    }
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
    ) -> Result<(Arc<VersionedAccount>, Arc<WrittenRow>), Problem> {
        let revision = revision(tx, community, id).await?;
        let key = (community, id);
        let Some(known) = self.0.get(&key).filter(|known| known.revision == revision.row) else {
            return self.read_anew(tx, key, revision).await;
        };
        if known.standing.version == revision.version {
            return Ok((known.standing, known.rest));
        }
        let standing = tx.standing(community, id).await?.ok_or_else(|| Problem::account_not_found(id))?;
        let row = KnownRow { standing: Arc::new(standing), ..known };
        self.put(community, row.clone());
        Ok((row.standing, row.rest))
    }

    /// The part of an account's row that rank changes do not touch, as it is remembered: it may not be the present one.
    #[must_use]
    pub fn last(&self, community: CommunityId, id: AccountId) -> LastRow {
        LastRow(self.0.get(&(community, id)).map(|known| (known.revision, known.rest)))
    }

    /// Remembers a row of this community.
    pub fn put(&self, community: CommunityId, row: KnownRow) {
        self.0.insert((community, row.standing.account.id), row);
    }

    /// Remembers the row that a command has left, once that is committed. Under an idempotency key it is known before: but what
    /// is taken back after all has a version that comes again.
    pub fn put_left(&self, community: CommunityId, mut left: oneshot::Receiver<KnownRow>) {
        if let Ok(row) = left.try_recv() {
            self.put(community, row);
        }
    }

    async fn read_anew(
        &self,
        tx: &mut dyn ReadTx,
        key: Key,
        revision: AccountRevision,
    ) -> Result<(Arc<VersionedAccount>, Arc<WrittenRow>), Problem> {
        let (community, id) = key;
        let row = tx.account(community, id).await?.ok_or_else(|| Problem::account_not_found(id))?;
        let standing = Arc::new(row.standing.clone());
        let rest = Arc::new(WrittenRow::new(row));
        let row = KnownRow { revision: revision.row, rest, standing };
        self.put(community, row.clone());
        Ok((row.standing, row.rest))
    }
}

/// What was remembered of a row before a command, to be answered with what the command makes of the account.
pub struct LastRow(Option<(i64, Arc<WrittenRow>)>);

impl LastRow {
    /// What the command is to read: the row, if it is another by now.
    #[must_use]
    pub fn wanted(&self) -> RowWanted {
        self.0.as_ref().map_or(RowWanted::Yes, |(revision, _)| RowWanted::Unless(*revision))
    }

    /// The row as the command leaves it. What the command read of it is what was wanted.
    #[must_use]
    pub fn after(self, before: RowBefore, standing: Arc<VersionedAccount>) -> KnownRow {
        let RowBefore { revision, row } = before;
        let read = row.map(|row| Arc::new(WrittenRow::new(row)));
        let known = self.0.map(|(_, rest)| rest);
        KnownRow {
            revision,
            rest: read.or(known).expect("what is not known is wanted, and so was read"),
            standing,
        }
    }
}

async fn revision(
    tx: &mut dyn ReadTx,
    community: CommunityId,
    id: AccountId,
) -> Result<AccountRevision, Problem> {
    tx.account_revision(community, id).await?.ok_or_else(|| Problem::account_not_found(id))
}

/// Weighs a row by the room it takes.
#[derive(Clone)]
struct ByRoom;

impl Weighter<Key, KnownRow> for ByRoom {
    fn weight(&self, _: &Key, known: &KnownRow) -> u64 {
        let standing = size_of::<VersionedAccount>() + size_of_val(known.standing.account.ranks.as_slice());
        u64::try_from(known.rest.bytes() + standing).unwrap_or(u64::MAX)
    }
}
