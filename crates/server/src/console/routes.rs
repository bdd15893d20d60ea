//! The table of the console's URLs: every path with its handlers, and nothing else.

use axum::Router;
use axum::middleware::map_response;
use axum::routing::{get, post};

use super::{assets, change, headers, history, live, members, overview, sessions, sign_in, start};
use crate::http::App;

/// Returns the routes of the console, and of the root of the server, which leads to it.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(start::show))
        .route("/console", get(overview::show))
        .route("/console/live", get(live::watch))
        .route("/console/assets/{name}", get(assets::show))
        .route("/console/sign-in", get(sign_in::show).post(sign_in::with_key))
        .route("/console/sign-out", post(sign_in::sign_out))
        .route("/console/link/{token}", get(sign_in::link::show).post(sign_in::link::redeem))
        .route("/console/sessions", get(sessions::show))
        .route("/console/sessions/end", post(sessions::end))
        .route("/console/members", get(members::list::show))
        .route("/console/members/{number}", get(members::member::show))
        .route("/console/members/{number}/ranks", post(members::ranks::change))
        .route("/console/members/{number}/flow", post(members::flows::run))
        .route("/console/members/{number}/name", post(members::details::name))
        .route("/console/members/{number}/clock", post(members::details::clock))
        .route("/console/members/{number}/{action}", get(members::standing::ask).post(members::standing::act))
        .route("/console/history", get(history::list::show))
        .route("/console/changes/{number}", get(history::one::show))
        .route("/console/changes/{number}/undo", post(change::undo))
        .layer(map_response(headers::protect))
}
