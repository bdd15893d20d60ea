//! For whoever watches over the server: is it there, and can it work?

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::App;
use super::problem::Problem;

/// `GET /healthz`: the process answers.
pub async fn healthz() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// `GET /readyz`: the database can be read, and the ledger takes commands.
pub async fn readyz(State(app): State<App>) -> Result<Json<Value>, Problem> {
    app.storage.read().await?.communities().await?;
    if !app.ledger.is_open() {
        return Err(Problem::shutting_down());
    }
    Ok(Json(json!({"status": "ready"})))
}
