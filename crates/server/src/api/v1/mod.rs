//! The legacy v1 API: calls by name, with the key in the body. Each call runs the same commands and queries
//! as the endpoint of v2; only the shapes of requests and replies are here.
//!
//! A call is `POST {base}/general/...` with
//! `{"id": community, "key": API key, "type": TYPE, "data": [{...}]}`. It answers JSON or a text, and mostly
//! refuses in plain text, see [`reply`].

mod account_row;
mod accounts;
mod clock;
mod community;
mod legacy_type;
pub mod reply;
pub mod request;
mod servers;
mod set_by_place;
mod types;

use axum::response::Response;

use crate::wire::problem::Problem;

pub use crate::api::v1::legacy_type::Answers;
pub use crate::api::v1::legacy_type::LegacyType;
pub use crate::api::v1::types::TYPES;

/// The sections of v1: the first parts of its paths.
const SECTIONS: [&str; 10] = [
    "general",
    "servers",
    "game",
    "communities",
    "rosters",
    "disciplinary",
    "forms",
    "events",
    "erlc",
    "sessions",
];

/// Returns whether a path is one of v1, which refuses in forms of its own. The paths of absent sections of v1
/// count as well.
#[must_use]
pub fn is_legacy(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next();
    first.is_some_and(|first| SECTIONS.contains(&first))
}

/// Turns a problem into a refusal at a path of v1: in the form that those who call that path understand.
pub fn refuse(path: &str, response: Response, problem: &Problem) -> Response {
    let called = TYPES.iter().find(|legacy| legacy.path == path);
    let form = called.map_or(reply::RefusalForm::Text, |legacy| legacy.answers.refusals());
    reply::refuse(response, problem, form)
}
