//! What a writing transaction will be asked for, as far as it is known beforehand.

use rankledger_domain::ids::{AccountId, CredentialId};

/// What a writing transaction will be asked for. Nothing depends on it but the number of round trips to the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Foresight {
    /// Accounts, by their standing.
    pub accounts: Vec<AccountId>,
    /// Idempotency keys.
    pub idempotency_keys: Vec<(CredentialId, String)>,
}

impl Foresight {
    /// Whether nothing is foreseen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.idempotency_keys.is_empty()
    }
}
