//! The rows of accounts, remembered as they are written.
//!
//! To read and to write a row takes a statement for each of its tables, and most of a request's time. So it is remembered, with
//! the revision that it had; a request reads the present revision, and takes what is remembered only if that is the one. Rank
//! changes do not touch the wider part of a row, which has a revision of its own.

use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_storage::accounts::{AccountRevision, VersionedAccount};
use rankledger_storage::{ReadTx, Storage};

use super::row::WrittenRow;
use crate::api::problem::Problem;

/// How much room all rows may take that are remembered, in bytes: with the embedded database, which is made for small servers.
const ROOM: u64 = 10 * 1024 * 1024;

/// The same where to read a row is to ask another process, mostly on another machine.
const ROOM_APART: u64 = 64 * 1024 * 1024;

/// How much room a row usually takes, in bytes.
const USUAL: usize = 1536;

type Key = (CommunityId, AccountId);

/// The rows that are remembered.
pub struct Rows(Cache<Key, Remembered, ByRoom>);

#[derive(Clone)]
struct Remembered {
    /// The revision of the wider part.
    revision: i64,
    rest: Arc<WrittenRow>,
    standing: Arc<VersionedAccount>,
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
        let standing = Arc::new(standing);
        self.put(community, revision.row, &known.rest, &standing);
        Ok((standing, known.rest))
    }

    /// The part of an account's row that rank changes do not touch.
    pub async fn rest(
        &self,
        tx: &mut dyn ReadTx,
        community: CommunityId,
        id: AccountId,
    ) -> Result<Arc<WrittenRow>, Problem> {
        let revision = revision(tx, community, id).await?;
        let key = (community, id);
        match self.0.get(&key).filter(|known| known.revision == revision.row) {
            Some(known) => Ok(known.rest),
            None => Ok(self.read_anew(tx, key, revision).await?.1),
        }
    }

    /// The part of an account's row that rank changes do not touch, and its revision: as it is remembered, whether or not it is
    /// the present one, else as it is read now.
    pub async fn known(
        &self,
        storage: &dyn Storage,
        community: CommunityId,
        id: AccountId,
    ) -> Result<(i64, Arc<WrittenRow>), Problem> {
        let key = (community, id);
        if let Some(known) = self.0.get(&key) {
            return Ok((known.revision, known.rest));
        }
        let mut tx = storage.read().await?;
        let revision = revision(tx.as_mut(), community, id).await?;
        let (_, rest) = self.read_anew(tx.as_mut(), key, revision).await?;
        Ok((revision.row, rest))
    }

    /// Remembers a row at the revision of its wider part.
    pub fn put(
        &self,
        community: CommunityId,
        revision: i64,
        rest: &Arc<WrittenRow>,
        standing: &Arc<VersionedAccount>,
    ) {
        let id = standing.account.id;
        let known = Remembered { revision, rest: Arc::clone(rest), standing: Arc::clone(standing) };
        self.0.insert((community, id), known);
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
        self.put(community, revision.row, &rest, &standing);
        Ok((standing, rest))
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

impl Weighter<Key, Remembered> for ByRoom {
    fn weight(&self, _: &Key, known: &Remembered) -> u64 {
        let standing = size_of::<VersionedAccount>() + size_of_val(known.standing.account.ranks.as_slice());
        u64::try_from(known.rest.bytes() + standing).unwrap_or(u64::MAX)
    }
}
