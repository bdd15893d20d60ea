//! What is remembered between transactions, of what is read often and seldom changes.
//!
//! Each value is remembered with the revision at which it was read: a number that the database draws anew at each change (see
//! migration 9), so that equal revisions mean equal values. A transaction looks the revision up, which is little work, and
//! takes what is remembered only if it is of that revision. So nobody is ever told what was true before the transaction
//! began, whoever wrote in the meantime.

use std::hash::Hash;
use std::sync::Arc;

use quick_cache::sync::Cache as Bounded;
use rankledger_domain::api_key::KeyHash;
use rankledger_domain::credential::Credential;
use rankledger_domain::guard::Guards;
use rankledger_domain::ids::CommunityId;
use rankledger_domain::rank::CommunityRanks;

use crate::communities::Community;

/// Credentials that are remembered.
const CREDENTIALS: usize = 10_000;

/// Communities of which something is remembered.
const COMMUNITIES: usize = 1000;

/// A random number that names what was read.
pub(crate) type Revision = i64;

/// All that is remembered of one database.
pub(crate) struct Cache {
    pub(crate) credentials: Remembered<KeyHash, Credential>,
    pub(crate) communities: Remembered<CommunityId, Community>,
    pub(crate) ranks: Remembered<CommunityId, Arc<CommunityRanks>>,
    pub(crate) guards: Remembered<CommunityId, Guards>,
}

impl Cache {
    pub(crate) fn new() -> Self {
        Self {
            credentials: Remembered(Bounded::new(CREDENTIALS)),
            communities: Remembered(Bounded::new(COMMUNITIES)),
            ranks: Remembered(Bounded::new(COMMUNITIES)),
            guards: Remembered(Bounded::new(COMMUNITIES)),
        }
    }
}

/// Values of one kind, each with its revision.
pub(crate) struct Remembered<K, V>(Bounded<K, (Revision, V)>);

impl<K: Eq + Hash + Clone, V: Clone> Remembered<K, V> {
    /// What is remembered, of whatever revision it is.
    pub(crate) fn last(&self, key: &K) -> Option<(Revision, V)> {
        self.0.get(key)
    }

    /// Remembers a value as that of a revision.
    pub(crate) fn put(&self, key: K, revision: Revision, value: V) {
        self.0.insert(key, (revision, value));
    }

    /// Returns the value of this revision, `None` if it is not cached.
    pub(crate) fn of(&self, key: &K, revision: Revision) -> Option<V> {
        self.last(key).filter(|(cached, _)| *cached == revision).map(|(_, value)| value)
    }
}
