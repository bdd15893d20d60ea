//! Running a server: from open storage and a listener to the last answer after SIGTERM.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use rankledger_domain::ids::Ids;
use rankledger_domain::time::Clock;
use rankledger_storage::Storage;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::api::v2::events::readers::Readers;
use crate::api::{endpoints, router};
use crate::config::{RateLimits, Sites};
use crate::http::app::{App, Parts};
use crate::http::feature::Features;
use crate::http::keys_in_use::KeysInUse;
use crate::http::rate_limit;
use crate::http::rate_limit::Limiter;
use crate::http::shell::Shell;
use crate::jobs::credential_uses::CredentialUsesJob;
use crate::jobs::expiry::Scheduler;
use crate::jobs::health::{self, HealthJob};
use crate::ops::Ledger;
use crate::ops::credential_uses::CredentialUses;
use crate::ops::ledger::{LedgerOptions, WriterThread};

/// Longest time that a request may take, its body included.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Longest time that the body of a request may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest time that a client may take to send the head of a request, and that an idle connection may stay.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// Longest time that requests under way may go on after the signal to stop.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(8);

/// Longest time that the ledger writer may then take to finish the queued commands.
const WRITER_TIMEOUT: Duration = Duration::from_secs(1);

/// Serves the API until SIGTERM, SIGINT or SIGHUP. Then it takes no new connection, finishes the requests
/// under way and the queued commands, and returns. It does the same, and fails, if the ledger writer has
/// ended by a panic: whatever supervises the server is to start it anew.
pub async fn serve(
    listener: TcpListener,
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    rate_limits: &RateLimits,
    sites: Sites,
    features: Features,
) -> Result<()> {
    let (app, writer) = start(storage, clock, ids, rate_limits, sites, features)?;
    let ledger = app.ledger.clone();
    let (storage, clock) = (Arc::clone(&app.storage), Arc::clone(&app.clock));
    let scheduler = Scheduler::start(Arc::clone(&storage), ledger.clone(), clock, app.ids.as_ref());
    let credential_uses =
        CredentialUsesJob::start(app.feature::<CredentialUses>().as_ref().clone(), ledger.clone());
    let clock = Arc::clone(&app.clock);
    let health = HealthJob::start(Arc::clone(&app.storage), ledger.clone(), clock, health::PERIOD);
    let readers = app.feature::<Readers>();
    let connections = accept_until_end(listener, router(app), &ledger).await?;
    readers.stop();
    health.stop();
    scheduler.stop().await;
    drain(connections).await;
    credential_uses.stop().await;
    let stopped = async {
        tokio::task::spawn_blocking(move || writer.stop()).await?;
        anyhow::Ok(storage.flush().await?)
    };
    match tokio::time::timeout(WRITER_TIMEOUT, stopped).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(%error, "what was not answered may be lost"),
        Err(_) => {
            tracing::warn!(
                "the database held the ledger writer up: what was not answered may not be written"
            );
        }
    }
    log_totals(&ledger);
    ensure!(!ledger.has_failed(), "the ledger writer has ended by a panic: start the server again");
    Ok(())
}

/// Starts a ledger writer on the storage, and the app that hands commands to it.
pub fn start(
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    rate_limits: &RateLimits,
    sites: Sites,
    features: Features,
) -> Result<(App, WriterThread)> {
    let options = LedgerOptions::default();
    let (ledger, writer) = Ledger::start(Arc::clone(&storage), Arc::clone(&clock), Arc::clone(&ids), options)
        .context("cannot start the ledger writer")?;
    let app = App::new(Parts {
        storage,
        ledger,
        limiter: Limiter::new(endpoints::endpoints(), rate_limits, &clock, rate_limit::PATIENCE),
        keys_in_use: KeysInUse::default(),
        sites,
        clock,
        ids,
        features,
        request_timeout: REQUEST_TIMEOUT,
        body_timeout: BODY_TIMEOUT,
    });
    Ok((app, writer))
}

async fn accept_until_end(listener: TcpListener, router: Shell, ledger: &Ledger) -> Result<GracefulShutdown> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    let mut hang_up = signal(SignalKind::hangup()).context("cannot listen for SIGHUP")?;
    let connections = GracefulShutdown::new();
    let mut failed = pin!(ledger.failed());
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    // Without it small answers wait for the client's acknowledgement; not vital if it fails.
                    let _ = stream.set_nodelay(true);
                    let service = TowerToHyperService::new(router.of_peer(peer.into()));
                    let mut http = http1::Builder::new();
                    http.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
                    let connection = connections.watch(http.serve_connection(TokioIo::new(stream), service));
                    tokio::spawn(async move {
                        if let Err(error) = connection.await {
                            tracing::debug!(%error, "a connection ended early");
                        }
                    });
                }
                Err(error) => wait_after(&error).await,
            },
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            _ = hang_up.recv() => break,
            () = &mut failed => break,
        }
    }
    Ok(connections)
}

/// A failed accept is one client's trouble, or a shortage of file descriptors that passes.
async fn wait_after(error: &io::Error) {
    tracing::warn!(%error, "a connection could not be accepted");
    tokio::time::sleep(Duration::from_millis(50)).await;
}

async fn drain(connections: GracefulShutdown) {
    tracing::info!("stopping: no new connections, finishing what is under way");
    let finished = pin!(connections.shutdown());
    if tokio::time::timeout(DRAIN_TIMEOUT, finished).await.is_err() {
        tracing::warn!(seconds = DRAIN_TIMEOUT.as_secs(), "some requests were not finished in time");
    }
}

fn log_totals(ledger: &Ledger) {
    let (commands, commits) = (ledger.stats().commands(), ledger.stats().commits());
    #[expect(clippy::cast_precision_loss, reason = "an average for people to read")]
    let average = if commits == 0 { 0.0 } else { commands as f64 / commits as f64 };
    tracing::info!(commands, commits, per_commit = format!("{average:.1}"), "stopped: the ledger is written");
}
