//! The address of the store in which nodes share rate limits: `redis://HOST:PORT`.

use std::fmt;
use std::str::FromStr;

use redis::{Client, ConnectionAddr, IntoConnectionInfo};
use serde::Deserialize;

/// The URL of a Redis or Valkey: `redis://`, `rediss://` (TLS) or `unix://`. It may hold a password, which is
/// never printed.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct RedisUrl(String);

impl RedisUrl {
    /// Returns a client for this address. It is not connected yet.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::open(self.0.as_str()).expect("this text was taken for a URL when it was read")
    }
}

impl FromStr for RedisUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = |why: &str| {
            format!(
                "rate_limits.shared is the URL of a Redis or Valkey, such as redis://10.0.0.5:6379, \
                 rediss://:PASSWORD@redis.example.com or unix:///run/redis/redis-server.sock: {why}"
            )
        };
        // The details of the error may be a part of the password.
        Client::open(text).map_err(|error| refused(error.category()))?;
        if !names_credentials_clearly(text) {
            let why = "it is not clear where the password in it ends: write an @ in it as %40, a / as %2F, \
                       a ? as %3F, a # as %23 and a % as %25";
            return Err(refused(why));
        }
        Ok(Self(text.to_owned()))
    }
}

/// Whether the client library finds the end of the credentials where their author meant it: it looks for it
/// before the first `/`, `?` or `#`.
fn names_credentials_clearly(text: &str) -> bool {
    let Some(url) = redis::parse_redis_url(text) else { return false };
    let behind = [Some(url.path()), url.query(), url.fragment()];
    !url.has_host() || !behind.into_iter().flatten().any(|part| part.contains('@'))
}

impl TryFrom<String> for RedisUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl fmt::Display for RedisUrl {
    /// Where it leads, as the client library understands it: without credentials and parameters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(parsed) = self.0.as_str().into_connection_info() else { return f.write_str("redis://***") };
        let has_credentials = parsed.redis.username.is_some() || parsed.redis.password.is_some();
        let credentials = if has_credentials { "***@" } else { "" };
        match &parsed.addr {
            ConnectionAddr::Unix(path) => write!(f, "unix://{credentials}{}", path.display())?,
            ConnectionAddr::Tcp(host, port) => write!(f, "redis://{credentials}{}:{port}", Bracketed(host))?,
            ConnectionAddr::TcpTls { host, port, .. } => {
                write!(f, "rediss://{credentials}{}:{port}", Bracketed(host))?;
            }
        }
        match parsed.redis.db {
            0 => Ok(()),
            number => write!(f, "/{number}"),
        }
    }
}

/// A host, in brackets if it is an address of IPv6.
struct Bracketed<'a>(&'a str);

impl fmt::Display for Bracketed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.contains(':') { write!(f, "[{}]", self.0) } else { f.write_str(self.0) }
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
