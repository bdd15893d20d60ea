//! The HTTP API: the table of URLs, and what every request passes through.
//!
//! The path of a handler's file is its path in the URL, after `/v2/community`. From the outside in, a request passes
//! [`envelope`] (which gives answers and problems their shape), [`request`] (id, log line, time-out) and, on endpoints
//! of the documented API, [`guard`] (credential, rate limit).

pub mod accounts;
pub mod app;
pub mod body;
pub mod caller;
pub mod community;
pub mod departments;
pub mod endpoint;
pub mod envelope;
pub mod etag;
pub mod guard;
pub mod health;
pub mod path;
pub mod problem;
pub mod promotion_flows;
pub mod query;
pub mod rank_changes;
pub mod rate_limit;
pub mod request;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, patch, post};
use http::{Method, Uri};
use tower_http::catch_panic::CatchPanicLayer;

pub use app::App;
pub use endpoint::Endpoint;
use guard::Guard;
use problem::Problem;

/// The largest request body, in bytes.
pub const BODY_LIMIT: usize = 64 * 1024;

/// The whole API.
pub fn router(app: App) -> Router {
    let at = |endpoint, handler: MethodRouter<App>| {
        handler.route_layer(from_fn_with_state(Guard { app: app.clone(), endpoint }, guard::guard))
    };
    let ranks = at(Endpoint::GET_ACCOUNT_RANKS, get(accounts::ranks::list))
        .merge(at(Endpoint::SET_ACCOUNT_RANKS, patch(accounts::ranks::set)));
    let identifiers = at(Endpoint::GET_ACCOUNT_IDENTIFIERS, get(accounts::identifiers::list));
    let undo = at(Endpoint::UNDO_RANK_CHANGE, post(rank_changes::undo::undo));

    Router::new()
        .route("/v2/community", at(Endpoint::GET_COMMUNITY, get(community::show)))
        .route("/v2/community/sub-version", at(Endpoint::GET_SUB_VERSION, get(community::sub_version)))
        .route("/v2/community/departments", at(Endpoint::GET_DEPARTMENTS, get(departments::list)))
        .route("/v2/community/promotion-flows", at(Endpoint::GET_PROMOTION_FLOWS, get(promotion_flows::list)))
        .route("/v2/community/accounts", at(Endpoint::GET_ACCOUNTS, get(accounts::list)))
        .route("/v2/community/accounts/search", at(Endpoint::SEARCH_ACCOUNTS, get(accounts::search::search)))
        .route("/v2/community/accounts/{accountId}", at(Endpoint::GET_ACCOUNT, get(accounts::show)))
        .route("/v2/community/accounts/{accountId}/ranks", ranks)
        .route("/v2/community/accounts/{accountId}/identifiers", identifiers)
        .route("/v2/community/rank-changes/{undoId}/undo", undo)
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/problems", get(problem::page::index))
        .route("/problems/{type}", get(problem::page::show))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::custom(Problem::from_panic))
        .layer(from_fn_with_state(app.clone(), request::request))
        .layer(from_fn_with_state(app.clone(), envelope::seal))
        .with_state(app)
}

async fn not_found(uri: Uri) -> Problem {
    Problem::path_not_found(uri.path())
}

async fn method_not_allowed(method: Method, uri: Uri) -> Problem {
    Problem::method_not_allowed(&method, uri.path())
}
