//! The address of the store in which nodes share rate limits: `redis://HOST:PORT`.

use std::fmt;
use std::str::FromStr;

use redis::Client;
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
        let refused = |error| {
            format!(
                "rate_limits.shared is the URL of a Redis or Valkey, such as redis://10.0.0.5:6379, \
                 rediss://:PASSWORD@redis.example.com or unix:///run/redis/redis-server.sock: {error}"
            )
        };
        Client::open(text).map_err(refused)?;
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for RedisUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl fmt::Display for RedisUrl {
    /// Without its name and password, and without its parameters, for the password can be one of those.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, rest) = self.0.split_once(':').unwrap_or_default();
        let place = rest.trim_start_matches("//").split(['?', '#']).next().unwrap_or_default();
        match place.rsplit_once('@') {
            Some((_, place)) => write!(f, "{scheme}://***@{place}"),
            None => write!(f, "{scheme}://{place}"),
        }
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
