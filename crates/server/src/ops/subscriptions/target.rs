//! The URL of a receiver: read, and checked as far as that is possible without asking for the addresses of
//! its host. Those are checked when something is sent.

use std::fmt;
use std::net::IpAddr;

use url::{Host, ParseError, Url};

use crate::config::WebhookSettings;

/// The most bytes that the URL of a receiver may have.
pub const LONGEST_URL: usize = 2048;

/// Ports of well-known services that are no receivers of events: those that browsers block, too (WHATWG
/// Fetch, "bad port"), and those of databases, queues and remote control.
const PORTS_OF_OTHERS: &[u16] = &[
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103,
    104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 445, 465, 512, 513,
    514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 873, 989, 990, 993, 995, 1433,
    1521, 1719, 1720, 1723, 2049, 2181, 2375, 2376, 2379, 2380, 3306, 3389, 3659, 4045, 4190, 5060, 5061,
    5432, 5672, 5900, 5984, 5985, 5986, 6000, 6379, 6380, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697,
    9042, 9092, 9200, 9300, 10080, 10250, 11211, 27017, 27018, 27019,
];

/// The URL of a receiver, in one spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target(Url);

/// Why a text is not the URL of a receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// It cannot be read.
    #[error("it is not a URL such as https://example.com/hook")]
    Unreadable,
    /// It is too long.
    #[error("it is longer than {LONGEST_URL} bytes")]
    TooLong,
    /// Its scheme is neither http nor https.
    #[error("it does not begin with https://")]
    NotWeb,
    /// Its scheme is http, which the operator does not allow.
    #[error(
        "it begins with http://, and this server sends by https only, unless `allow_http` in [webhooks] of its \
         configuration is true"
    )]
    PlainHttp,
    /// It names no host.
    #[error("it names no host")]
    NoHost,
    /// It holds a user name or a password.
    #[error("it holds a user name or a password: a receiver knows the sender by the signature")]
    Credentials,
    /// Its port is that of another service.
    #[error("the port {0} is that of another service")]
    PortOfAnother(u16),
    /// Its host is an address that is not public, and that the operator does not allow.
    #[error(
        "the address {0} is not public, and `allow_networks` in [webhooks] of this server's configuration does \
         not have it"
    )]
    Address(IpAddr),
}

impl Target {
    /// Reads the URL of a receiver.
    pub fn parse(text: &str, settings: &WebhookSettings) -> Result<Self, TargetError> {
        if text.len() > LONGEST_URL {
            return Err(TargetError::TooLong);
        }
        // The library forgives what a person would not: it drops line breaks, and takes `\` for `/`.
        if text.chars().any(|one| one.is_whitespace() || one.is_control() || one == '\\') {
            return Err(TargetError::Unreadable);
        }
        let (_, behind) = text.split_once("://").ok_or(TargetError::NotWeb)?;
        let authority = behind.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.is_empty() || authority.starts_with(':') {
            return Err(TargetError::NoHost);
        }
        if authority.contains('@') {
            return Err(TargetError::Credentials);
        }
        let url = Url::parse(text).map_err(|error| match error {
            ParseError::EmptyHost => TargetError::NoHost,
            _ => TargetError::Unreadable,
        })?;
        let target = Self(url);
        target.check(settings)?;
        Ok(target)
    }

    /// Refuses a URL that is read and nothing may be sent to.
    fn check(&self, settings: &WebhookSettings) -> Result<(), TargetError> {
        match self.0.scheme() {
            "https" => {}
            "http" if settings.allow_http => {}
            "http" => return Err(TargetError::PlainHttp),
            _ => return Err(TargetError::NotWeb),
        }
        if let Some(port) = self.0.port()
            && PORTS_OF_OTHERS.contains(&port)
        {
            return Err(TargetError::PortOfAnother(port));
        }
        if self.0.host().is_none() {
            return Err(TargetError::NoHost);
        }
        match self.address() {
            Some(address) if !settings.may_send_to(address) => Err(TargetError::Address(address)),
            _ => Ok(()),
        }
    }

    /// Returns the address that is the host. `None` if the host is a name.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        match self.0.host()? {
            Host::Domain(_) => None,
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
        }
    }

    /// Returns the URL as the HTTP client takes it.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// Returns the host and the port: what requests at the same time are counted by.
    #[must_use]
    pub fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        format!("{host}:{}", self.0.port_or_known_default().unwrap_or_default())
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}
