//! Running a server: from open storage and a listener to the last answer after SIGTERM.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures_util::FutureExt;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use rankledger_domain::ids::Ids;
use rankledger_domain::time::Clock;
use rankledger_storage::Storage;
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::api::backups::Backups;
use crate::api::demo::DemoControls;
use crate::api::endpoints;
use crate::api::v2::events::readers::Readers;
use crate::api::webhooks::Webhooks;
use crate::config::{RateLimits, Sites};
use crate::http::app::{App, Parts};
use crate::http::connections::{Admitted, ClientStream, Connections};
use crate::http::feature::Features;
use crate::http::keys_in_use::KeysInUse;
use crate::http::rate_limit;
use crate::http::rate_limit::Limiter;
use crate::http::shell::Shell;
use crate::jobs::backups::BackupJob;
use crate::jobs::credential_uses::CredentialUsesJob;
use crate::jobs::deliveries::{DeliveryJob, DeliveryParts};
use crate::jobs::expiry::Scheduler;
use crate::jobs::health::{self, HealthJob};
use crate::ops::Ledger;
use crate::ops::credential_uses::CredentialUses;
use crate::ops::ledger::{LedgerOptions, WriterThread};
use crate::ops::signing_key;
use crate::router::router;
use crate::systemd::{self, Watchdog};

/// Longest time that a request may take, its body included.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// The most bytes of requests that are read ahead on a connection, and of answers that wait to be sent before
/// more of them is made. The head of a request has to fit.
const BUFFER: usize = 64 * 1024;

/// Longest time that requests under way may go on after the signal to stop.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(8);

/// Longest time that the ledger writer may then take to finish the queued commands.
const WRITER_TIMEOUT: Duration = Duration::from_secs(1);

/// The parts that a server is made of.
pub struct Setup {
    /// Where the data is.
    pub storage: Arc<dyn Storage>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// New ids.
    pub ids: Arc<dyn Ids>,
    /// How often a credential may call each endpoint.
    pub rate_limits: RateLimits,
    /// The connections, and their limits.
    pub connections: Connections,
    /// Where this server, and the sites that have to do with it, are reached.
    pub sites: Sites,
    /// The states of features that differ from the usual ones.
    pub features: Features,
}

/// The signals that ask a server to stop. One that arrives while nobody waits is not forgotten.
pub struct StopSignals([Signal; 3]);

impl StopSignals {
    /// Listens from now on. It must be called within an async runtime.
    pub fn listen() -> Result<Self> {
        let listen = |kind, name| signal(kind).with_context(|| format!("cannot listen for {name}"));
        Ok(Self([
            listen(SignalKind::terminate(), "SIGTERM")?,
            listen(SignalKind::interrupt(), "SIGINT")?,
            listen(SignalKind::hangup(), "SIGHUP")?,
        ]))
    }

    /// Waits for one of them.
    async fn received(&mut self) {
        let [terminate, interrupt, hang_up] = &mut self.0;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hang_up.recv() => {}
        }
    }
}

/// Serves the API until SIGTERM, SIGINT or SIGHUP, or the reset of a demo. Then it takes no new connection,
/// finishes the requests under way and the queued commands, and returns. It does the same, and fails, if
/// the ledger writer has ended by a panic: whatever supervises the server is to start it anew.
pub async fn serve(listener: TcpListener, setup: Setup, stop: &mut StopSignals) -> Result<()> {
    let connections = setup.connections.clone();
    let (app, writer) = start(setup)?;
    let ledger = app.ledger.clone();
    let (storage, clock) = (Arc::clone(&app.storage), Arc::clone(&app.clock));
    let scheduler = Scheduler::start(Arc::clone(&storage), ledger.clone(), clock, app.ids.as_ref());
    let credential_uses =
        CredentialUsesJob::start(app.feature::<CredentialUses>().as_ref().clone(), ledger.clone());
    tokio::spawn(make_missing_keys(Arc::clone(&storage), ledger.clone()));
    let backups = app.feature::<Backups>();
    let backups = backups
        .0
        .clone()
        .map(|watch| BackupJob::start(watch, ledger.clone(), Arc::clone(&app.clock), app.ids.as_ref()));
    let clock = Arc::clone(&app.clock);
    let health = HealthJob::start(Arc::clone(&app.storage), ledger.clone(), clock, health::PERIOD);
    let readers = app.feature::<Readers>();
    let deliveries = deliver(&app);
    let watchdog = Watchdog::start(listener.local_addr().context("cannot tell the address")?);
    systemd::ready();
    let demo = app.feature::<DemoControls>();
    let ended = async {
        tokio::select! {
            () = stop.received() => {}
            () = ledger.failed() => {}
            () = demo.reset_asked() => {}
        }
    };
    let under_way = accept_until(ended, listener, router(app), connections).await;
    systemd::stopping();
    watchdog.stop();
    readers.stop();
    health.stop();
    if let Some(backups) = backups {
        backups.stop().await;
    }
    scheduler.stop().await;
    tokio::join!(drain(under_way, &demo), deliveries.stop());
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

/// Starts to deliver events to subscriptions.
fn deliver(app: &App) -> DeliveryJob {
    let webhooks = app.feature::<Webhooks>();
    let parts = DeliveryParts {
        storage: Arc::clone(&app.storage),
        ledger: app.ledger.clone(),
        clock: Arc::clone(&app.clock),
        client: Arc::clone(webhooks.client()),
        stats: Arc::clone(webhooks.stats()),
    };
    DeliveryJob::start(parts, app.ids.as_ref())
}

/// Makes the signing keys of communities that an older version made.
async fn make_missing_keys(storage: Arc<dyn Storage>, ledger: Ledger) {
    if let Err(error) = signing_key::make_missing_keys(storage.as_ref(), &ledger).await {
        tracing::warn!(%error, "a community has no signing key yet: the next checkpoint or preview makes it");
    }
}

/// Starts a ledger writer on the storage, and the app that hands commands to it.
pub fn start(setup: Setup) -> Result<(App, WriterThread)> {
    let Setup { storage, clock, ids, rate_limits, connections, sites, features } = setup;
    let options = LedgerOptions::default();
    let (ledger, writer) = Ledger::start(Arc::clone(&storage), Arc::clone(&clock), Arc::clone(&ids), options)
        .context("cannot start the ledger writer")?;
    let body_timeout = connections.limits().body;
    let app = App::new(Parts {
        storage,
        ledger,
        limiter: Limiter::new(endpoints::endpoints(), &rate_limits, &clock, rate_limit::PATIENCE),
        keys_in_use: KeysInUse::default(),
        sites,
        clock,
        ids,
        features: features.with(connections),
        request_timeout: REQUEST_TIMEOUT,
        body_timeout,
    });
    Ok((app, writer))
}

/// Accepts connections until `ended`. Returns those that are under way then.
async fn accept_until(
    ended: impl Future<Output = ()>,
    listener: TcpListener,
    router: Shell,
    connections: Connections,
) -> GracefulShutdown {
    let under_way = GracefulShutdown::new();
    let mut ended = pin!(ended);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    if let Some(admitted) = connections.admit(peer).await {
                        serve_connection(stream, admitted, &router, &under_way);
                    }
                }
                Err(error) => make_room_after(&error, &connections).await,
            },
            () = &mut ended => return under_way,
        }
    }
}

/// Serves a connection, in the background.
fn serve_connection(stream: TcpStream, admitted: Admitted, router: &Shell, under_way: &GracefulShutdown) {
    // Without it small answers wait for the client's acknowledgement; not vital if it fails.
    let _ = stream.set_nodelay(true);
    let service = TowerToHyperService::new(router.of_connection(&admitted));
    let idle = admitted.connections().limits().idle;
    let stream = TokioIo::new(ClientStream::new(stream, &admitted));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(idle).max_buf_size(BUFFER);
    let serving = under_way.watch(http.serve_connection(stream, service));
    tokio::spawn(async move {
        tokio::select! {
            ended = serving => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended early");
                }
            }
            () = admitted.connection().asked_to_end() => {}
        }
        drop(admitted);
    });
}

/// A failed accept is one client's trouble, or a shortage of file descriptors: then the connection goes that
/// has kept the server waiting longest.
async fn make_room_after(error: &io::Error, connections: &Connections) {
    tracing::warn!(%error, "a connection could not be accepted");
    connections.close_longest_waiting();
    tokio::time::sleep(Duration::from_millis(50)).await;
}

async fn drain(under_way: GracefulShutdown, demo: &DemoControls) {
    tracing::info!("stopping: no new connections, finishing what is under way");
    let mut finished = pin!(under_way.shutdown());
    // The first poll tells the connections to end.
    let is_over = finished.as_mut().now_or_never().is_some();
    demo.note_ending();
    if is_over {
        return;
    }
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
