//! How many connections a server takes, and how long a client may keep one waiting.

use std::fmt;
use std::net::IpAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::str::FromStr;
use std::time::Duration;

use ipnet::IpNet;
use serde::Deserialize;

/// The settings in `[connections]` of a configuration file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ConnectionSettings {
    /// The highest number of connections, as far as the limit on open files allows.
    pub max: NonZeroUsize,
    /// The highest number of connections from one address, but for a trusted proxy; and of requests under way
    /// from one address behind such a proxy. Half of `max`, if absent.
    pub per_address: Option<NonZeroUsize>,
    /// Seconds that a connection may be idle, and that the head of a request may take to arrive.
    pub idle_seconds: NonZeroU32,
    /// Seconds that the body of a request may take to arrive.
    pub body_seconds: NonZeroU32,
    /// Seconds after which a client that takes nothing of its answer is cut off.
    pub write_seconds: NonZeroU32,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
}

/// A network, or a single address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Network(IpNet);

impl Default for ConnectionSettings {
    fn default() -> Self {
        const fn count(number: usize) -> NonZeroUsize {
            NonZeroUsize::new(number).expect("it is above 0")
        }
        const fn seconds(number: u32) -> NonZeroU32 {
            NonZeroU32::new(number).expect("it is above 0")
        }
        Self {
            max: const { count(1024) },
            per_address: None,
            idle_seconds: const { seconds(30) },
            body_seconds: const { seconds(10) },
            write_seconds: const { seconds(20) },
            trusted_proxies: Vec::new(),
        }
    }
}

impl ConnectionSettings {
    /// Returns the longest time that a connection may be idle, and that a head may take.
    #[must_use]
    pub fn idle(&self) -> Duration {
        whole(self.idle_seconds)
    }

    /// Returns the longest time that a body may take to arrive.
    #[must_use]
    pub fn body(&self) -> Duration {
        whole(self.body_seconds)
    }

    /// Returns the longest time for which a client may take nothing of its answer.
    #[must_use]
    pub fn write(&self) -> Duration {
        whole(self.write_seconds)
    }
}

fn whole(seconds: NonZeroU32) -> Duration {
    Duration::from_secs(seconds.get().into())
}

impl fmt::Display for ConnectionSettings {
    /// The settings that differ from the usual ones, each after a space.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let usual = Self::default();
        let Self { max, per_address, idle_seconds, body_seconds, write_seconds, trusted_proxies } = self;
        if *max != usual.max {
            write!(f, " connections.max={max}")?;
        }
        if let Some(per_address) = per_address {
            write!(f, " connections.per_address={per_address}")?;
        }
        let times = [
            ("idle", idle_seconds, usual.idle_seconds),
            ("body", body_seconds, usual.body_seconds),
            ("write", write_seconds, usual.write_seconds),
        ];
        for (name, seconds, usual) in times {
            if *seconds != usual {
                write!(f, " connections.{name}_seconds={seconds}")?;
            }
        }
        if !trusted_proxies.is_empty() {
            let proxies: Vec<_> = trusted_proxies.iter().map(ToString::to_string).collect();
            write!(f, " connections.trusted_proxies={}", proxies.join(","))?;
        }
        Ok(())
    }
}

impl Network {
    /// Returns whether the address belongs to the network.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address)
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        network
            .map(Self)
            .map_err(|_| format!("\"{text}\" is no address and no network, such as 127.0.0.1 or 10.0.0.0/8"))
    }
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.prefix_len() == self.0.max_prefix_len() {
            write!(f, "{}", self.0.addr())
        } else {
            write!(f, "{}", self.0)
        }
    }
}
