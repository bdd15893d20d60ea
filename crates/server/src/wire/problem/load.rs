//! Problems of a server that has more to do than it takes on.

use std::time::Duration;

use super::Problem;

types![TOO_MANY_CONNECTIONS, READS_BUSY];

/// The wait after which a client may try again.
const RETRY: Duration = Duration::from_secs(1);

problem_type! {
    TOO_MANY_CONNECTIONS = 503 "too-many-connections" {
        title: "Too many connections",
        cause: "There are more connections to this server than it takes, or from your address more than it allows. Nothing was written.",
        way_out: "Close connections that you do not need, and try again after as many seconds as Retry-After says.",
        example: Problem::too_many_connections(),
    }
}

impl Problem {
    pub(crate) fn too_many_connections() -> Self {
        let detail = "This server has as many connections as it takes, all in work. Nothing was written: try again in a moment, \
                      with fewer connections at once.";
        Self::new(&TOO_MANY_CONNECTIONS, detail).retry_after(RETRY)
    }

    /// Too many requests from one address, which is behind a trusted proxy, are under way.
    pub(crate) fn too_many_requests_at_once() -> Self {
        let detail = "As many requests from your address are under way as this server allows. Nothing was written: wait for \
                      the answers, and try again in a moment.";
        Self::new(&TOO_MANY_CONNECTIONS, detail).retry_after(RETRY)
    }
}

problem_type! {
    READS_BUSY = 503 "reads-busy" {
        title: "Too many long reads at once",
        cause: "The request reads much, and as many requests like it are being answered as this server takes at a time.",
        way_out: "Try again after as many seconds as Retry-After says, and ask for one such answer after the other.",
        example: Problem::reads_busy(),
    }
}

impl Problem {
    pub(crate) fn reads_busy() -> Self {
        let detail = "This request reads much, and as many like it are under way as this server takes at a time: try again in a \
                      moment, one after the other.";
        Self::new(&READS_BUSY, detail).retry_after(RETRY)
    }
}
