//! `rankledger doctor`: checks one by one what a server needs for its work, and says what to do where a check
//! fails. It changes nothing.

mod report;

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use rankledger_storage::checkup::Check;
use tokio::net::TcpListener;

use super::print;
use super::serve::Serve;
use crate::config::{RateLimitMode, RateLimits, Settings};
use crate::http::rate_limit;
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
    checks.push(rate_limits(&settings.rate_limits).await);
    checks.push(address(settings.listen).await);
    checks
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
