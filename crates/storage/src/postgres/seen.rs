//! The rows that a transaction has read and need not read again, because nobody else can change them before
//! the transaction ends.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rankledger_domain::ids::CommunityId;

use super::buffered::Writes;
use super::idempotency_keys::KnownKeys;
use super::rank_changes::LiveChanges;
use super::standings::Standings;
use crate::cache::{Cache, Revision};
use crate::heads::Heads;

/// The rows that a transaction has read.
pub(super) struct Seen {
    /// The cache that all transactions share.
    pub(super) cache: Arc<Cache>,
    /// The communities whose ledger heads this transaction has locked.
    pub(super) locked: HashSet<CommunityId>,
    /// The communities that were locked at the savepoint.
    locked_then: HashSet<CommunityId>,
    /// The revisions of communities.
    pub(super) revisions: HashMap<CommunityId, Revision>,
    pub(super) heads: Heads,
    pub(super) standings: Standings,
    pub(super) keys: KnownKeys,
    /// The changes that nothing reverses, as far as this transaction has seen them.
    pub(super) live_changes: LiveChanges,
}

impl Seen {
    pub(super) fn new(cache: Arc<Cache>) -> Self {
        Self {
            cache,
            locked: HashSet::new(),
            locked_then: HashSet::new(),
            revisions: HashMap::new(),
            heads: Heads::default(),
            standings: Standings::default(),
            keys: KnownKeys::default(),
            live_changes: LiveChanges::default(),
        }
    }

    /// Forgets the rows that any statement may change, because one is about to be sent.
    pub(super) fn forget_rows(&mut self) {
        self.revisions.clear();
        self.standings.forget();
    }

    /// Marks a point to which [`Seen::roll_back`] goes back.
    pub(super) fn savepoint(&mut self) {
        self.heads.savepoint();
        self.locked_then.clone_from(&self.locked);
    }

    /// Forgets what these writes have changed here: they were discarded before anything was sent since the
    /// savepoint. What was prefetched for others of the group stays known.
    pub(super) fn roll_back(&mut self, discarded: &Writes) {
        self.heads.rollback();
        self.live_changes.forget();
        self.standings.forget_some(discarded.standings.keys());
        self.keys.forget_some(discarded.keys.keys());
    }

    /// Forgets all that may have been read of what was sent since the savepoint and rolled back, and the
    /// locks that were taken since: PostgreSQL releases them.
    pub(super) fn roll_back_sent(&mut self) {
        self.locked.clone_from(&self.locked_then);
        self.heads.rollback();
        self.live_changes.forget();
        self.keys.forget();
        self.forget_rows();
    }
}
