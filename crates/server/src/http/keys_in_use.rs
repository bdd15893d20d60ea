//! The idempotency keys whose requests this server is carrying out: a second request with the same key has
//! to wait.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use rankledger_domain::ids::CredentialId;

use crate::ops::once::KeyedRequest;

/// The keys whose requests this server is carrying out.
#[derive(Default)]
pub struct KeysInUse(Mutex<HashSet<(CredentialId, String)>>);

/// A key in use, until it is dropped.
pub struct KeyInUse<'a> {
    all: &'a KeysInUse,
    key: (CredentialId, String),
}

impl KeysInUse {
    /// Marks the key of a request as in use. `None` if another request uses it.
    pub fn take(&self, request: &KeyedRequest) -> Option<KeyInUse<'_>> {
        let key = (request.credential, request.key.clone());
        let is_free = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone());
        is_free.then_some(KeyInUse { all: self, key })
    }
}

impl Drop for KeyInUse<'_> {
    fn drop(&mut self) {
        self.all.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}
