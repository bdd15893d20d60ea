//! The address that a request came from: that of the connection. Behind a proxy it is the proxy's.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::FromRequestParts;
use http::Extensions;
use http::request::Parts;

use crate::http::App;

/// The other end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(IpAddr);

impl From<SocketAddr> for Peer {
    /// An IPv4 address that a socket shows as an IPv6 address is an IPv4 address.
    fn from(address: SocketAddr) -> Self {
        Self(address.ip().to_canonical())
    }
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
