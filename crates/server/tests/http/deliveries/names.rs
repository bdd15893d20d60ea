//! Names of hosts, as a test wants them to be resolved.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Resolves every name to the next of these addresses, and to the last again and again.
pub(super) struct Names(Mutex<Vec<IpAddr>>);

impl Names {
    /// Resolves names to these addresses in turn.
    pub(super) fn in_turn(addresses: &[&str]) -> Arc<Self> {
        let parsed = addresses.iter().rev().map(|address| address.parse().expect("an address"));
        Arc::new(Self(Mutex::new(parsed.collect())))
    }

    fn next(&self) -> IpAddr {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = if left.len() > 1 { left.pop() } else { left.last().copied() };
        next.expect("there is at least one address")
    }
}

impl Resolve for Names {
    fn resolve(&self, _: Name) -> Resolving {
        let address = SocketAddr::new(self.next(), 0);
        Box::pin(async move { Ok(Box::new(std::iter::once(address)) as Addrs) })
    }
}
