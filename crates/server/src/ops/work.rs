//! What a command works with inside the writer's transaction.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use rankledger_domain::ids::{CommunityId, Ids};
use rankledger_domain::rank::CommunityRanks;
use rankledger_storage::{StorageError, WriteTx};

use super::record::{Entry, Recorded, record};

/// The transaction of one group of commands, and what they share.
pub struct Work<'a> {
    /// The transaction.
    pub tx: Box<dyn WriteTx>,
    /// The time at which the group began: the time of all that it records.
    pub now: Timestamp,
    ids: &'a dyn Ids,
    ranks: HashMap<CommunityId, Arc<CommunityRanks>>,
}

impl<'a> Work<'a> {
    /// Work in a transaction that has just begun.
    pub fn new(tx: Box<dyn WriteTx>, ids: &'a dyn Ids, now: Timestamp) -> Self {
        Self { tx, now, ids, ranks: HashMap::new() }
    }

    /// The ranks of a community, loaded once a group.
    pub async fn ranks(&mut self, community: CommunityId) -> Result<Arc<CommunityRanks>, StorageError> {
        if let Some(ranks) = self.ranks.get(&community) {
            return Ok(Arc::clone(ranks));
        }
        let ranks = Arc::new(self.tx.ranks(community).await?);
        self.ranks.insert(community, Arc::clone(&ranks));
        Ok(ranks)
    }

    /// Carries a transition out and records it.
    pub async fn record(&mut self, community: CommunityId, entry: Entry) -> Result<Recorded, StorageError> {
        record(self.tx.as_mut(), self.ids, community, entry).await
    }
}
