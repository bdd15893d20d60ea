//! For whoever watches over the server: is it there, and can it work?

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use rankledger_storage::HealthWarning;
use schemars::JsonSchema;
use serde::Serialize;
use tokio::sync::Mutex;

use crate::http::App;
use crate::wire::problem::Problem;

/// How long a watcher waits for the database.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long what was found lately is told again: watchers may ask often.
const LATELY: Duration = Duration::from_secs(1);

/// How the server is.
#[derive(Serialize, JsonSchema)]
pub struct HealthBody {
    status: &'static str,
}

/// How the server is, and what its operator should know.
#[derive(Serialize, JsonSchema)]
pub struct ReadinessBody {
    status: &'static str,
    /// What works, but should be mended: sentences for people. Absent if there is nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    warnings: Vec<String>,
}

/// What an operator should know of the database, and when it was asked, by the time since the start.
#[derive(Default)]
pub struct LastLook(Mutex<Option<(Duration, Arc<[HealthWarning]>)>>);

/// `GET /healthz`: the process answers.
pub async fn healthz() -> Json<HealthBody> {
    Json(HealthBody { status: "ok" })
}

/// `GET /readyz`: the database can be read, nothing grave ails it, and the ledger takes commands.
pub async fn readyz(State(app): State<App>) -> Result<Json<ReadinessBody>, Problem> {
    let looked = tokio::time::timeout(PATIENCE, look(&app)).await;
    let warnings = looked.unwrap_or_else(|_| Err(Problem::database_silent()))?;
    if !app.ledger.is_open() {
        return Err(Problem::shutting_down());
    }
    if let Some(warning) = warnings.iter().find(|warning| warning.is_grave) {
        return Err(Problem::unfit(&warning.text));
    }
    let warnings = warnings.iter().map(|warning| warning.text.clone()).collect();
    Ok(Json(ReadinessBody { status: "ready", warnings }))
}

/// Reads something, and answers what ails the database.
async fn look(app: &App) -> Result<Arc<[HealthWarning]>, Problem> {
    // One step in an index, however many communities there are.
    app.storage.read().await?.community_by_public_id("").await?;
    let mut last = app.last_look.0.lock().await;
    let now = app.clock.elapsed();
    if let Some((at, warnings)) = last.as_ref()
        && now < *at + LATELY
    {
        return Ok(Arc::clone(warnings));
    }
    let warnings: Arc<[HealthWarning]> = app.storage.health_warnings(app.clock.now()).await?.into();
    *last = Some((now, Arc::clone(&warnings)));
    Ok(warnings)
}
