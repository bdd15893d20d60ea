//! The shape of answers: `{"success": true, "data": ..., "meta": {...}}`.
//!
//! A handler answers a [`Reply`], or a [`Problem`]; both travel as extensions of a response without a body, until
//! [`seal`] writes the body: only there the request's path is known to all of them alike.

use std::marker::PhantomData;

use aide::OperationOutput;
use aide::generate::GenContext;
use aide::openapi::{Operation, Response as ResponseObject};
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use rankledger_domain::ids::{ChangeNumber, UndoId};
use rankledger_domain::rank_change::RankChange;
use schemars::{JsonSchema, Schema, json_schema};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::App;
use super::etag::etag;
use super::openapi::parts;
use super::problem::Problem;
use super::time::Time;
use super::v1;

/// The undo id of the change that a request made.
pub const UNDO_ID: HeaderName = HeaderName::from_static("rankledger-undo-id");

/// A successful answer. Its kind says what it has besides the data, so that a signature tells it.
pub struct Reply<T, K = Plain> {
    data: T,
    meta: Map<String, Value>,
    status: StatusCode,
    headers: HeaderMap,
    kind: PhantomData<K>,
}

/// A kind of answer.
pub trait Kind {
    /// The headers that it has.
    const HEADERS: &'static [&'static str];

    /// Whether it may be answered with 202, too.
    const MAYBE_ACCEPTED: bool = false;

    /// What it has in `meta`: the name of each member, and its schema.
    #[must_use]
    fn members() -> Vec<(&'static str, Value)> {
        Vec::new()
    }
}

/// Answers data.
pub struct Plain;

/// Answers something of an account, with its version as the `ETag`.
pub struct Versioned;

/// Answers to a rank change, with its number and its undo id.
pub struct Recorded;

/// Answers to a request that may make several rank changes, with the number and the undo id of each.
pub struct RecordedMany;

/// Answers data, or with 202 where to ask for it later.
pub struct MaybeAccepted;

impl Kind for Plain {
    const HEADERS: &'static [&'static str] = &[];
}

impl Kind for MaybeAccepted {
    const HEADERS: &'static [&'static str] = &[];
    const MAYBE_ACCEPTED: bool = true;
}

impl Kind for Versioned {
    const HEADERS: &'static [&'static str] = &["ETag"];
}

impl Kind for Recorded {
    const HEADERS: &'static [&'static str] = &["ETag", "Rankledger-Undo-Id"];

    fn members() -> Vec<(&'static str, Value)> {
        let description = "The number of the change that was recorded; null if nothing changed.";
        let number = json!({ "type": ["integer", "null"], "minimum": 1, "description": description });
        vec![("changeNumber", number)]
    }
}

impl Kind for RecordedMany {
    const HEADERS: &'static [&'static str] = &[];

    fn members() -> Vec<(&'static str, Value)> {
        let uuid = json!({ "type": "string", "format": "uuid" });
        let change = json!({
            "type": "object",
            "properties": {
                "accId": uuid,
                "undoId": uuid,
                "changeNumber": { "type": "integer", "minimum": 1 },
            },
            "required": ["accId", "undoId", "changeNumber"],
        });
        let description = "The changes that were recorded, in order.";
        vec![("changes", json!({ "type": "array", "items": change, "description": description }))]
    }
}

impl<T> Reply<T> {
    /// An answer with this `data`.
    pub fn new(data: T) -> Self {
        Self { data, meta: Map::new(), status: StatusCode::OK, headers: HeaderMap::new(), kind: PhantomData }
    }

    /// Adds the account's version as its `ETag`.
    #[must_use]
    pub fn version(mut self, version: i64) -> Reply<T, Versioned> {
        self.headers.insert(ETAG, etag(version));
        self.into_kind()
    }

    /// The answer itself, where it might have been put off.
    #[must_use]
    pub fn ready(self) -> Reply<T, MaybeAccepted> {
        self.into_kind()
    }

    /// Puts the answer off: it is asked for at `location`, a path.
    #[must_use]
    pub fn accepted(mut self, location: &str) -> Reply<T, MaybeAccepted> {
        self.status = StatusCode::ACCEPTED;
        let location = HeaderValue::try_from(location).expect("paths of the API are valid header values");
        self.headers.insert(LOCATION, location);
        self.into_kind()
    }

    /// Adds what a client undoes the changes with that the request made: `meta.changes`.
    #[must_use]
    pub fn recorded_many<'a>(
        self,
        changes: impl IntoIterator<Item = &'a RankChange>,
    ) -> Reply<T, RecordedMany> {
        let told = |change: &RankChange| json!({ "accId": change.account, "undoId": change.undo_id, "changeNumber": change.number });
        self.meta("changes", changes.into_iter().map(told).collect::<Vec<_>>()).into_kind()
    }
}

impl<T, K> Reply<T, K> {
    /// The undo id of the change that the request made, as a header.
    pub fn undo_id(&self) -> Option<HeaderValue> {
        self.headers.get(UNDO_ID).cloned()
    }

    /// The data by itself.
    pub fn into_data(self) -> T {
        self.data
    }

    fn into_kind<L>(self) -> Reply<T, L> {
        let Self { data, meta, status, headers, .. } = self;
        Reply { data, meta, status, headers, kind: PhantomData }
    }

    /// Adds a member to `meta`, behind the documented ones.
    #[must_use]
    pub fn meta(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.meta.insert(name.to_owned(), value.into());
        self
    }
}

impl<T> Reply<T, Versioned> {
    /// Adds what a client undoes the change with that the request made, if it made one: `meta.changeNumber`, and the
    /// undo id as a header.
    #[must_use]
    pub fn recorded(mut self, change: Option<(UndoId, ChangeNumber)>) -> Reply<T, Recorded> {
        if let Some((undo_id, _)) = change {
            let value = HeaderValue::try_from(undo_id.to_string()).expect("a UUID is a valid header value");
            self.headers.insert(UNDO_ID, value);
        }
        self.meta("changeNumber", change.map(|(_, number)| number.0)).into_kind()
    }
}

/// A reply on its way to [`seal`].
#[derive(Clone)]
struct Unsealed {
    data: Box<RawValue>,
    meta: Map<String, Value>,
}

impl<T: Serialize, K> IntoResponse for Reply<T, K> {
    fn into_response(self) -> Response {
        let data = match serde_json::value::to_raw_value(&self.data) {
            Ok(data) => data,
            Err(error) => return Problem::internal(&error).into_response(),
        };
        let mut response = (self.status, self.headers).into_response();
        response.extensions_mut().insert(Unsealed { data, meta: self.meta });
        response
    }
}

impl<T: JsonSchema, K: Kind> OperationOutput for Reply<T, K> {
    type Inner = T;

    fn inferred_responses(ctx: &mut GenContext, _: &mut Operation) -> Vec<(Option<u16>, ResponseObject)> {
        let data = ctx.schema.subschema_for::<T>();
        let mut meta = ctx.schema.subschema_for::<Meta<'_>>();
        for (name, schema) in K::members() {
            require(&mut meta, name, schema);
        }
        let envelope = json_schema!({
            "type": "object",
            "properties": { "success": { "const": true }, "data": data, "meta": meta },
            "required": ["success", "data", "meta"],
            "additionalProperties": false,
        });
        let mut responses =
            vec![(Some(200), parts::json_response("The answer", envelope.clone(), K::HEADERS))];
        if K::MAYBE_ACCEPTED {
            let accepted = "It takes longer: the header Location says where to ask for the answer";
            responses.push((Some(202), parts::json_response(accepted, envelope, &["Location"])));
        }
        responses
    }
}

/// Says that an object has this member, besides what is said of it already.
fn require(object: &mut Schema, name: &str, schema: Value) {
    let object = object.ensure_object();
    object.entry("properties").or_insert_with(|| json!({}))[name] = schema;
    if let Some(required) = object.entry("required").or_insert_with(|| json!([])).as_array_mut() {
        required.push(json!(name));
    }
}

#[derive(Serialize)]
struct Envelope<'a> {
    success: bool,
    data: &'a RawValue,
    meta: Meta<'a>,
}

/// When the answer was made, and to which path; some answers have more.
#[derive(Serialize, JsonSchema)]
struct Meta<'a> {
    timestamp: Time,
    path: &'a str,
    #[serde(flatten)]
    more: &'a Map<String, Value>,
}

/// Writes the body of replies and problems.
pub async fn seal(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        if v1::is_legacy(&path) {
            return v1::answer::refuse(response, &problem);
        }
        return with_body(response, "application/problem+json", &problem.body(&path));
    }
    if let Some(Unsealed { data, meta }) = response.extensions_mut().remove::<Unsealed>() {
        let timestamp = Time(app.clock.now());
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
