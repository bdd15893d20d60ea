//! The HTTP API: `routes` is the table of URLs, [`v2`] and [`v1`] have the handlers.
//!
//! The path of a handler's file is its path in the URL: `v2/accounts/ranks.rs` serves
//! `/v2/community/accounts/{accountId}/ranks`. The shell that every request passes is [`crate::http`].

pub mod backups;
pub mod demo;
pub mod docs;
pub mod endpoints;
pub mod health;
pub mod metrics;
pub mod openapi;
mod portions;
pub mod problems;
pub mod router;
pub(in crate::api) mod routes;
pub mod table;
pub mod v1;
pub mod v2;
pub mod webhooks;

use axum::response::Response;
use http::{Method, Uri};

use crate::http::reply::Seal;
use crate::http::shell::Shell;
use crate::http::{App, reply};
use crate::wire::problem::Problem;
use router::Routes;

/// The paths of those who watch over the server: they are answered also when there are too many connections.
const WATCHED: &[&str] = &["/healthz", "/readyz", "/metrics"];

/// Returns the whole API.
pub fn router(app: App) -> Shell {
    let routes = routes::table(Routes::new(app.clone()))
        .into_router()
        .merge(demo::routes(&app))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(app.clone());
    Shell::new(app, Seal { write_problem }, routes, WATCHED)
}

/// Writes a problem as v1 does if the path belongs to it, else as problem details.
fn write_problem(path: &str, prefix: &str, response: Response, problem: &Problem) -> Response {
    if v1::is_legacy(path) {
        v1::refuse(path, response, problem)
    } else {
        reply::problem_details(path, prefix, response, problem)
    }
}

async fn not_found(uri: Uri) -> Problem {
    Problem::path_not_found(uri.path())
}

async fn method_not_allowed(method: Method, uri: Uri) -> Problem {
    Problem::method_not_allowed(&method, uri.path())
}
