//! The buckets of this process.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use rankledger_domain::ids::{CommunityId, CredentialId};

use crate::http::rate_limit::limit::Verdict;
use crate::http::rate_limit::request::Request;

/// The buckets of an endpoint. One lock holds them all, so that a request takes from both of its buckets or
/// from neither; it is held for the two look-ups.
#[derive(Default)]
pub(super) struct LocalBuckets(Mutex<FullAt>);

/// When each bucket is full again, in microseconds since the clock began. A bucket that is not there is full.
#[derive(Default)]
struct FullAt {
    credentials: HashMap<CredentialId, u64>,
    communities: HashMap<CommunityId, u64>,
}

impl LocalBuckets {
    /// Counts a request at `now`, in microseconds since the clock began, or refuses it. One that will wait is
    /// counted at once: whoever comes later finds its turn taken.
    pub(super) fn check(&self, request: &Request, now: u64) -> Verdict {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let FullAt { credentials, communities } = &mut *buckets;
        let own = credentials.entry(request.credential).or_default();
        let mut verdict = request.own.decide(*own, now);
        let community =
            request.community.map(|limit| (limit, communities.entry(request.of_community).or_default()));
        if let Some((limit, full_at)) = &community {
            verdict = verdict.closer(limit.decide(**full_at, now));
        }
        if verdict.wait.is_none_or(|wait| wait <= request.patience) {
            request.own.take(own, now);
            if let Some((limit, full_at)) = community {
                limit.take(full_at, now);
            }
        }
        verdict
    }
}
