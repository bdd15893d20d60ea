//! The buckets of this process, by the governor crate.

use std::sync::Arc;

use governor::clock::Clock as GovernorClock;
use governor::middleware::StateInformationMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use rankledger_domain::ids::CredentialId;
use rankledger_domain::time::Clock;

use crate::http::rate_limit::{Limit, Verdict};

type Buckets =
    RateLimiter<CredentialId, DashMapStateStore<CredentialId>, MonotonicClock, StateInformationMiddleware>;

/// The buckets of an endpoint, one for each credential.
pub(super) struct LocalBuckets {
    limit: Limit,
    buckets: Buckets,
    clock: MonotonicClock,
}

#[derive(Clone)]
struct MonotonicClock(Arc<dyn Clock>);

impl GovernorClock for MonotonicClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.elapsed().into()
    }
}

impl LocalBuckets {
    pub(super) fn new(limit: Limit, clock: Arc<dyn Clock>) -> Self {
        let quota = Quota::with_period(limit.period).expect("no limit has a period of 0");
        let clock = MonotonicClock(clock);
        let buckets =
            Buckets::new(quota.allow_burst(limit.burst), DashMapStateStore::default(), clock.clone());
        Self { limit, buckets, clock }
    }

    pub(super) fn limit(&self) -> Limit {
        self.limit
    }

    /// Counts a request, or refuses it.
    pub(super) fn check(&self, credential: CredentialId) -> Verdict {
        let (remaining, wait) = match self.buckets.check_key(&credential) {
            Ok(state) => (state.remaining_burst_capacity(), None),
            Err(until) => (0, Some(until.wait_time_from(self.clock.now()))),
        };
        Verdict { limit: self.limit, remaining, wait }
    }
}
