//! Whether a request asks for a stream of events, and where an interrupted stream is to go on.

use std::convert::Infallible;

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::extract::FromRequestParts;
use http::header::ACCEPT;
use http::request::Parts;
use http::{HeaderName, HeaderValue};
use schemars::json_schema;

use crate::http::{App, describe};

/// The cursor that a client has seen last, when it connects again.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The headers of a request that are about a stream of events.
pub struct EventStream {
    /// Whether the request accepts `text/event-stream`.
    pub is_wanted: bool,
    /// The header Last-Event-ID. `None` if it is absent or empty.
    pub last_event_id: Option<String>,
}

impl FromRequestParts<App> for EventStream {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        let accepted = parts.headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let mut types = accepted.flat_map(|text| text.split(',')).filter_map(|range| range.split(';').next());
        let is_wanted = types.any(|kind| kind.trim().eq_ignore_ascii_case("text/event-stream"));
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let last_event_id = parts.headers.get(LAST_EVENT_ID).map(text).filter(|id| !id.is_empty());
        Ok(Self { is_wanted, last_event_id })
    }
}

impl OperationInput for EventStream {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        let description = "Where a stream is to go on: the last `id:` that the client has seen. It comes before `after`. Pages ignore it.";
        let schema = json_schema!({ "type": "string" });
        describe::add_header_parameter(operation, "Last-Event-ID", description, schema);
    }
}
