//! The places of the requests that wait for their turn. Their order is that in which they have taken from
//! their bucket; a place only bounds how many there are, so that one credential does not hold all of them.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rankledger_domain::ids::CredentialId;

/// Number of requests that may wait at the same time.
const MOST: usize = 256;

/// Number of requests of one credential that may wait at the same time.
const MOST_OF_A_CREDENTIAL: usize = 64;

/// How many requests of each credential wait.
#[derive(Default)]
pub(super) struct WaitingPlaces(Mutex<HashMap<CredentialId, usize>>);

/// The place of a request that waits. It is free again when this is dropped.
pub(super) struct WaitingPlace<'a> {
    places: &'a WaitingPlaces,
    credential: CredentialId,
}

impl WaitingPlaces {
    /// Returns a place. `None` if too many wait already.
    pub(super) fn place(&self, credential: CredentialId) -> Option<WaitingPlace<'_>> {
        let mut waiting = self.lock();
        if waiting.values().sum::<usize>() >= MOST {
            return None;
        }
        let own = waiting.entry(credential).or_default();
        if *own >= MOST_OF_A_CREDENTIAL {
            return None;
        }
        *own += 1;
        Some(WaitingPlace { places: self, credential })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<CredentialId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for WaitingPlace<'_> {
    fn drop(&mut self) {
        let mut waiting = self.places.lock();
        if let Some(own) = waiting.get_mut(&self.credential) {
            *own -= 1;
            if *own == 0 {
                waiting.remove(&self.credential);
            }
        }
    }
}
