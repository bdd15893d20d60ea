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

use axum::Router;
use axum::response::Response;

use crate::http::{App, reply};
use crate::wire::problem::Problem;
use router::Routes;

/// Returns the routes of the API.
pub fn routes(app: App) -> Router<App> {
    docs::document::is_made_by(openapi::text);
    let demo = demo::routes(&app);
    routes::table(Routes::new(app)).into_router().merge(demo)
}

/// Writes a problem as v1 does if the path belongs to it, else as problem details.
pub fn write_problem(path: &str, prefix: &str, response: Response, problem: &Problem) -> Response {
    if v1::is_legacy(path) {
        v1::refuse(path, response, problem)
    } else {
        reply::problem_details(path, prefix, response, problem)
    }
}
