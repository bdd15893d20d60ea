//! The rate limits: how often a credential may call an endpoint.
//!
//! A limit is a smooth bucket (GCRA). A burst of the full minute's count passes at once; then the bucket
//! refills evenly, so that the wait is a few seconds. The buckets are those of this process (`local`) or
//! those that all nodes share (`shared`). While the shared ones do not answer, those of this process decide.
//! The headers are those of the IETF draft `draft-ietf-httpapi-ratelimit-headers`.

mod local;
mod shared;

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use rankledger_domain::ids::CredentialId;
use rankledger_domain::time::Clock;

use crate::config::{RateLimitMode, RateLimits};
use crate::http::Endpoint;
use crate::http::rate_limit::local::LocalBuckets;
pub use crate::http::rate_limit::shared::SharedBuckets;
pub use crate::http::rate_limit::shared::probe;
use crate::wire::time::whole_seconds;

/// Longest wait of a request for the buckets that nodes share. A slower answer counts as none.
pub const PATIENCE: Duration = Duration::from_millis(100);

/// A minute in microseconds.
const MINUTE: u64 = 60_000_000;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STATE: HeaderName = HeaderName::from_static("ratelimit");

/// The buckets of every limited endpoint.
pub struct Limiter {
    local: HashMap<&'static str, LocalBuckets>,
    shared: Option<SharedBuckets>,
}

/// The limit of an endpoint: the number of requests at once, and the period after which another one passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Limit {
    operation_id: &'static str,
    burst: NonZeroU32,
    /// Whole microseconds: the unit of the time in Redis.
    period: Duration,
}

/// The decision of a bucket on one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    limit: Limit,
    /// Number of requests that would still pass at once.
    pub remaining: u32,
    /// Time until the next request passes. `None` if this one does.
    pub wait: Option<Duration>,
}

impl Limiter {
    /// Returns the limits of these endpoints. If nodes are to share them, it must be called within an async
    /// runtime.
    ///
    /// `patience` is the time that a request waits for the shared limits.
    pub fn new(
        endpoints: impl IntoIterator<Item = &'static Endpoint>,
        limits: &RateLimits,
        clock: &Arc<dyn Clock>,
        patience: Duration,
    ) -> Self {
        let configured = |endpoint: &Endpoint| {
            let differs = limits.per_minute.get(endpoint.operation_id).copied();
            match limits.mode {
                RateLimitMode::Documented => differs.unwrap_or(endpoint.per_minute),
                RateLimitMode::Off => 0,
            }
        };
        let limited = endpoints.into_iter().filter_map(|one| Limit::new(one.operation_id, configured(one)));
        let local: HashMap<_, _> =
            limited.map(|limit| (limit.operation_id, LocalBuckets::new(limit, Arc::clone(clock)))).collect();
        let shared = limits.shared.as_ref().filter(|_| !local.is_empty());
        let shared = shared.map(|url| SharedBuckets::start(url, patience));
        Self { local, shared }
    }

    /// Counts a request, or refuses it. `None` if the endpoint has no limit.
    pub async fn check(&self, credential: CredentialId, endpoint: &'static Endpoint) -> Option<Verdict> {
        let local = self.local.get(endpoint.operation_id)?;
        if let Some(shared) = &self.shared
            && let Some(verdict) = shared.check(credential, local.limit()).await
        {
            return Some(verdict);
        }
        Some(local.check(credential))
    }

    /// Returns the buckets that nodes share. `None` if this node counts by itself.
    pub fn shared(&self) -> Option<&SharedBuckets> {
        self.shared.as_ref()
    }
}

impl Limit {
    /// Returns the limit: a burst of the whole minute's count, refilled one by one. `None` if there is none.
    fn new(operation_id: &'static str, per_minute: u32) -> Option<Self> {
        let burst = NonZeroU32::new(per_minute)?;
        let period = MINUTE / u64::from(per_minute);
        (period > 0).then(|| Self { operation_id, burst, period: Duration::from_micros(period) })
    }
}

impl Verdict {
    /// Writes the headers that show a client its limit and what is left of it.
    pub fn write_headers(&self, headers: &mut HeaderMap) {
        let Self { limit: Limit { operation_id, burst, period }, remaining, wait } = *self;
        let refill = period * (burst.get() - remaining);
        let until = whole_seconds(wait.unwrap_or(refill));
        let policy = format!("\"{operation_id}\";q={burst};w=60");
        let state = format!("\"{operation_id}\";r={remaining};t={until}");
        for (name, value) in [(POLICY, policy), (STATE, state)] {
            let value = HeaderValue::try_from(value).expect("digits and a name of letters are a valid value");
            headers.insert(name, value);
        }
    }
}
