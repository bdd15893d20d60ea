//! `GET /`: leads a browser to the console, and tells a program what this is.

use axum::Json;
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;
use http::header::ACCEPT;
use serde_json::json;

/// Leads to the console whoever takes HTML.
pub(super) async fn show(headers: HeaderMap) -> Response {
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    if accepted.into_iter().any(|accepted| accepted.contains("text/html")) {
        return Redirect::to("/console").into_response();
    }
    let about = json!({
        "name": "Rankledger", "version": env!("CARGO_PKG_VERSION"),
        "about": "A rank service for game communities. People use the console, programs the API.",
        "console": "/console", "api": "/v2", "openapi": "/openapi.json", "problems": "/problems",
    });
    Json(about).into_response()
}
