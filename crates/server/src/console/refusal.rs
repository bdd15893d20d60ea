//! A refusal as a page of its own: where no page of the console can show it in its place.

use askama::Template;
use axum::response::Response;
use http::HeaderValue;
use http::StatusCode;

use super::headers;
use super::page::{Site, page};
use crate::wire::problem::{Problem, types};

/// Whether a path is one of the console's.
#[must_use]
pub fn is_page(path: &str) -> bool {
    path == "/console" || path.starts_with("/console/")
}

#[derive(Template)]
#[template(path = "console/refusal.html")]
struct RefusalPage<'a> {
    site: Site,
    title: &'static str,
    detail: &'a str,
    is_signed_out: bool,
}

/// Writes a problem as a page. The headers of `response` stay.
#[must_use]
pub fn refuse(prefix: &str, response: Response, problem: &Problem) -> Response {
    let title = match problem.status() {
        StatusCode::NOT_FOUND => "Not found",
        StatusCode::UNAUTHORIZED => "Signed out",
        StatusCode::FORBIDDEN => "Not allowed",
        status if status.is_server_error() => "This did not work",
        _ => "Not done",
    };
    let is_signed_out = problem.is(&types::SESSION_OVER) || problem.is(&types::NOT_ADMITTED);
    let template = RefusalPage { site: Site::new(prefix), title, detail: problem.detail(), is_signed_out };
    let mut written = page(problem.status(), &template, false);
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(http::header::WWW_AUTHENTICATE);
    parts.headers.remove(http::header::CONTENT_LENGTH);
    parts.headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers::write(&mut parts.headers);
    written.headers_mut().extend(parts.headers);
    written
}
