//! A page on its way to the browser.

use askama::Template;
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, VARY};
use http::{HeaderValue, StatusCode};

use super::assets::{self, HTMX, ICONS, SCRIPT, STYLE, packed};
use crate::wire::problem::Problem;

/// Smallest number of bytes of a page that is packed.
const WORTH_PACKING: usize = 2048;

/// The addresses that every page needs: of its own site, with the prefix of the proxy.
#[derive(Debug, Clone)]
pub(super) struct Site {
    /// What stands before every path.
    pub(super) prefix: String,
    pub(super) style: String,
    pub(super) script: String,
    pub(super) htmx: String,
    pub(super) icons: String,
}

impl Site {
    /// Returns the addresses behind this prefix.
    pub(super) fn new(prefix: &str) -> Self {
        let path = |asset: &assets::Asset| format!("{prefix}{}", asset.path());
        Self {
            prefix: prefix.to_owned(),
            style: path(&STYLE),
            script: path(&SCRIPT),
            htmx: path(&HTMX),
            icons: path(&ICONS),
        }
    }
}

/// Writes a page. `takes_gzip`: whether the browser takes it packed.
pub(super) fn page(status: StatusCode, template: &impl Template, takes_gzip: bool) -> Response {
    let html = match template.render() {
        Ok(html) => html.into_bytes(),
        Err(error) => return Problem::internal(&error).into_response(),
    };
    let is_packed = takes_gzip && html.len() >= WORTH_PACKING;
    let body = if is_packed { packed(&html, Compression::fast()) } else { html };
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding, Cookie"));
    if is_packed {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}
