//! The legacy v1 API: calls by name, with the key in the body. Each call runs the same commands and queries
//! as the endpoint of v2; only the shapes of requests and replies are here.
//!
//! A call is `POST {base}/general/...` with
//! `{"id": community, "key": API key, "type": TYPE, "data": [{...}]}`. It answers JSON or a text, and refuses
//! in plain text, see [`reply`].

mod account_row;
mod accounts;
mod clock;
mod community;
mod primary_rank;
pub mod reply;
pub mod request;
mod types;

pub use crate::api::v1::types::Answers;
pub use crate::api::v1::types::LegacyType;
pub use crate::api::v1::types::TYPES;

/// Returns whether a path is one of v1, whose refusals are plain text. The paths of absent sections of v1
/// count as well.
#[must_use]
pub fn is_legacy(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next();
    matches!(first, Some("general" | "servers" | "forms" | "events" | "erlc" | "sessions"))
}
