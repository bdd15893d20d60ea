//! The heads of ledgers within a transaction. Nobody else moves them meanwhile, so each is read once, and
//! written once however many changes were recorded. Also which of all ledgers bears the latest time at its
//! end.

use std::collections::HashMap;

use async_trait::async_trait;
use jiff::Timestamp;
use rankledger_domain::ids::{ChangeNumber, CommunityId};

use crate::Result;
use crate::history::LedgerHead;
use crate::sql::SqlTx;
use crate::sql::value::params;
use crate::transfer::{Table, tables};

/// The table of this noun.
pub(crate) const TABLES: &[Table] = tables! {
    ledger_heads: [community Int]
        last_number Int, last_hash Bytes, pruned_number Int, pruned_hash Bytes, pruned_at Int;
};

/// The heads that a transaction has read or moved.
#[derive(Default)]
pub(crate) struct Heads {
    now: HashMap<CommunityId, Head>,
    /// As they were at the savepoint.
    then: HashMap<CommunityId, Head>,
}

#[derive(Clone, Copy)]
struct Head {
    head: LedgerHead,
    is_written: bool,
}

impl Heads {
    /// The head of a community's ledger, if it is known.
    pub(crate) fn get(&self, community: CommunityId) -> Option<LedgerHead> {
        self.now.get(&community).map(|known| known.head)
    }

    /// A head as it was read.
    pub(crate) fn found(&mut self, community: CommunityId, head: LedgerHead) {
        self.now.insert(community, Head { head, is_written: true });
    }

    /// A head that is to be written.
    pub(crate) fn move_to(&mut self, community: CommunityId, head: LedgerHead) {
        self.now.insert(community, Head { head, is_written: false });
    }

    /// Returns the heads that are to be written, and marks them as written.
    pub(crate) fn moved(&mut self) -> Vec<(CommunityId, LedgerHead)> {
        let moved = self.now.iter_mut().filter(|(_, known)| !known.is_written);
        moved
            .map(|(community, known)| {
                known.is_written = true;
                (*community, known.head)
            })
            .collect()
    }

    pub(crate) fn savepoint(&mut self) {
        self.then.clone_from(&self.now);
    }

    pub(crate) fn rollback(&mut self) {
        self.now.clone_from(&self.then);
    }
}

/// The newest change of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewestChange {
    /// The public id of the community.
    pub community: String,
    /// Its number.
    pub number: ChangeNumber,
    /// The time at which it was recorded.
    pub at: Timestamp,
}

/// Finds the newest change of each community, and of those the one with the latest time. Both engines read
/// it.
pub(crate) const LATEST_HEAD: &str = "
    SELECT c.public_id, last.number, last.at FROM ledger_heads h
    JOIN communities c ON c.id = h.community
    JOIN rank_changes last ON last.community = h.community AND last.number = h.last_number
    ORDER BY last.at DESC LIMIT 1";

/// Reading the heads of all ledgers.
#[async_trait]
pub trait ReadHeads {
    /// Of the newest changes of all communities, returns the one that bears the latest time. `None` if there
    /// is no change.
    async fn latest_head(&mut self) -> Result<Option<NewestChange>>;
}

#[async_trait]
impl<T: SqlTx> ReadHeads for T {
    async fn latest_head(&mut self) -> Result<Option<NewestChange>> {
        let tx = self.anywhere().await?;
        tx.one(LATEST_HEAD, params![], |row| {
            Ok(NewestChange { community: row.get(0)?, number: row.get(1)?, at: row.get(2)? })
        })
        .await
    }
}
