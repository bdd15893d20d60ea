//! For whoever watches over the server: is it there, and can it work?

use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use super::App;
use super::problem::Problem;

/// How the server is.
#[derive(Serialize, JsonSchema)]
pub struct HealthBody {
    status: &'static str,
}

/// `GET /healthz`: the process answers.
pub async fn healthz() -> Json<HealthBody> {
    Json(HealthBody { status: "ok" })
}

/// `GET /readyz`: the database can be read, and the ledger takes commands.
pub async fn readyz(State(app): State<App>) -> Result<Json<HealthBody>, Problem> {
    app.storage.read().await?.communities().await?;
    if !app.ledger.is_open() {
        return Err(Problem::shutting_down());
    }
    Ok(Json(HealthBody { status: "ready" }))
}
