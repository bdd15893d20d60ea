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
use crate::ops::clock_watch::health_warnings;
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

/// The newest warnings, with the time since the start at which they were asked for.
struct LastLook(Mutex<Option<(Duration, Arc<[HealthWarning]>)>>);

impl Feature for LastLook {
    fn new(_: &App) -> Self {
        Self(Mutex::default())
    }
}

/// Answers that the process runs: `GET /healthz`.
pub async fn healthz() -> Json<HealthBody> {
    Json(HealthBody { status: "ok" })
}

/// Answers `GET /readyz`: whether the database can be read and has no grave defect, and the ledger takes
/// commands.
pub async fn readyz(State(app): State<App>) -> Result<Json<ReadinessBody>, Problem> {
    let looked = tokio::time::timeout(PATIENCE, look(&app)).await;
    let warnings = looked.unwrap_or_else(|_| Err(Problem::database_silent()))?;
    if !app.ledger.is_open() {
        return Err(Problem::shutting_down());
    }
    if let Some(warning) = warnings.iter().find(|warning| warning.is_grave) {
        return Err(Problem::unfit(&warning.text));
    }
    let mut warnings: Vec<_> = warnings.iter().map(|warning| warning.text.clone()).collect();
    let backups = app.feature::<Backups>();
    warnings.extend(backups.0.as_ref().and_then(|watch| watch.warning(app.clock.now())));
    Ok(Json(ReadinessBody { status: "ready", warnings, newest_backup: backups::newest(&app) }))
}

/// Reads from the database, and returns its warnings, and those about the clock beside it.
async fn look(app: &App) -> Result<Arc<[HealthWarning]>, Problem> {
    // One step in an index, however many communities there are.
    app.storage.read().await?.community_by_public_id("").await?;
    let last_look = app.feature::<LastLook>();
    let mut last = last_look.0.lock().await;
    let now = app.clock.elapsed();
    if let Some((at, warnings)) = last.as_ref()
        && now < *at + LATELY
    {
        return Ok(Arc::clone(warnings));
    }
    let watch = app.ledger.clock_watch();
    let warnings = health_warnings(app.storage.as_ref(), app.clock.as_ref(), watch).await?;
    let warnings: Arc<[HealthWarning]> = warnings.into();
    *last = Some((now, Arc::clone(&warnings)));
    Ok(warnings)
}
