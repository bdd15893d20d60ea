//! The limit of a bucket, and the decision of a bucket on one request (GCRA).

use std::cmp::Reverse;
use std::num::NonZeroU32;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::wire::problem::Problem;
use crate::wire::time::whole_seconds;

/// A minute in microseconds.
const MINUTE: u64 = 60_000_000;

/// The limit of an endpoint.
pub const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// The header with the rest of the limit.
pub const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// The limit of a bucket: the number of requests at once, and the period after which another one passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit {
    pub(super) operation_id: &'static str,
    pub(super) of: Whose,
    pub(super) burst: NonZeroU32,
    /// In microseconds: the unit of the time in Redis.
    pub(super) period: u64,
}

/// The owner of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    Credential,
    Community,
    Address,
}

/// The decision of a bucket on one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    pub(super) limit: Limit,
    /// Number of requests that would still pass at once.
    pub remaining: u32,
    /// Time until the next request passes. `None` if this one does.
    pub wait: Option<Duration>,
}

impl Limit {
    /// Returns the limit: a burst of the whole minute's count, refilled one by one. `None` if there is none.
    pub(super) fn new(operation_id: &'static str, of: Whose, per_minute: u32) -> Option<Self> {
        let burst = NonZeroU32::new(per_minute)?;
        let period = MINUTE / u64::from(per_minute);
        (period > 0).then_some(Self { operation_id, of, burst, period })
    }

    /// Decides on a request at `now` in a bucket that is full again at `full_at`, both in microseconds of one
    /// clock.
    pub(super) fn decide(self, full_at: u64, now: u64) -> Verdict {
        let until_full = full_at.saturating_sub(now);
        let most = self.period * u64::from(self.burst.get() - 1);
        match most.checked_sub(until_full) {
            Some(room) => self.verdict(room / self.period, 0),
            None => self.verdict(0, until_full - most),
        }
    }

    /// Returns the verdict with this number of requests left, and this wait in microseconds: 0 if the request
    /// passes.
    pub(super) fn verdict(self, remaining: u64, wait: u64) -> Verdict {
        let wait = (wait > 0).then(|| Duration::from_micros(wait));
        Verdict { limit: self, remaining: u32::try_from(remaining).unwrap_or(u32::MAX), wait }
    }

    /// Takes a request from a bucket that is full again at `full_at`.
    pub(super) fn take(self, full_at: &mut u64, now: u64) {
        *full_at = now.max(*full_at) + self.period;
    }
}

impl Verdict {
    /// Returns the verdict of the bucket that is closer to refusing: the one with the longer wait, or else
    /// with fewer requests left.
    pub(super) fn closer(self, other: Self) -> Self {
        let distance = |verdict: &Self| (Reverse(verdict.wait), verdict.remaining);
        if distance(&other) < distance(&self) { other } else { self }
    }

    /// Returns the problem that answers the request. `None` if the request passes.
    #[must_use]
    pub fn refusal(&self) -> Option<Problem> {
        let wait = self.wait?;
        Some(match self.limit.of {
            Whose::Credential => Problem::rate_limited(wait),
            Whose::Community => Problem::community_rate_limited(wait),
            Whose::Address => Problem::address_rate_limited(wait),
        })
    }

    /// Writes the headers that show a client its limit and what is left of it.
    pub fn write_headers(&self, headers: &mut HeaderMap) {
        let Self { limit: Limit { operation_id, of, burst, period }, remaining, wait } = *self;
        let refill = Duration::from_micros(period * u64::from(burst.get() - remaining));
        let until = whole_seconds(wait.unwrap_or(refill));
        let of = match of {
            Whose::Credential | Whose::Address => "",
            Whose::Community => ".community",
        };
        let policy = format!("\"{operation_id}{of}\";q={burst};w=60");
        let state = format!("\"{operation_id}{of}\";r={remaining};t={until}");
        for (name, value) in [(RATE_LIMIT_POLICY, policy), (RATE_LIMIT, state)] {
            let value = HeaderValue::try_from(value).expect("digits and a name of letters are a valid value");
            headers.insert(name, value);
        }
    }
}
