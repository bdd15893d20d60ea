//! The configuration file, in TOML.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use serde::Deserialize;

use super::BackupSettings;
use super::ConnectionSettings;
use super::CorsSettings;
use super::DatabaseUrl;
use super::PostgresSettings;
use super::RateLimits;
use super::SiteUrl;
use super::WebhookSettings;

/// Says which file an error is about.
#[must_use]
pub fn in_file(path: &Path) -> String {
    format!("in the configuration file {}", path.display())
}

/// The members of a configuration file. An absent member has its default.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigFile {
    /// See [`super::Settings::listen`].
    pub listen: Option<SocketAddr>,
    /// See [`super::Settings::database`].
    pub database: Option<DatabaseUrl>,
    /// See [`super::Settings::postgres`].
    #[serde(default)]
    pub postgres: PostgresSettings,
    /// See [`super::Sites::public_url`].
    pub public_url: Option<SiteUrl>,
    /// See [`super::Sites::site_url`].
    pub site_url: Option<SiteUrl>,
    /// See [`super::Sites::cors_origins`].
    #[serde(default)]
    pub cors: CorsSettings,
    /// See [`super::Settings::rate_limits`].
    #[serde(default)]
    pub rate_limits: RateLimits,
    /// See [`super::Settings::connections`].
    #[serde(default)]
    pub connections: ConnectionSettings,
    /// See [`super::Settings::backup`].
    pub backup: Option<BackupSettings>,
    /// See [`super::Settings::webhooks`].
    #[serde(default)]
    pub webhooks: WebhookSettings,
}

impl ConfigFile {
    /// Reads the file. Errors name it, the line and the key. The names in `rate_limits.per_minute` are kept
    /// as given: the command line checks them against the table of URLs.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            let way_out = match error.kind() {
                ErrorKind::PermissionDenied => "; run this as root, with sudo",
                _ => "",
            };
            anyhow!("cannot read the configuration file {}: {error}{way_out}", path.display())
        })?;
        Self::parse(&text).with_context(|| in_file(path))
    }

    fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| text[..span.start].matches('\n').count() + 1);
            let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
            anyhow!("{place}{}", error.message())
        })
    }
}
