//! The limit on requests that cost work and need no credential: so many a minute from one address, counted
//! by this process.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use quick_cache::unsync::Cache;

use crate::http::rate_limit::limit::{Limit, Verdict};

/// Number of addresses that are counted. Those that were quiet for the longest time are forgotten first.
const MOST: usize = 10_000;

/// When the bucket of each address is full again, in microseconds since the clock began.
pub(super) struct AddressBuckets {
    limit: Limit,
    full_at: Mutex<Cache<IpAddr, u64>>,
}

impl AddressBuckets {
    pub(super) fn new(limit: Limit) -> Self {
        Self { limit, full_at: Mutex::new(Cache::new(MOST)) }
    }

    /// Counts a request at `now`, in microseconds since the clock began, or refuses it.
    pub(super) fn check(&self, address: IpAddr, now: u64) -> Verdict {
        let address = network(address);
        let mut buckets = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let mut full_at = buckets.get(&address).copied().unwrap_or_default();
        let verdict = self.limit.decide(full_at, now);
        if verdict.wait.is_none() {
            self.limit.take(&mut full_at, now);
            buckets.insert(address, full_at);
        }
        verdict
    }
}

/// Returns the address that counts: of IPv6, the network that a household or a machine has.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}
