//! `rankledger serve`: serve the API.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;
use rankledger_domain::ids::Ids as _;
use rankledger_domain::time::Clock;
use rankledger_storage::Storage;
use rankledger_storage::postgres::PostgresOptions;
use tokio::net::TcpListener;

use super::database::DatabaseArgs;
use super::log_output::{LogQueue, log_through_queue};
use crate::api::backups::Backups;
use crate::api::metrics::LostLogLines;
use crate::api::webhooks::Webhooks;
use crate::config::{
    BackupSettings, CorsOrigin, DatabaseUrl, Network, Overrides, RateLimitMode, RateLimits, RedisUrl,
    Settings, SiteUrl, Sites, WebhookSettings,
};
use crate::http::connections::{ConnectionLimits, Connections, raise_open_files};
use crate::http::feature::Features;
use crate::jobs::backups::BackupWatch;
use crate::ops::clock_watch::ClockWatch;
use crate::ops::health::health_warnings;
use crate::serve::{Setup, StopSignals};
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
    /// Networks that subscriptions may send to, although they are not public, separated by commas [default:
    /// none]
    #[arg(long, env = "RANKLEDGER_WEBHOOKS_ALLOW_NETWORKS", value_name = "NETWORKS", value_delimiter = ',')]
    webhooks_allow_networks: Vec<Network>,
    /// Let subscriptions send by http, not only by https
    #[arg(long, env = "RANKLEDGER_WEBHOOKS_ALLOW_HTTP")]
    webhooks_allow_http: bool,
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
            webhooks: WebhookSettings {
                allow_networks: self.webhooks_allow_networks,
                allow_http: self.webhooks_allow_http,
                ..WebhookSettings::default()
            },
        };
        let settings = super::database::load(self.database.config.as_deref(), overrides)?;
        if settings.backup.is_some() && matches!(settings.database, DatabaseUrl::Postgres(_)) {
            bail!(
                "[backup] is for an SQLite database: PostgreSQL is backed up by its own tools, see `rankledger help backup`"
            );
        }
        Ok(settings)
    }

    pub(super) async fn run(self) -> Result<ExitCode> {
        let settings = self.settings()?;
        let log = log_through_queue()?;
        let limits = connection_limits(&settings);
        let options = PostgresOptions { node: Some(random_node()), ..settings.postgres.into() };
        let storage = settings.database.open_to_serve(options).await?;
        let listener = bind(settings.listen).await?;
        tracing::info!(%settings, "serving");
        warn_of_other_counts(&settings.rate_limits, storage.as_ref()).await;
        warn_if_empty(storage.as_ref()).await?;
        let clock = SystemClock::default();
        log_health_warnings(storage.as_ref(), &clock).await?;
        let mut stop = StopSignals::listen()?;
        let served = crate::serve::serve(
            listener,
            Setup {
                storage,
                clock: Arc::new(clock),
                ids: Arc::new(SystemIds),
                rate_limits: settings.rate_limits,
                connections: Connections::new(limits),
                sites: settings.sites,
                features: features(&log)
                    .with(backups(settings.backup, &settings.database))
                    .with(Webhooks::new(settings.webhooks)),
            },
            &mut stop,
        );
        Ok(exit_code(served.await))
    }
}

/// Returns the features that know of the log.
pub(super) fn features(log: &LogQueue) -> Features {
    Features::default().with(LostLogLines(log.lost()))
}

/// Returns the exit code of a server that has ended, and logs why it failed: standard error may have a reader
/// that has stalled, and the end must not wait for it.
pub(super) fn exit_code(served: Result<()>) -> ExitCode {
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Raises the limit on open files, and returns the limits on connections. Says so if there may be fewer than
/// the settings allow.
fn connection_limits(settings: &Settings) -> ConnectionLimits {
    let PostgresOptions { writers, readers, .. } = settings.postgres.into();
    let of_database =
        if matches!(settings.database, DatabaseUrl::Postgres(_)) { writers + readers } else { 0 };
    let open_files = raise_open_files();
    let limits = ConnectionLimits::new(&settings.connections, open_files, of_database);
    if limits.max < settings.connections.max.get() {
        tracing::warn!(
            open_files,
            "the limit on open files leaves room for {} connections instead of {}: raise it (`ulimit -n`, or \
             LimitNOFILE of systemd)",
            limits.max,
            settings.connections.max,
        );
    }
    limits
}

/// The backups that this server is to take.
fn backups(settings: Option<BackupSettings>, database: &DatabaseUrl) -> Backups {
    match (settings, database) {
        (Some(settings), DatabaseUrl::Sqlite(path)) => {
            Backups(Some(Arc::new(BackupWatch::new(path.clone(), settings))))
        }
        _ => Backups(None),
    }
}

/// Returns a number that no other server is likely to have.
fn random_node() -> u32 {
    // The end of a UUID is random.
    let [.., a, b, c, d] = SystemIds.uuid().into_bytes();
    u32::from_be_bytes([a, b, c, d])
}

/// Warns if other servers work on the database and each counts rate limits by itself: then the limits are
/// multiplied by their number. The last server to start sees all others.
async fn warn_of_other_counts(limits: &RateLimits, storage: &dyn Storage) {
    if limits.mode == RateLimitMode::Off || limits.shared.is_some() {
        return;
    }
    // A server that cannot tell starts all the same.
    let others = storage.other_nodes().await.unwrap_or(0);
    if others > 0 {
        tracing::warn!(
            others,
            "other servers work on this database, and each counts rate limits by itself, so that more requests pass: give \
             all the same rate_limits.shared"
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
