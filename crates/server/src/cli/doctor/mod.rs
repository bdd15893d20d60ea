//! `rankledger doctor`: checks one by one what a server needs for its work, and says what to do where a check
//! fails. It changes nothing.

mod report;

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use jiff::Timestamp;
use rankledger_domain::time::Clock as _;
use rankledger_storage::checkup::Check;
use tokio::net::TcpListener;

use super::print;
use super::serve::Serve;
use crate::config::{BackupSettings, RateLimitMode, RateLimits, Settings};
use crate::http::rate_limit;
use crate::jobs::backups::BackupWatch;
use crate::system::SystemClock;

#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// What `serve` is started with.
    #[command(flatten)]
    serve: Serve,
}

impl Doctor {
    pub(super) async fn run(self) -> Result<ExitCode> {
        let checks = match self.serve.settings() {
            Ok(settings) => check(&settings).await,
            Err(error) => vec![Check::failed("configuration", format!("{error:#}"))],
        };
        print::print(&report::report(&checks))?;
        let has_failed = checks.iter().any(report::has_failed);
        Ok(if has_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

/// Looks at everything that a server with these settings needs.
async fn check(settings: &Settings) -> Vec<Check> {
    let mut checks = vec![Check::fine("configuration", settings.to_string())];
    let clock = SystemClock::default();
    checks.extend(settings.database.check_up(settings.postgres.into(), &clock).await);
    checks.extend(settings.backup.as_ref().map(|backup| backups(backup, clock.now())));
    checks.push(rate_limits(&settings.rate_limits).await);
    checks.push(address(settings.listen).await);
    checks
}

/// Looks at the folder of the backups, and how old the newest is.
fn backups(settings: &BackupSettings, now: Timestamp) -> Check {
    const NAME: &str = "backups";
    let folder = settings.folder.display();
    match BackupWatch::newest_in(&settings.folder) {
        Ok(Some(newest)) if now.duration_since(newest).unsigned_abs() > settings.every * 2 => Check::warning(
            NAME,
            format!(
                "the newest in {folder} is of {newest}, though one is due every {} s",
                settings.every.as_secs()
            ),
        ),
        Ok(Some(newest)) => Check::fine(NAME, format!("the newest in {folder} is of {newest}")),
        Ok(None) => {
            Check::warning(NAME, format!("there is none in {folder} yet: a running server takes one"))
        }
        Err(error) => Check::failed(
            NAME,
            format!("{error}. Make the folder, and let the user that `rankledger serve` runs as write to it"),
        ),
    }
}

async fn rate_limits(limits: &RateLimits) -> Check {
    const NAME: &str = "rate limits";
    match &limits.shared {
        _ if limits.mode == RateLimitMode::Off => Check::fine(NAME, "off"),
        None => Check::fine(NAME, "counted by each server alone"),
        Some(url) => match rate_limit::probe(url).await {
            Ok(()) => Check::fine(NAME, format!("counted for all servers in {url}")),
            Err(error) => Check::failed(
                NAME,
                format!(
                    "{url} does not answer, so that each server counts by itself: {error}. Check that it runs, and its password"
                ),
            ),
        },
    }
}

/// A server that runs already has the address, so that it is no failure.
async fn address(listen: SocketAddr) -> Check {
    const NAME: &str = "address";
    match TcpListener::bind(listen).await {
        Ok(_) => Check::fine(NAME, format!("{listen} is free")),
        Err(error) => Check::warning(
            NAME,
            format!(
                "cannot listen on {listen}: {error}. If that is not the server itself, choose another with --listen"
            ),
        ),
    }
}
