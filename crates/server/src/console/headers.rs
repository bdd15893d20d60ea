//! The headers that keep a page of the console safe in a browser: nothing is loaded from elsewhere, no script
//! and no style stands within a page, and no other site shows a page in a frame.

use axum::response::Response;
use http::HeaderValue;
use http::header::{CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, REFERRER_POLICY, X_FRAME_OPTIONS};

const POLICY: &str =
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

/// Adds the headers to a response.
pub(super) async fn protect(mut response: Response) -> Response {
    write(response.headers_mut());
    response
}

/// Writes the headers.
pub(super) fn write(headers: &mut HeaderMap) {
    let values = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(), payment=()",
        ),
    ];
    for (name, value) in values {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
