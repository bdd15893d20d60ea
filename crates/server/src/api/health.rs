//! `GET /healthz` and `GET /readyz`, for the programs that watch over the server.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use rankledger_storage::HealthWarning;
use schemars::JsonSchema;
use serde::Serialize;
use tokio::sync::Mutex;

use crate::api::backups::{self, Backups, NewestBackup};
use crate::http::App;
use crate::http::feature::Feature;
use crate::ops::health::health_warnings;
use crate::ops::ledger::Outcome;
use crate::ops::probe::Probe;
use crate::ops::{LedgerError, OpError};
use crate::wire::problem::Problem;

/// The longest time that a watcher waits for the database.
const PATIENCE: Duration = Duration::from_secs(2);

/// The time for which the newest warnings are answered again, because watchers may ask often.
const LATELY: Duration = Duration::from_secs(1);

/// The state of the server.
#[derive(Serialize, JsonSchema)]
pub struct HealthBody {
    status: &'static str,
}

/// The state of the server, and the warnings for its operator.
#[derive(Serialize, JsonSchema)]
pub struct ReadinessBody {
    status: &'static str,
    /// Health warnings: sentences for the operator about defects that should be mended. Absent if there are
    /// none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    warnings: Vec<String>,
    /// The newest backup. Absent if there is none yet, or this server takes none by itself.
    #[serde(rename = "newestBackup", skip_serializing_if = "Option::is_none")]
    newest_backup: Option<NewestBackup>,
}

/// How long the outcome of a commit tells whether something can be written. After that it is tried, if
/// somebody asks.
const QUIET: Duration = Duration::from_secs(10);

/// The findings of a look at the database, and the time since the start at which they were made.
#[derive(Clone)]
struct Look {
    at: Duration,
    warnings: Arc<[HealthWarning]>,
    /// Why nothing can be written. `None` if something can.
    unfit: Option<Problem>,
}

/// The newest look.
struct LastLook(Mutex<Option<Look>>);

impl Feature for LastLook {
    fn new(_: &App) -> Self {
        Self(Mutex::default())
    }
}

/// Answers that the process runs: `GET /healthz`.
pub async fn healthz() -> Json<HealthBody> {
    Json(HealthBody { status: "ok" })
}

/// Answers `GET /readyz`: whether the database can be read, has no grave defect and takes writes, and the
/// ledger takes commands.
pub async fn readyz(State(app): State<App>) -> Result<Json<ReadinessBody>, Problem> {
    if app.ledger.has_failed() {
        return Err(Problem::writer_failed());
    }
    let looked = tokio::time::timeout(PATIENCE, look(&app)).await;
    let Look { warnings, unfit, .. } = looked.unwrap_or_else(|_| Err(Problem::database_silent()))?;
    if !app.ledger.is_open() {
        return Err(Problem::shutting_down());
    }
    if let Some(warning) = warnings.iter().find(|warning| warning.is_grave) {
        return Err(Problem::unfit(&warning.text));
    }
    if let Some(problem) = unfit {
        return Err(problem);
    }
    let mut warnings: Vec<_> = warnings.iter().map(|warning| warning.text.clone()).collect();
    let backups = app.feature::<Backups>();
    warnings.extend(backups.0.as_ref().and_then(|watch| watch.warning(app.clock.now())));
    Ok(Json(ReadinessBody { status: "ready", warnings, newest_backup: backups::newest(&app) }))
}

/// Reads from the database, and returns its warnings, those about the clock beside it, and whether something
/// can be written.
async fn look(app: &App) -> Result<Look, Problem> {
    // One step in an index, however many communities there are.
    app.storage.read().await?.community_by_public_id("").await?;
    let last_look = app.feature::<LastLook>();
    let mut last = last_look.0.lock().await;
    let at = app.clock.elapsed();
    if let Some(last) = last.as_ref()
        && at < last.at + LATELY
    {
        return Ok(last.clone());
    }
    let watch = app.ledger.clock_watch();
    let warnings = health_warnings(app.storage.as_ref(), app.clock.as_ref(), watch).await?;
    let unfit = write(app).await.err().map(unfit);
    let look = Look { at, warnings: warnings.into(), unfit };
    *last = Some(look.clone());
    Ok(look)
}

/// Tries whether something can be written, unless the last commit tells.
async fn write(app: &App) -> Result<(), OpError> {
    let reads_on = app.storage.reads_without_primary();
    let is_to_be_tried = match app.ledger.last_commit() {
        // A node that reads without a primary has a warning of its own.
        None | Some(Outcome { result: Err(LedgerError::DatabaseUnavailable), .. }) => !reads_on,
        Some(Outcome { result: Err(_), .. }) => true,
        Some(Outcome { result: Ok(()), at }) => !reads_on && at + QUIET <= app.clock.elapsed(),
    };
    if is_to_be_tried && app.ledger.is_open() { app.ledger.submit(Probe).await } else { Ok(()) }
}

/// Says why nothing can be written.
fn unfit(error: OpError) -> Problem {
    match error {
        OpError::Ledger(LedgerError::DiskFull) => {
            Problem::unfit("the disk of the database is full. Once there is room, it goes on by itself")
        }
        OpError::Ledger(LedgerError::NotCommitted | LedgerError::OutcomeUnknown) => {
            Problem::unfit("nothing can be written to the database, or flushed to its disk. The log says why")
        }
        other => other.into(),
    }
}
