//! The way along the hash chain of a community's log, entry by entry, and what is broken on it. Each entry
//! has the hash of the rank change before it: that is compared with the ledger.

use std::collections::BTreeMap;

use serde::Serialize;
use uuid::Uuid;

use crate::chain::{self, ChainHash};
use crate::ids::ChangeNumber;
use crate::log::{LogEntry, LogPlace, LogPosition};
use crate::log_chain;

/// A place at which a log is broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BrokenEntry {
    /// The place of the entry.
    pub place: LogPlace,
    /// In what way it is broken.
    pub detail: String,
}

/// The way along a log: first all entries, oldest first; then the rank changes of the ledger.
#[derive(Debug)]
pub struct LogWalk {
    community: Uuid,
    last: LogPosition,
    hash: ChainHash,
    /// The hashes that entries say rank changes have, until the change is met, each with the place of the
    /// first entry that says so.
    ties: BTreeMap<ChangeNumber, (ChainHash, LogPlace)>,
    broken: Vec<BrokenEntry>,
}

impl LogWalk {
    /// Begins before the first entry of the community with this UUID.
    #[must_use]
    pub fn of(community: Uuid) -> Self {
        let hash = log_chain::genesis(community);
        Self { community, last: LogPosition::START, hash, ties: BTreeMap::new(), broken: Vec::new() }
    }

    /// Looks at the next entry, which is stored with this hash.
    pub fn step(&mut self, entry: &LogEntry, hash: ChainHash) {
        let position = entry.position;
        if position.after_change < self.last.after_change || position != self.last.next(position.after_change)
        {
            self.find(position.place, "an entry before it is missing, or its place is not its own");
        } else if log_chain::link(self.hash, entry) != hash {
            self.find(position.place, "its hash is not that of what it says and of the entry before it");
        }
        let (said, first) =
            *self.ties.entry(position.after_change).or_insert((entry.ledger_hash, position.place));
        if said != entry.ledger_hash {
            let detail = format!("the entry at place {first} has another hash of the same rank change");
            self.find(position.place, detail);
        }
        self.last = position;
        self.hash = hash;
    }

    /// Compares what the entries say of a rank change with its hash.
    pub fn meet(&mut self, number: ChangeNumber, hash: ChainHash) {
        if let Some((said, place)) = self.ties.remove(&number)
            && said != hash
        {
            self.find(
                place,
                format!("rank change {number} has another hash than when the entry was written"),
            );
        }
    }

    /// Passes over a rank change whose hash cannot be told.
    pub fn pass(&mut self, number: ChangeNumber) {
        self.ties.remove(&number);
    }

    /// The place and the hash of the last entry that was looked at.
    #[must_use]
    pub fn end(&self) -> (LogPlace, ChainHash) {
        (self.last.place, self.hash)
    }

    /// Ends the way, once the whole ledger was met, which begins after this change. Returns what is broken,
    /// the lowest place first.
    #[must_use]
    pub fn finish(mut self, pruned: Option<(ChangeNumber, ChainHash)>) -> Vec<BrokenEntry> {
        self.meet(ChangeNumber(0), chain::genesis(self.community));
        let begins_after = pruned.map_or(ChangeNumber(0), |(number, hash)| {
            self.meet(number, hash);
            number
        });
        for (number, (_, place)) in std::mem::take(&mut self.ties) {
            if number > begins_after {
                self.find(place, format!("rank change {number}, after which it was written, is missing"));
            }
        }
        self.broken.sort_by_key(|broken| broken.place);
        self.broken
    }

    /// Notes that the log is broken at a place.
    pub fn find(&mut self, place: LogPlace, detail: impl Into<String>) {
        self.broken.push(BrokenEntry { place, detail: detail.into() });
    }
}
