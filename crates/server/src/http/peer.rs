//! The address that a request came from: that of the connection or, if that is a trusted proxy's, the one
//! that the proxy names in `X-Forwarded-For`.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use aide::OperationInput;
use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{Extensions, HeaderMap};

use crate::http::App;
use crate::http::connections::ConnectionLimits;

/// The header in which a proxy names its client, behind those that the client or another proxy named.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The other end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(IpAddr);

impl From<SocketAddr> for Peer {
    /// An IPv4 address that a socket shows as an IPv6 address is an IPv4 address.
    fn from(address: SocketAddr) -> Self {
        Self::from(address.ip())
    }
}

impl From<IpAddr> for Peer {
    fn from(address: IpAddr) -> Self {
        Self(address.to_canonical())
    }
}

impl Peer {
    /// Returns the address.
    #[must_use]
    pub fn address(self) -> IpAddr {
        self.0
    }

    /// Returns the client of a request that came from here: the last address in `X-Forwarded-For` that is no
    /// trusted proxy, as long as only trusted proxies have written behind it. Anybody else is the client.
    #[must_use]
    pub fn behind_proxies(self, headers: &HeaderMap, limits: &ConnectionLimits) -> Self {
        let mut client = self;
        let lists = headers.get_all(FORWARDED_FOR).iter().rev();
        let mut named = lists.flat_map(|list| list.to_str().unwrap_or_default().rsplit(','));
        while limits.is_proxy(client.0)
            && let Some(address) = named.next().and_then(parse)
        {
            client = Self::from(address);
        }
        client
    }
}

/// Reads an address; a port behind it does not count.
fn parse(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// The address that a request came from; `None` if it came from no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address(pub Option<IpAddr>);

impl Address {
    /// Returns the address of a request.
    #[must_use]
    pub fn of(request: &Parts) -> Self {
        Self::among(&request.extensions)
    }

    /// Returns the address of a request that has these extensions.
    #[must_use]
    pub fn among(extensions: &Extensions) -> Self {
        Self(extensions.get::<Peer>().map(|Peer(address)| *address))
    }
}

impl FromRequestParts<App> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

impl OperationInput for Address {}
