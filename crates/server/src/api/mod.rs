//! The HTTP API: the table of URLs, and what every request passes through.
//!
//! The path of a handler's file is its path in the URL, after `/v2/community`. From the outside in, a request passes
//! [`envelope`] (which gives answers and problems their shape), [`request`] (id, log line, time-out) and, on endpoints
//! of the documented API, [`guard`] (credential, rate limit).
//!
//! The table is read twice: by [`mod@router`], and by [`openapi`], which describes what it finds there.

pub mod accounts;
pub mod app;
pub mod body;
pub mod caller;
pub mod clockin_types;
pub mod community;
pub mod credentials;
pub mod custom_log_types;
pub mod departments;
pub mod endpoint;
pub mod envelope;
pub mod etag;
pub mod guard;
pub mod guards;
pub mod health;
pub mod idempotency;
pub mod input;
pub mod kind;
pub mod metrics;
pub mod openapi;
pub mod path;
pub mod problem;
pub mod profile_fields;
pub mod promotion_flows;
pub mod query;
pub mod rank_changes;
pub mod ranks;
pub mod rate_limit;
pub mod request;
pub mod router;
pub mod short_urls;
pub mod table;
pub mod texts;
pub mod time;
pub mod v1;
pub mod view;
pub mod whole;
pub mod write;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use http::{Method, Uri};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

pub use app::App;
pub use endpoint::Endpoint;
use problem::Problem;
use router::Routes;
use table::Table;

/// The largest request body, in bytes.
pub const BODY_LIMIT: usize = 64 * 1024;

/// The table of URLs: path, endpoint, handler; or path, operation id, summary, handler for what is open to anybody.
fn table<T: Table>(table: T) -> T {
    open(legacy(protection(definitions(structure(people(history(accounts(general(table)))))))))
}

/// The documented section General.
fn general<T: Table>(table: T) -> T {
    table
        .get("/v2/community", Endpoint::GET_COMMUNITY, community::show)
        .get("/v2/community/lookup", Endpoint::LOOKUP_COMMUNITY, community::lookup)
        .get("/v2/community/sub-version", Endpoint::GET_SUB_VERSION, community::sub_version)
        .get("/v2/community/departments", Endpoint::GET_DEPARTMENTS, departments::list)
        .get("/v2/community/profile-fields", Endpoint::GET_PROFILE_FIELDS, profile_fields::list)
        .get("/v2/community/clockin-types", Endpoint::GET_CLOCK_IN_TYPES, clockin_types::list)
        .get("/v2/community/custom-log-types", Endpoint::GET_CUSTOM_LOG_TYPES, custom_log_types::list)
        .get("/v2/community/promotion-flows", Endpoint::GET_PROMOTION_FLOWS, promotion_flows::list)
        .post(
            "/v2/community/promotion-flows/trigger",
            Endpoint::TRIGGER_PROMOTION_FLOWS,
            promotion_flows::trigger::trigger,
        )
        .post(
            "/v2/community/rank-changes/{undoId}/undo",
            Endpoint::UNDO_RANK_CHANGE,
            rank_changes::undo::undo,
        )
        .post("/v2/community/short-urls", Endpoint::CREATE_SHORT_URL, short_urls::create)
}

/// The documented section Accounts.
fn accounts<T: Table>(table: T) -> T {
    table
        .get("/v2/community/accounts", Endpoint::GET_ACCOUNTS, accounts::list)
        .get("/v2/community/accounts/search", Endpoint::SEARCH_ACCOUNTS, accounts::search::search)
        .get("/v2/community/accounts/{accountId}", Endpoint::GET_ACCOUNT, accounts::show)
        .get("/v2/community/accounts/{accountId}/ranks", Endpoint::GET_ACCOUNT_RANKS, accounts::ranks::list)
        .patch("/v2/community/accounts/{accountId}/ranks", Endpoint::SET_ACCOUNT_RANKS, accounts::ranks::set)
        .get(
            "/v2/community/accounts/{accountId}/identifiers",
            Endpoint::GET_ACCOUNT_IDENTIFIERS,
            accounts::identifiers::list,
        )
        .post(
            "/v2/community/accounts/{accountId}/identifiers",
            Endpoint::REGISTER_IDENTIFIERS,
            accounts::identifiers::register,
        )
        .patch("/v2/community/accounts/{accountId}/name", Endpoint::SET_ACCOUNT_NAME, accounts::name::set)
        .patch(
            "/v2/community/accounts/{accountId}/profile-fields",
            Endpoint::EDIT_PROFILE_FIELDS,
            accounts::profile_fields::edit,
        )
        .post("/v2/community/accounts/{accountId}/clock", Endpoint::CLOCK_ACCOUNT, accounts::clock::clock)
        .get(
            "/v2/community/accounts/{accountId}/clock/current",
            Endpoint::GET_CURRENT_CLOCK_IN,
            accounts::clock::current::show,
        )
        .get(
            "/v2/community/accounts/{accountId}/activity/latest",
            Endpoint::GET_LATEST_ACTIVITY,
            accounts::activity::latest::list,
        )
        .post("/v2/community/accounts/{accountId}/sync", Endpoint::FORCE_SYNC, accounts::sync::force)
}

/// The history of rank changes, and its repair.
fn history<T: Table>(table: T) -> T {
    table
        .get("/v2/community/rank-changes", Endpoint::GET_RANK_CHANGES, rank_changes::list)
        .get("/v2/community/rank-changes/{undoId}", Endpoint::GET_RANK_CHANGE, rank_changes::show)
        .get("/v2/community/rank-changes/export", Endpoint::EXPORT_RANK_CHANGES, rank_changes::export::export)
        .get(
            "/v2/community/rank-changes/checkpoint",
            Endpoint::GET_CHECKPOINT,
            rank_changes::checkpoint::show,
        )
        .post(
            "/v2/community/rank-changes/rollback",
            Endpoint::ROLL_BACK_RANK_CHANGES,
            rank_changes::rollback::roll_back,
        )
        .get(
            "/v2/community/rank-changes/rollbacks/{batchId}",
            Endpoint::GET_ROLLBACK,
            rank_changes::rollback::status,
        )
}

/// Accounts and credentials, for administrators.
fn people<T: Table>(table: T) -> T {
    table
        .post("/v2/community/accounts", Endpoint::CREATE_ACCOUNT, accounts::create::create)
        .post(
            "/v2/community/accounts/{accountId}/archive",
            Endpoint::ARCHIVE_ACCOUNT,
            accounts::standing::archive,
        )
        .post(
            "/v2/community/accounts/{accountId}/restore",
            Endpoint::RESTORE_ACCOUNT,
            accounts::standing::restore,
        )
        .post("/v2/community/accounts/{accountId}/ban", Endpoint::BAN_ACCOUNT, accounts::standing::ban)
        .post("/v2/community/accounts/{accountId}/unban", Endpoint::UNBAN_ACCOUNT, accounts::standing::unban)
        .post("/v2/community/accounts/{accountId}/kick", Endpoint::KICK_ACCOUNT, accounts::standing::kick)
        .delete(
            "/v2/community/accounts/{accountId}/identifiers/{identifierId}",
            Endpoint::REMOVE_IDENTIFIER,
            accounts::identifiers::remove,
        )
        .get("/v2/community/credentials", Endpoint::GET_CREDENTIALS, credentials::list)
        .post("/v2/community/credentials", Endpoint::CREATE_CREDENTIAL, credentials::create)
        .delete("/v2/community/credentials/{credentialId}", Endpoint::REVOKE_CREDENTIAL, credentials::revoke)
}

/// Departments and ranks, for administrators.
fn structure<T: Table>(table: T) -> T {
    table
        .post("/v2/community/departments", Endpoint::CREATE_DEPARTMENT, departments::create)
        .put("/v2/community/departments/order", Endpoint::ORDER_DEPARTMENTS, departments::order)
        .patch("/v2/community/departments/{departmentId}", Endpoint::EDIT_DEPARTMENT, departments::edit)
        .post(
            "/v2/community/departments/{departmentId}/retire",
            Endpoint::RETIRE_DEPARTMENT,
            departments::retire,
        )
        .post(
            "/v2/community/departments/{departmentId}/restore",
            Endpoint::RESTORE_DEPARTMENT,
            departments::restore,
        )
        .post("/v2/community/departments/{departmentId}/ranks", Endpoint::CREATE_RANK, ranks::create)
        .put("/v2/community/departments/{departmentId}/ranks/order", Endpoint::ORDER_RANKS, ranks::order)
        .patch("/v2/community/ranks/{rankId}", Endpoint::EDIT_RANK, ranks::edit)
        .post("/v2/community/ranks/{rankId}/retire", Endpoint::RETIRE_RANK, ranks::retire)
        .post("/v2/community/ranks/{rankId}/restore", Endpoint::RESTORE_RANK, ranks::restore)
}

/// What the community defines, for administrators.
fn definitions<T: Table>(table: T) -> T {
    table
        .put("/v2/community/profile-fields/{fieldId}", Endpoint::DEFINE_PROFILE_FIELD, profile_fields::define)
        .delete(
            "/v2/community/profile-fields/{fieldId}",
            Endpoint::REMOVE_PROFILE_FIELD,
            profile_fields::remove,
        )
        .put("/v2/community/clockin-types/{typeId}", Endpoint::DEFINE_CLOCK_IN_TYPE, clockin_types::define)
        .delete("/v2/community/clockin-types/{typeId}", Endpoint::REMOVE_CLOCK_IN_TYPE, clockin_types::remove)
        .put(
            "/v2/community/custom-log-types/{logTypeId}",
            Endpoint::DEFINE_CUSTOM_LOG_TYPE,
            custom_log_types::define,
        )
        .delete(
            "/v2/community/custom-log-types/{logTypeId}",
            Endpoint::REMOVE_CUSTOM_LOG_TYPE,
            custom_log_types::remove,
        )
        .post(
            "/v2/community/promotion-flows",
            Endpoint::CREATE_PROMOTION_FLOW,
            promotion_flows::define::create,
        )
        .patch(
            "/v2/community/promotion-flows/{flowId}",
            Endpoint::EDIT_PROMOTION_FLOW,
            promotion_flows::define::edit,
        )
        .delete(
            "/v2/community/promotion-flows/{flowId}",
            Endpoint::REMOVE_PROMOTION_FLOW,
            promotion_flows::define::remove,
        )
}

/// What limits the harm that anybody does, for administrators.
fn protection<T: Table>(table: T) -> T {
    table
        .get("/v2/community/guards", Endpoint::GET_GUARDS, guards::show)
        .put("/v2/community/guards", Endpoint::SET_GUARDS, guards::set)
        .post("/v2/community/freeze", Endpoint::FREEZE_COMMUNITY, guards::freeze)
        .post("/v2/community/unfreeze", Endpoint::UNFREEZE_COMMUNITY, guards::unfreeze)
}

/// The legacy v1 API.
fn legacy<T: Table>(table: T) -> T {
    v1::TYPES.iter().fold(table, T::legacy)
}

/// What anybody may see.
fn open<T: Table>(table: T) -> T {
    table
        .open("/s/{code}", "resolveShortUrl", "Where a short URL leads", short_urls::resolve)
        .open("/healthz", "getHealth", "Whether the server is there", health::healthz)
        .open("/readyz", "getReadiness", "Whether the server can work", health::readyz)
        .open("/metrics", "getMetrics", "What the server counts", metrics::metrics)
        .open("/problems", "getProblemTypes", "The types of problems", problem::page::index)
        .open("/problems/{type}", "getProblemType", "A type of problem", problem::page::show)
        .open("/openapi.json", "getOpenApi", "This document", openapi::pages::document)
        .open("/docs", "getDocs", "This document, for people", openapi::pages::page)
}

/// The whole API.
pub fn router(app: App) -> Router {
    let routes = table(Routes::new(app.clone()))
        .into_router()
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(app.clone());
    // Around all routes at once: as layers of the router they would be put around each by itself, and copied for each request.
    let around = ServiceBuilder::new()
        .layer(from_fn_with_state(app.clone(), envelope::seal))
        .layer(from_fn_with_state(app, request::request))
        .layer(CatchPanicLayer::custom(Problem::from_panic))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .service(routes);
    Router::new().fallback_service(around)
}

async fn not_found(uri: Uri) -> Problem {
    Problem::path_not_found(uri.path())
}

async fn method_not_allowed(method: Method, uri: Uri) -> Problem {
    Problem::method_not_allowed(&method, uri.path())
}
