//! CORS: tells browsers which pages of other sites may call the server, and which headers these may read. By
//! default it tells nothing, and browsers then let no such page read an answer.

use std::time::Duration;

use http::header::{AUTHORIZATION, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_MATCH, LOCATION, RETRY_AFTER};
use http::{HeaderName, Method};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::config::CorsOrigin;
use crate::http::idempotency::{IDEMPOTENCY_KEY, IDEMPOTENCY_REPLAYED};
use crate::http::rate_limit::{RATE_LIMIT, RATE_LIMIT_POLICY};
use crate::http::reply::UNDO_ID;
use crate::http::request::REQUEST_ID;

/// Time for which a browser may keep the answer to a preflight.
const MAX_AGE: Duration = Duration::from_mins(10);

/// Methods of the API.
const METHODS: [Method; 6] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

/// Headers that a page may send.
const SENT: [HeaderName; 5] = [AUTHORIZATION, CONTENT_TYPE, IDEMPOTENCY_KEY, IF_MATCH, REQUEST_ID];

/// Headers of answers that a page may read.
const READ: [HeaderName; 9] = [
    CONTENT_DISPOSITION,
    ETAG,
    IDEMPOTENCY_REPLAYED,
    LOCATION,
    RATE_LIMIT,
    RATE_LIMIT_POLICY,
    UNDO_ID,
    RETRY_AFTER,
    REQUEST_ID,
];

/// Returns what answers preflights and adds headers for pages of these sites. `None` if no site is named.
#[must_use]
pub fn cors(origins: &[CorsOrigin]) -> Option<CorsLayer> {
    if origins.is_empty() {
        return None;
    }
    let sites = origins.iter().map(|origin| match origin {
        CorsOrigin::Any => None,
        CorsOrigin::Site(origin) => Some(origin.clone()),
    });
    let sites: Option<Vec<_>> = sites.collect();
    let layer = CorsLayer::new()
        .allow_origin(sites.map_or_else(AllowOrigin::any, AllowOrigin::list))
        .allow_methods(METHODS)
        .allow_headers(SENT)
        .expose_headers(READ)
        .max_age(MAX_AGE);
    Some(layer)
}
