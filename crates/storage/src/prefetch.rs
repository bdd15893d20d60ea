//! Prefetching: the rows that a writing transaction will be asked for, as far as they are known beforehand.

use rankledger_domain::ids::{AccountId, ChangeNumber, CommunityId, CredentialId, UndoId};

/// The rows that a writing transaction will be asked for. Only the number of round trips to the database
/// depends on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prefetch {
    /// Communities that will be written to.
    pub communities: Vec<CommunityId>,
    /// Accounts of which the standing will be asked for.
    pub standings: Vec<(CommunityId, AccountId)>,
    /// Accounts of which a snapshot will be asked for.
    pub snapshots: Vec<(CommunityId, AccountId)>,
    /// Changes, by their numbers, of whose accounts a snapshot will be asked for.
    pub changes: Vec<(CommunityId, ChangeNumber)>,
    /// Changes, by their undo ids, of whose accounts a snapshot will be asked for.
    pub undo_ids: Vec<(CommunityId, UndoId)>,
    /// Idempotency keys.
    pub idempotency_keys: Vec<(CommunityId, CredentialId, String)>,
}
