//! The rate limits: how often a credential, and a community as a whole, may call an endpoint.
//!
//! A limit is a smooth bucket (GCRA). A burst of the full minute's count passes at once; then the bucket
//! refills evenly, so that the wait is a few seconds. A request takes from the bucket of its credential and
//! from that of its community, and passes only if both have room. The buckets are those of this process
//! (`local`) or those that all nodes share (`shared`). While the shared ones do not answer, those of this
//! process decide. A request that may wait takes its turn in advance (`waiting`). The headers are those of
//! the IETF draft `draft-ietf-httpapi-ratelimit-headers`.

mod address;
mod limit;
mod local;
mod request;
mod shared;
mod waiting;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use rankledger_domain::credential::Credential;
use rankledger_domain::time::Clock;

use crate::config::{RateLimitMode, RateLimits};
use crate::http::Endpoint;
use crate::http::rate_limit::address::AddressBuckets;
use crate::http::rate_limit::limit::{Limit, Whose};
pub use crate::http::rate_limit::limit::{RATE_LIMIT, RATE_LIMIT_POLICY, Verdict};
use crate::http::rate_limit::local::LocalBuckets;
use crate::http::rate_limit::request::Request;
pub use crate::http::rate_limit::shared::SharedBuckets;
pub use crate::http::rate_limit::shared::probe;
use crate::http::rate_limit::waiting::WaitingPlaces;
use crate::wire::problem::Problem;

/// Longest wait of a request for the buckets that nodes share. A slower answer counts as none.
pub const PATIENCE: Duration = Duration::from_millis(100);

/// The name of the limit on questions to the documentation.
const QUESTIONS: &str = "getDocsPage";

/// Number of questions a minute to the documentation from one address.
const QUESTIONS_A_MINUTE: u32 = 30;

/// The buckets of every limited endpoint.
pub struct Limiter {
    endpoints: HashMap<&'static str, Limited>,
    community_factor: u32,
    clock: Arc<dyn Clock>,
    shared: Option<SharedBuckets>,
    /// How long a request waits for its turn, if it may: see [`Limiter::check_in_turn`].
    longest_wait: Duration,
    waiting: WaitingPlaces,
    /// `None` if nothing is limited.
    addresses: Option<AddressBuckets>,
}

/// An endpoint with a limit.
struct Limited {
    per_minute: u32,
    local: LocalBuckets,
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
        let limited = endpoints.into_iter().map(|endpoint| {
            (
                endpoint.operation_id,
                Limited { per_minute: configured(endpoint), local: LocalBuckets::default() },
            )
        });
        let endpoints: HashMap<_, _> = limited.filter(|(_, limited)| limited.per_minute > 0).collect();
        let shared = limits.shared.as_ref().filter(|_| !endpoints.is_empty());
        let shared = shared.map(|url| SharedBuckets::start(url, patience));
        Self {
            endpoints,
            community_factor: limits.community_factor,
            clock: Arc::clone(clock),
            shared,
            longest_wait: Duration::from_secs(limits.v1_wait_seconds.into()),
            waiting: WaitingPlaces::default(),
            addresses: match limits.mode {
                RateLimitMode::Documented => {
                    Limit::new(QUESTIONS, Whose::Address, QUESTIONS_A_MINUTE).map(AddressBuckets::new)
                }
                RateLimitMode::Off => None,
            },
        }
    }

    /// Counts a question to the documentation from this address, or refuses it. One that came from no network
    /// always passes.
    pub fn check_question(&self, address: Option<IpAddr>) -> Result<(), Problem> {
        let (Some(address), Some(buckets)) = (address, &self.addresses) else { return Ok(()) };
        buckets.check(address, self.now()).refusal().map_or(Ok(()), Err)
    }

    /// Counts a request, or refuses it. `None` if the endpoint has no limit. Otherwise the verdict is that of
    /// the bucket that is closest to refusing.
    pub async fn check(&self, credential: &Credential, endpoint: &'static Endpoint) -> Option<Verdict> {
        self.check_within(credential, endpoint, Duration::ZERO).await
    }

    /// Counts a request like [`Self::check`], but lets one that is beyond the limit wait for its turn, unless
    /// that comes too late or too many wait already. Returns whether it has waited, too: the credential may
    /// have been revoked meanwhile.
    pub async fn check_in_turn(
        &self,
        credential: &Credential,
        endpoint: &'static Endpoint,
    ) -> (Option<Verdict>, bool) {
        let at_once = self.check(credential, endpoint).await;
        let comes_soon = |verdict: &Verdict| verdict.wait.is_some_and(|wait| wait <= self.longest_wait);
        if !at_once.as_ref().is_some_and(comes_soon) {
            return (at_once, false);
        }
        let Some(_place) = self.waiting.place(credential.id) else { return (at_once, false) };
        let turn = self.check_within(credential, endpoint, self.longest_wait).await;
        let Some(verdict) = turn.filter(comes_soon) else { return (turn, false) };
        tokio::time::sleep(verdict.wait.unwrap_or_default()).await;
        (Some(Verdict { wait: None, ..verdict }), true)
    }

    /// Counts a request that will wait for its turn if that comes within `patience`, or refuses it.
    async fn check_within(
        &self,
        credential: &Credential,
        endpoint: &'static Endpoint,
        patience: Duration,
    ) -> Option<Verdict> {
        let limited = self.endpoints.get(endpoint.operation_id)?;
        let (id, per_minute) = (endpoint.operation_id, limited.per_minute);
        let request = Request::new(credential, id, per_minute, self.community_factor, patience)?;
        if let Some(shared) = &self.shared
            && let Some(verdict) = shared.check(&request).await
        {
            return Some(verdict);
        }
        Some(limited.local.check(&request, self.now()))
    }

    /// Returns the buckets that nodes share. `None` if this node counts by itself.
    pub fn shared(&self) -> Option<&SharedBuckets> {
        self.shared.as_ref()
    }

    /// The time in microseconds since the clock began.
    fn now(&self) -> u64 {
        u64::try_from(self.clock.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}
