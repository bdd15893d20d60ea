//! `rankledger serve`: serve the API.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use clap::Args;
use rankledger_domain::time::Clock;
use rankledger_storage::Storage;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use super::database::DatabaseArgs;
use crate::config::{CorsOrigin, Overrides, RateLimitMode, RateLimits, RedisUrl, Settings, SiteUrl, Sites};
use crate::ops::clock_watch::{ClockWatch, health_warnings};
use crate::system::{SystemClock, SystemIds};

#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    database: DatabaseArgs,
    /// Address to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "RANKLEDGER_LISTEN", value_name = "ADDR", value_parser = parse_listen)]
    listen: Option<SocketAddr>,
    /// How often a credential may call: `documented` or `off` [default: documented]
    #[arg(long, env = "RANKLEDGER_RATE_LIMITS", value_name = "MODE")]
    rate_limits: Option<RateLimitMode>,
    /// Redis or Valkey in which several nodes count requests together [default: each counts by itself]
    #[arg(long, env = "RANKLEDGER_RATE_LIMITS_SHARED", value_name = "URL", hide_env_values = true)]
    rate_limits_shared: Option<RedisUrl>,
    /// Where clients reach this server [default: the host that a request names]
    #[arg(long, env = "RANKLEDGER_PUBLIC_URL", value_name = "URL")]
    public_url: Option<SiteUrl>,
    /// Where short URLs lead [default: this server]
    #[arg(long, env = "RANKLEDGER_SITE_URL", value_name = "URL")]
    site_url: Option<SiteUrl>,
    /// Sites whose pages may call this server from a browser, separated by commas; `*` for all [default:
    /// none]
    #[arg(long, env = "RANKLEDGER_CORS_ORIGINS", value_name = "ORIGINS", value_delimiter = ',')]
    cors_origins: Vec<CorsOrigin>,
}

impl Serve {
    /// Returns the settings of a server that is started with these flags.
    pub(super) fn settings(self) -> Result<Settings> {
        let overrides = Overrides {
            listen: self.listen,
            database: self.database.database,
            rate_limits: self.rate_limits,
            rate_limits_shared: self.rate_limits_shared,
            sites: Sites {
                public_url: self.public_url,
                site_url: self.site_url,
                cors_origins: self.cors_origins,
            },
        };
        super::database::load(self.database.config.as_deref(), overrides)
    }

    pub(super) async fn run(self) -> Result<()> {
        let settings = self.settings()?;
        start_log(LevelFilter::INFO)?;
        let storage = settings.database.open(settings.postgres.into()).await?;
        let listener = bind(settings.listen).await?;
        tracing::info!(%settings, "serving");
        tell_who_counts(&settings.rate_limits);
        warn_if_empty(storage.as_ref()).await?;
        let clock = SystemClock::default();
        log_health_warnings(storage.as_ref(), &clock).await?;
        crate::serve::serve(
            listener,
            storage,
            Arc::new(clock),
            Arc::new(SystemIds),
            &settings.rate_limits,
            settings.sites,
        )
        .await
    }
}

/// Logs a hint if each node counts rate limits by itself: then the limits are multiplied by the number of
/// nodes.
fn tell_who_counts(limits: &RateLimits) {
    if limits.mode == RateLimitMode::Documented && limits.shared.is_none() {
        tracing::info!(
            "rate limits are counted by this node alone: if there are several, give all the same rate_limits.shared"
        );
    }
}

/// A server without a community answers 401 to everybody: say so where the operator looks.
async fn warn_if_empty(storage: &dyn Storage) -> Result<()> {
    if storage.read().await?.communities().await?.is_empty() {
        tracing::warn!(
            "there is no community yet: make one with `rankledger community create`, or import one"
        );
    }
    Ok(())
}

/// Logs the health warnings, which `/readyz` also shows from now on, and the log once a minute.
async fn log_health_warnings(storage: &dyn Storage, clock: &dyn Clock) -> Result<()> {
    for warning in health_warnings(storage, clock, &ClockWatch::default()).await? {
        tracing::warn!("{}", warning.text);
    }
    Ok(())
}

/// Opens the address to listen on.
pub(super) async fn bind(listen: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}: choose another address or port with --listen"))
}

/// Reads an address and a port; `localhost` is one too.
pub(super) fn parse_listen(text: &str) -> Result<SocketAddr> {
    let text = text.replace("localhost:", "127.0.0.1:");
    text.parse().context("say an IP address and a port, such as 127.0.0.1:8080")
}

/// Logs to standard error, as much as `RANKLEDGER_LOG` says, or `otherwise`.
pub(super) fn start_log(otherwise: LevelFilter) -> Result<()> {
    let filter = EnvFilter::builder()
        .with_env_var("RANKLEDGER_LOG")
        .with_default_directive(otherwise.into())
        .from_env()
        .context("RANKLEDGER_LOG is not a log filter such as `info` or `rankledger_server=debug`")?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .try_init()
        .map_err(|error| anyhow!("cannot start the log: {error}"))
}
