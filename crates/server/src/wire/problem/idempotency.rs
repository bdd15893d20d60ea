//! Problems of an `Idempotency-Key` that another request has already.

use std::time::Duration;

use super::Problem;

types![IDEMPOTENCY_KEY_IN_USE, IDEMPOTENCY_KEY_REUSED];

problem_type! {
    IDEMPOTENCY_KEY_IN_USE = 409 "idempotency-key-in-use" {
        title: "The first request is under way",
        cause: "A request with the same Idempotency-Key is being carried out.",
        way_out: "Send the request again after as many seconds as Retry-After says: the answer is that of the first.",
        example: Problem::idempotency_key_in_use(),
    }
}

impl Problem {
    pub(crate) fn idempotency_key_in_use() -> Self {
        let detail = "A request with this Idempotency-Key is being carried out. Send yours again in a moment: it is answered \
                      as that one is.";
        Self::new(&IDEMPOTENCY_KEY_IN_USE, detail).retry_after(Duration::from_secs(1))
    }
}

problem_type! {
    IDEMPOTENCY_KEY_REUSED = 422 "idempotency-key-reused" {
        title: "The key belongs to another request",
        cause: "Within the last 24 hours the credential has sent the Idempotency-Key with another method, path, query or body.",
        way_out: "Send a new key with a new request, and the same key only with the same request.",
        example: Problem::idempotency_key_reused(),
    }
}

impl Problem {
    pub(crate) fn idempotency_key_reused() -> Self {
        let detail = "The Idempotency-Key was sent within the last 24 hours with another request: another method, path, query or \
                      body. Send a new key for a new request.";
        Self::new(&IDEMPOTENCY_KEY_REUSED, detail)
    }
}
