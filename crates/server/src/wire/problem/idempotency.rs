//! What is wrong with an `Idempotency-Key`, in sentences for the client.

use std::time::Duration;

use crate::http::idempotency::LONGEST_KEY;
use crate::wire::problem::{Problem, kinds};

pub(super) fn key_reused() -> Problem {
    let detail = "The Idempotency-Key was sent within the last 24 hours with another request: another method, path, query or \
                  body. Send a new key for a new request.";
    Problem::new(&kinds::IDEMPOTENCY_KEY_REUSED, detail)
}

impl Problem {
    pub(crate) fn invalid_idempotency_key() -> Self {
        let detail = format!(
            "Idempotency-Key is sent once, and has 1 to {LONGEST_KEY} visible ASCII characters: send a new UUID for each \
             request, and the same one again when you repeat it."
        );
        Self::new(&kinds::INVALID_HEADER, detail)
    }

    pub(crate) fn idempotency_key_in_use() -> Self {
        let detail = "A request with this Idempotency-Key is being carried out. Send yours again in a moment: it is answered \
                      as that one is.";
        Self::new(&kinds::IDEMPOTENCY_KEY_IN_USE, detail).retry_after(Duration::from_secs(1))
    }
}
