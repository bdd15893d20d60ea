//! Which addresses deliveries may be sent to: public ones, and what the operator allows besides.
//!
//! Whoever makes a subscription chooses where this server sends requests. So nothing is sent to the machine
//! itself or to the networks behind it, in whatever form the address is written.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

use crate::config::WebhookSettings;

/// The networks of IPv4 that are not public (IANA, "IPv4 Special-Purpose Address Space", and multicast).
const NOT_PUBLIC_V4: [Ipv4Net; 15] = [
    v4([0, 0, 0, 0], 8),       // this network; 0.0.0.0 reaches the machine itself
    v4([10, 0, 0, 0], 8),      // private
    v4([100, 64, 0, 0], 10),   // shared by a provider's customers
    v4([127, 0, 0, 0], 8),     // loopback
    v4([169, 254, 0, 0], 16),  // link-local, and the metadata of clouds
    v4([172, 16, 0, 0], 12),   // private
    v4([192, 0, 0, 0], 24),    // protocol assignments
    v4([192, 0, 2, 0], 24),    // documentation
    v4([192, 88, 99, 0], 24),  // relays of 6to4
    v4([192, 168, 0, 0], 16),  // private
    v4([198, 18, 0, 0], 15),   // benchmarking
    v4([198, 51, 100, 0], 24), // documentation
    v4([203, 0, 113, 0], 24),  // documentation
    v4([224, 0, 0, 0], 4),     // multicast
    v4([240, 0, 0, 0], 4),     // reserved, and the broadcast address
];

/// The addresses of IPv6 that are given out for public use. Loopback, link-local, private, multicast and
/// unspecified addresses are outside.
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0], 3);

/// The networks in [`GLOBAL_V6`] that are not public (IANA, "IPv6 Special-Purpose Address Space").
const NOT_PUBLIC_V6: [Ipv6Net; 3] = [
    v6([0x2001, 0], 23),     // protocol assignments, among them Teredo and benchmarking
    v6([0x2001, 0xdb8], 32), // documentation
    v6([0x3fff, 0], 20),     // documentation
];

/// Addresses of IPv6 that a gateway translates to the IPv4 address in their last 32 bits (NAT64).
const TRANSLATED: Ipv6Net = v6([0x64, 0xff9b], 96);

/// Addresses of IPv6 that are sent through the IPv4 address in their second and third group (6to4).
const TUNNELED: Ipv6Net = v6([0x2002, 0], 16);

const fn v4([a, b, c, d]: [u8; 4], prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6([first, second]: [u16; 2], prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(first, second, 0, 0, 0, 0, 0, 0), prefix)
}

impl WebhookSettings {
    /// Returns whether deliveries may be sent to this address: it is public, or in a network that the
    /// operator allows. An address that leads to another one is judged by that.
    #[must_use]
    pub fn may_send_to(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        if self.allow(address) {
            return true;
        }
        if self.nowhere_else {
            return false;
        }
        match address {
            IpAddr::V4(address) => !NOT_PUBLIC_V4.iter().any(|network| network.contains(&address)),
            IpAddr::V6(address) => embedded(address).map_or_else(
                || {
                    GLOBAL_V6.contains(&address)
                        && !NOT_PUBLIC_V6.iter().any(|network| network.contains(&address))
                },
                |inner| self.may_send_to(inner.into()),
            ),
        }
    }
}

/// Returns the IPv4 address that this one leads to. `None` if it is an address of its own.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [_, high, low, .., before_last, last] = address.segments();
    let joined = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    if TRANSLATED.contains(&address) {
        return Some(joined(before_last, last));
    }
    TUNNELED.contains(&address).then(|| joined(high, low))
}
