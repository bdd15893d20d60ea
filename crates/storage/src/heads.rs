//! The heads of ledgers within a transaction. Nobody else moves them meanwhile, so each is read once, and
//! written once however many changes were recorded.

use std::collections::HashMap;

use rankledger_domain::ids::CommunityId;

use crate::history::LedgerHead;
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
