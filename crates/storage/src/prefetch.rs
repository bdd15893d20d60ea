//! What a writing transaction will be asked for, as far as it is known beforehand.

use rankledger_domain::ids::{AccountId, CommunityId, CredentialId};

/// What a writing transaction will be asked for. Nothing depends on it but the number of round trips to the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prefetch {
    /// Communities that will be written to.
    pub communities: Vec<CommunityId>,
    /// Accounts of which the standing will be asked for.
    pub standings: Vec<(CommunityId, AccountId)>,
    /// Accounts of which a snapshot will be asked for.
    pub snapshots: Vec<(CommunityId, AccountId)>,
    /// Idempotency keys.
    pub idempotency_keys: Vec<(CommunityId, CredentialId, String)>,
}
