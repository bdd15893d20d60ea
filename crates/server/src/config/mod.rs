//! The settings of a server. Flags take precedence over the environment, then the configuration file, then
//! defaults.

mod backup;
mod connections;
mod cors;
mod database;
mod file;
mod postgres;
mod redis;
mod site;
mod webhooks;

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::str::FromStr;

use anyhow::Result;
use rankledger_storage::postgres::PostgresOptions;
use serde::Deserialize;

pub use backup::BackupSettings;
pub use connections::{ConnectionSettings, Network};
pub use cors::{CorsOrigin, CorsSettings};
pub use database::DatabaseUrl;
pub use file::{ConfigFile, in_file};
pub use postgres::PostgresSettings;
pub use redis::RedisUrl;
pub use site::{SiteUrl, Sites};
pub use webhooks::WebhookSettings;

/// Address on which `serve` and `demo` listen by default.
pub const DEFAULT_LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);

/// The settings of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where its data is.
    pub database: DatabaseUrl,
    /// How it is used, if it is a PostgreSQL database.
    pub postgres: PostgresSettings,
    /// How often a credential may call each endpoint.
    pub rate_limits: RateLimits,
    /// How many connections it takes, and how long a client may keep one waiting.
    pub connections: ConnectionSettings,
    /// Where this server, and the sites that have to do with it, are reached.
    pub sites: Sites,
    /// The backups that it takes by itself.
    pub backup: Option<BackupSettings>,
    /// Where subscriptions may send events.
    pub webhooks: WebhookSettings,
}

/// The settings given on the command line or in the environment.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// See [`Settings::listen`].
    pub listen: Option<SocketAddr>,
    /// See [`Settings::database`].
    pub database: Option<DatabaseUrl>,
    /// See [`RateLimits::mode`].
    pub rate_limits: Option<RateLimitMode>,
    /// See [`RateLimits::shared`].
    pub rate_limits_shared: Option<RedisUrl>,
    /// See [`Sites`].
    pub sites: Sites,
    /// See [`WebhookSettings`].
    pub webhooks: WebhookSettings,
}

impl Settings {
    /// Reads the configuration file, if there is one, and puts `overrides` over it.
    pub fn load(config: Option<&Path>, overrides: Overrides) -> Result<Self> {
        let file = config.map(ConfigFile::read).transpose()?.unwrap_or_default();
        let mut rate_limits = file.rate_limits;
        if let Some(mode) = overrides.rate_limits {
            rate_limits.mode = mode;
        }
        rate_limits.shared = overrides.rate_limits_shared.or(rate_limits.shared);
        Ok(Self {
            listen: overrides.listen.or(file.listen).unwrap_or(DEFAULT_LISTEN),
            database: overrides.database.or(file.database).unwrap_or_default(),
            postgres: file.postgres,
            rate_limits,
            connections: file.connections,
            sites: Sites {
                public_url: overrides.sites.public_url.or(file.public_url),
                site_url: overrides.sites.site_url.or(file.site_url),
                cors_origins: if overrides.sites.cors_origins.is_empty() {
                    file.cors.origins
                } else {
                    overrides.sites.cors_origins
                },
            },
            backup: file.backup,
            webhooks: WebhookSettings {
                allow_networks: if overrides.webhooks.allow_networks.is_empty() {
                    file.webhooks.allow_networks
                } else {
                    overrides.webhooks.allow_networks
                },
                allow_http: overrides.webhooks.allow_http || file.webhooks.allow_http,
                ..WebhookSettings::default()
            },
        })
    }
}

impl fmt::Display for Settings {
    /// One line for the log. Secrets are masked in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { listen, database, postgres, rate_limits, connections, sites, backup, webhooks } = self;
        write!(f, "listen={listen} database={database}")?;
        if matches!(database, DatabaseUrl::Postgres(_)) {
            let PostgresOptions { writers, readers, read_from_standby, .. } = (*postgres).into();
            write!(f, " writers={writers} readers={readers} read_from_standby={read_from_standby}")?;
        }
        write!(f, " rate_limits={rate_limits}{connections}{sites}{webhooks}")?;
        backup.as_ref().map_or(Ok(()), |backup| write!(f, " backup={backup}"))
    }
}

/// How often a credential, and a community, may call each endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimits {
    /// Whether there are limits at all.
    #[serde(default)]
    pub mode: RateLimitMode,
    /// Where several nodes count together; if absent, each counts by itself.
    pub shared: Option<RedisUrl>,
    /// Requests a minute that differ from the documented ones, by operation id; 0 switches a limit off.
    #[serde(default)]
    pub per_minute: BTreeMap<String, u32>,
    /// How many times the requests of one credential all credentials of a community together may send; 0 if
    /// only each by itself is limited.
    #[serde(default = "community_factor")]
    pub community_factor: u32,
    /// How long a call of v1, and any other request that may wait, waits for its turn when it is beyond its
    /// limit, before it is refused, in seconds: 20 at the most.
    #[serde(default = "v1_wait_seconds", deserialize_with = "wait_seconds")]
    pub v1_wait_seconds: u32,
}

/// The most that [`RateLimits::v1_wait_seconds`] can be: a request is timed out after 30 seconds, and the
/// script of the shared limits takes a bucket that needs much longer for one of a clock that was set back.
const MOST_WAIT_SECONDS: u32 = 20;

/// Reads the seconds that a request may wait.
fn wait_seconds<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let seconds = u32::deserialize(deserializer)?;
    if seconds <= MOST_WAIT_SECONDS {
        return Ok(seconds);
    }
    let what = format!("it is {seconds}: a request waits for {MOST_WAIT_SECONDS} seconds at the most, or 0");
    Err(serde::de::Error::custom(what))
}

/// The usual [`RateLimits::community_factor`].
fn community_factor() -> u32 {
    10
}

/// The usual [`RateLimits::v1_wait_seconds`]: long enough for the next turn at every endpoint, and short
/// enough for a server that stops.
fn v1_wait_seconds() -> u32 {
    8
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            mode: RateLimitMode::default(),
            shared: None,
            per_minute: BTreeMap::new(),
            community_factor: community_factor(),
            v1_wait_seconds: v1_wait_seconds(),
        }
    }
}

impl fmt::Display for RateLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.mode)?;
        for (operation, limit) in &self.per_minute {
            write!(f, ",{operation}={limit}/min")?;
        }
        if self.community_factor != community_factor() {
            write!(f, ",community_factor={}", self.community_factor)?;
        }
        if self.v1_wait_seconds != v1_wait_seconds() {
            write!(f, ",v1_wait_seconds={}", self.v1_wait_seconds)?;
        }
        if let Some(url) = &self.shared {
            write!(f, ",shared={url}")?;
        }
        Ok(())
    }
}

/// Whether there are rate limits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RateLimitMode {
    /// The limits of the documented API, unless the configuration changes one.
    #[default]
    Documented,
    /// No limits.
    Off,
}

impl fmt::Display for RateLimitMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Documented => "documented",
            Self::Off => "off",
        })
    }
}

impl FromStr for RateLimitMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "documented" => Ok(Self::Documented),
            "off" => Ok(Self::Off),
            _ => Err("say `documented` or `off`".to_owned()),
        }
    }
}
