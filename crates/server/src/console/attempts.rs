//! Attempts to sign in that failed: counted for each address, so that nobody tries keys for long.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::http::App;
use crate::http::feature::Feature;
use crate::wire::problem::Problem;

/// Number of failed attempts within [`WINDOW`] after which an address has to wait.
const MOST: u32 = 10;

/// The time after which failed attempts are forgotten.
const WINDOW: Duration = Duration::from_mins(10);

/// Most addresses that are remembered.
const ADDRESSES: usize = 10_000;

/// Failed attempts by address, each with when the first of them was.
pub(super) struct Attempts(Mutex<HashMap<IpAddr, (Duration, u32)>>);

impl Feature for Attempts {
    fn new(_: &App) -> Self {
        Self(Mutex::default())
    }
}

impl Attempts {
    /// Refuses an address with too many failed attempts.
    pub(super) fn check(&self, app: &App, address: Option<IpAddr>) -> Result<(), Problem> {
        let Some(address) = address.map(network) else { return Ok(()) };
        let now = app.clock.elapsed();
        let counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match counted.get(&address) {
            Some((since, count)) if *count >= MOST && now < *since + WINDOW => {
                Err(Problem::too_many_attempts((*since + WINDOW).saturating_sub(now)))
            }
            _ => Ok(()),
        }
    }

    /// Counts a failed attempt.
    pub(super) fn failed(&self, app: &App, address: Option<IpAddr>) {
        let Some(address) = address.map(network) else { return };
        let now = app.clock.elapsed();
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.len() >= ADDRESSES {
            counted.retain(|_, (since, _)| now < *since + WINDOW);
            if counted.len() >= ADDRESSES && !counted.contains_key(&address) {
                return;
            }
        }
        let (since, count) = counted.entry(address).or_insert((now, 0));
        if now >= *since + WINDOW {
            (*since, *count) = (now, 0);
        }
        *count += 1;
    }
}

/// Returns the network that an address belongs to whose owner can take any address of it.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}
