//! The shape of answers: `{"success": true, "data": ..., "meta": {...}}`.
//!
//! A handler answers a [`Reply`], or a [`Problem`]; both travel as extensions of a response without a body, until
//! [`seal`] writes the body: only there the request's path is known to all of them alike.

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG};
use http::{HeaderMap, HeaderName, HeaderValue};
use rankledger_domain::ids::UndoId;
use rankledger_domain::time::wire_format;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::App;
use super::etag::etag;
use super::problem::Problem;

/// The undo id of the change that a request made.
pub const UNDO_ID: HeaderName = HeaderName::from_static("rankledger-undo-id");

/// A successful answer.
pub struct Reply<T> {
    data: T,
    meta: Map<String, Value>,
    headers: HeaderMap,
}

impl<T: Serialize> Reply<T> {
    /// An answer with this `data`.
    pub fn new(data: T) -> Self {
        Self { data, meta: Map::new(), headers: HeaderMap::new() }
    }

    /// Adds a member to `meta`, behind the documented ones.
    #[must_use]
    pub fn meta(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.meta.insert(name.to_owned(), value.into());
        self
    }

    /// Adds the account's version as its `ETag`.
    #[must_use]
    pub fn version(mut self, version: i64) -> Self {
        self.headers.insert(ETAG, etag(version));
        self
    }

    /// Adds the undo id of the change that the request made, if it made one.
    #[must_use]
    pub fn undo_id(mut self, undo_id: Option<UndoId>) -> Self {
        if let Some(undo_id) = undo_id {
            let value = HeaderValue::try_from(undo_id.to_string()).expect("a UUID is a valid header value");
            self.headers.insert(UNDO_ID, value);
        }
        self
    }
}

/// A reply on its way to [`seal`].
#[derive(Clone)]
struct Unsealed {
    data: Box<RawValue>,
    meta: Map<String, Value>,
}

impl<T: Serialize> IntoResponse for Reply<T> {
    fn into_response(self) -> Response {
        let data = match serde_json::value::to_raw_value(&self.data) {
            Ok(data) => data,
            Err(error) => return Problem::internal(&error).into_response(),
        };
        let mut response = self.headers.into_response();
        response.extensions_mut().insert(Unsealed { data, meta: self.meta });
        response
    }
}

#[derive(Serialize)]
struct Envelope<'a> {
    success: bool,
    data: &'a RawValue,
    meta: Meta<'a>,
}

#[derive(Serialize)]
struct Meta<'a> {
    timestamp: String,
    path: &'a str,
    #[serde(flatten)]
    more: &'a Map<String, Value>,
}

/// Writes the body of replies and problems.
pub async fn seal(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        return with_body(response, "application/problem+json", &problem.body(&path));
    }
    if let Some(Unsealed { data, meta }) = response.extensions_mut().remove::<Unsealed>() {
        let timestamp = wire_format(app.clock.now());
        let envelope =
            Envelope { success: true, data: &data, meta: Meta { timestamp, path: &path, more: &meta } };
        return with_body(response, "application/json", &envelope);
    }
    response
}

fn with_body(response: Response, content_type: &'static str, body: &impl Serialize) -> Response {
    let bytes = serde_json::to_vec(body).expect("envelopes and problems hold plain data with string keys");
    let (mut parts, _) = response.into_parts();
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(Bytes::from(bytes)))
}
