//! What a writing transaction will be asked for, as far as it is known beforehand.

use rankledger_domain::ids::{AccountId, CommunityId, CredentialId};

/// What a writing transaction will be asked for. Nothing depends on it but the number of round trips to the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Foresight {
    /// Communities that will be written to.
    pub communities: Vec<CommunityId>,
    /// Accounts, by their standing.
    pub accounts: Vec<(CommunityId, AccountId)>,
    /// Those of them of which the whole row will be read.
    pub rows: Vec<(CommunityId, AccountId)>,
    /// Idempotency keys.
    pub idempotency_keys: Vec<(CommunityId, CredentialId, String)>,
}
