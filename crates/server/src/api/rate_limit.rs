//! How often a credential may call an endpoint.
//!
//! A smooth bucket (GCRA): a burst of the full minute's count goes through at once, then it refills evenly, so that the
//! wait is seconds. The headers are those of the IETF draft `draft-ietf-httpapi-ratelimit-headers`.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::{StateInformationMiddleware, StateSnapshot};
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use http::{HeaderMap, HeaderName, HeaderValue};
use rankledger_domain::ids::CredentialId;
use rankledger_domain::time::Clock;

use super::Endpoint;
use crate::config::{RateLimitMode, RateLimits};

const MINUTE: Duration = Duration::from_mins(1);
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STATE: HeaderName = HeaderName::from_static("ratelimit");

type Buckets =
    RateLimiter<CredentialId, DashMapStateStore<CredentialId>, MonotonicClock, StateInformationMiddleware>;

/// The buckets of every limited endpoint.
pub struct Limiter {
    buckets: HashMap<&'static str, Buckets>,
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

/// What a bucket says to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    endpoint: &'static str,
    per_minute: NonZeroU32,
    remaining: u32,
    /// How long until the next request passes; none if this one does.
    pub wait: Option<Duration>,
}

impl Limiter {
    /// The limits of this configuration.
    pub fn new(limits: &RateLimits, clock: Arc<dyn Clock>) -> Self {
        let clock = MonotonicClock(clock);
        let mut buckets = HashMap::new();
        for endpoint in Endpoint::ALL {
            let configured = limits.per_minute.get(endpoint.operation_id).copied();
            let per_minute = match limits.mode {
                RateLimitMode::Documented => configured.unwrap_or(endpoint.per_minute),
                RateLimitMode::Off => 0,
            };
            if let Some(quota) = quota(per_minute) {
                let bucket = Buckets::new(quota, DashMapStateStore::default(), clock.clone());
                buckets.insert(endpoint.operation_id, bucket);
            }
        }
        Self { buckets, clock }
    }

    /// Counts a request, or refuses it. None if the endpoint has no limit.
    pub fn check(&self, credential: CredentialId, endpoint: &'static Endpoint) -> Option<Verdict> {
        let buckets = self.buckets.get(endpoint.operation_id)?;
        let verdict = |quota: Quota, remaining, wait| Verdict {
            endpoint: endpoint.operation_id,
            per_minute: quota.burst_size(),
            remaining,
            wait,
        };
        Some(match buckets.check_key(&credential) {
            Ok(state) => verdict(StateSnapshot::quota(&state), state.remaining_burst_capacity(), None),
            Err(until) => verdict(until.quota(), 0, Some(until.wait_time_from(self.clock.now()))),
        })
    }
}

/// A burst of the whole minute's count, refilled one by one. None for no limit.
fn quota(per_minute: u32) -> Option<Quota> {
    let burst = NonZeroU32::new(per_minute)?;
    Some(Quota::with_period(MINUTE / per_minute)?.allow_burst(burst))
}

/// Whole seconds, rounded up, so that whoever waits that long is let through.
#[must_use]
pub fn whole_seconds(wait: Duration) -> u64 {
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
}

impl Verdict {
    /// Writes the headers that tell a client where it stands.
    pub fn write_headers(&self, headers: &mut HeaderMap) {
        let Self { endpoint, per_minute, remaining, wait } = *self;
        let refill = MINUTE / per_minute.get() * (per_minute.get() - remaining);
        let until = whole_seconds(wait.unwrap_or(refill));
        let policy = format!("\"{endpoint}\";q={per_minute};w={}", MINUTE.as_secs());
        let state = format!("\"{endpoint}\";r={remaining};t={until}");
        for (name, value) in [(POLICY, policy), (STATE, state)] {
            let value = HeaderValue::try_from(value).expect("digits and a name of letters are a valid value");
            headers.insert(name, value);
        }
    }
}
