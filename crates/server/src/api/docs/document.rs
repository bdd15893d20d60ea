//! The OpenAPI document, of which the pages of endpoints are made. It is handed in: it is made of the table
//! of URLs, and that has the pages.

use std::sync::OnceLock;

static DOCUMENT: OnceLock<fn() -> &'static str> = OnceLock::new();

/// Says what makes the document, as JSON. The first call counts.
pub(in crate::api) fn is_made_by(make: fn() -> &'static str) {
    let _ = DOCUMENT.set(make);
}

/// Returns the document as JSON; an empty one before somebody has said what makes it.
pub(super) fn text() -> &'static str {
    DOCUMENT.get().map_or("{}", |make| make())
}
