//! The shape of answers: `{"success": true, "data": ..., "meta": {...}}`.
//!
//! A handler returns a [`Reply`] or a [`Problem`]. Both travel as extensions of a response without a body,
//! until [`Seal`] writes the body: only there is the path of the request known for all of them. A reply can
//! also be stored, and sent again to a repeated request.

use std::borrow::Cow;
use std::fmt::Display;
use std::marker::PhantomData;

use aide::OperationOutput;
use aide::generate::GenContext;
use aide::openapi::{Operation, Response as ResponseObject};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use jiff::Timestamp;
use rankledger_domain::account::HeldRank;
use rankledger_domain::ids::{AccountId, RankId, UndoId};
use rankledger_domain::rank_change::RankChange;
use rankledger_storage::idempotency_keys::IdempotencyKey;
use schemars::{JsonSchema, Schema, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::http::etag::etag;
use crate::http::idempotency::IDEMPOTENCY_REPLAYED;
use crate::http::long_body::{LongMember, body_of};
use crate::http::{App, describe, prefix};
use crate::wire::envelope::Meta;
use crate::wire::packed::{keep_bytes, kept_bytes};
use crate::wire::problem::Problem;
use crate::wire::time::Time;

pub use crate::http::reply_kind::Held;
pub use crate::http::reply_kind::Kind;
pub use crate::http::reply_kind::MaybeAccepted;
pub use crate::http::reply_kind::Plain;
pub use crate::http::reply_kind::Recorded;
pub use crate::http::reply_kind::RecordedMany;
pub use crate::http::reply_kind::RegisteredEach;
pub use crate::http::reply_kind::Versioned;

/// The undo id of the change that a request made.
pub const UNDO_ID: HeaderName = HeaderName::from_static("rankledger-undo-id");

/// Returns the value of the header [`UNDO_ID`].
#[must_use]
pub fn undo_id_header(undo_id: UndoId) -> HeaderValue {
    HeaderValue::try_from(undo_id.to_string()).expect("a UUID is a valid header value")
}

/// Initial capacity of the buffer of a body, in bytes. Most bodies are not longer.
const USUAL_BODY: usize = 2048;

/// The beginning of the body of an answer, up to its data.
const BEFORE_DATA: &[u8] = br#"{"success":true,"data":"#;

/// Why data can be written.
const PLAIN_DATA: &str = "answers hold plain data with string keys";

/// A successful answer with data of type `T`. The data is serialized at once, so that a new answer and a
/// stored one are the same. The kind `K` shows in a signature what the answer has besides the data.
pub struct Reply<T, K = Plain> {
    /// The body, as far as the data: [`BEFORE_DATA`] and then the data, written once.
    body: Vec<u8>,
    /// The part of the data that is stored for a repeated request, if not all of it.
    kept_data: Option<Box<RawValue>>,
    /// A member of the data that is too long for `body`. Only answers to reads have one.
    long: Option<LongMember>,
    meta: Map<String, Value>,
    status: StatusCode,
    headers: HeaderMap,
    /// Time at which the reply was made, if that is not now.
    at: Option<Timestamp>,
    kind: PhantomData<fn() -> (T, K)>,
}

impl<T: Serialize> Reply<T> {
    /// An answer with this `data`.
    pub fn new(data: T) -> Self {
        let mut body = Vec::with_capacity(USUAL_BODY);
        body.extend_from_slice(BEFORE_DATA);
        serde_json::to_writer(&mut body, &data).expect(PLAIN_DATA);
        Self {
            body,
            kept_data: None,
            long: None,
            meta: Map::new(),
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            at: None,
            kind: PhantomData,
        }
    }

    /// Says what a repeated request is answered in the place of the data, which holds a secret.
    #[must_use]
    pub fn kept_as(self, data: &T) -> Self {
        Self { kept_data: Some(raw(data)), ..self }
    }
}

/// Data as it is written.
fn raw(data: &impl Serialize) -> Box<RawValue> {
    serde_json::value::to_raw_value(data).expect(PLAIN_DATA)
}

impl<T> Reply<T> {
    /// Puts JSON that was kept by [`crate::wire::packed::keep_text`] in the place of this member of the data,
    /// which is null so far. The text is never in memory as a whole.
    #[must_use]
    pub fn with_kept(self, name: &'static str, kept: String) -> Self {
        Self { long: Some(LongMember { name, kept }), ..self }
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

    /// Adds the accounts that the request changed, with the undo id and the number of each change:
    /// `meta.changes`. In a dry run there is no recorded change, and both are null.
    #[must_use]
    pub fn recorded_many<'a>(
        self,
        changes: impl IntoIterator<Item = (AccountId, Option<&'a RankChange>)>,
    ) -> Reply<T, RecordedMany> {
        let member = |(account, change): (AccountId, Option<&RankChange>)| {
            let (undo_id, number) = (change.map(|change| change.undo_id), change.map(|change| change.number));
            json!({ "accId": account, "undoId": undo_id, "changeNumber": number })
        };
        self.meta("changes", changes.into_iter().map(member).collect::<Vec<_>>()).into_kind()
    }

    /// Adds what became of each identifier of the request: `meta.identifiers`.
    #[must_use]
    pub fn registered_each(self, identifiers: Vec<Value>) -> Reply<T, RegisteredEach> {
        self.meta("identifiers", identifiers).into_kind()
    }
}

impl<T, K> Reply<T, K> {
    /// Sets the time at which the reply was made.
    #[must_use]
    pub fn at(self, time: Timestamp) -> Self {
        Self { at: Some(time), ..self }
    }

    fn into_kind<L>(self) -> Reply<T, L> {
        let Self { body, kept_data, long, meta, status, headers, at, .. } = self;
        Reply { body, kept_data, long, meta, status, headers, at, kind: PhantomData }
    }

    /// Adds a member to `meta`, behind the documented ones.
    #[must_use]
    pub fn meta(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.meta.insert(name.to_owned(), value.into());
        self
    }
}

impl<T> Reply<T, Versioned> {
    /// Adds the ends of the grants of the account: `meta.expiresAt`, by rank. Adds nothing if no grant has an
    /// end.
    #[must_use]
    pub fn held(self, ranks: &[HeldRank]) -> Reply<T, Held> {
        let end = |held: &HeldRank| Some((held.rank.to_string(), json!(Time(held.expires_at?))));
        let ends: Map<String, Value> = ranks.iter().filter_map(end).collect();
        if ends.is_empty() { self.into_kind() } else { self.meta("expiresAt", ends).into_kind() }
    }
}

impl<T> Reply<T, Held> {
    /// Adds what a client needs to undo the recorded change, if the request made one: `meta.changeNumber`,
    /// and the undo id as a header.
    #[must_use]
    pub fn recorded(mut self, change: Option<&RankChange>) -> Reply<T, Recorded> {
        if let Some(change) = change {
            self.headers.insert(UNDO_ID, undo_id_header(change.undo_id));
        }
        self.meta("changeNumber", change.map(|change| change.number.0)).into_kind()
    }

    /// Adds the ids of no ranks that the request took away, if there are any: `meta.ignored`.
    #[must_use]
    pub fn ignored(self, ranks: &[RankId]) -> Self {
        if ranks.is_empty() { self } else { self.meta("ignored", json!(ranks)) }
    }
}

/// A reply as it is kept for repeated requests.
#[derive(Serialize, Deserialize)]
struct Kept<'a> {
    data: Cow<'a, RawValue>,
    meta: Cow<'a, Map<String, Value>>,
    headers: Vec<(String, String)>,
}

impl<T, K> Reply<T, K> {
    /// The form in which it is kept.
    #[must_use]
    pub fn keep(&self) -> Vec<u8> {
        let written = serde_json::from_str(self.data()).expect("the data was written as JSON");
        let text = |value: &HeaderValue| value.to_str().map(str::to_owned).ok();
        let headers = self.headers.iter().filter_map(|(name, value)| Some((name.to_string(), text(value)?)));
        let kept = Kept {
            data: Cow::Borrowed(self.kept_data.as_deref().unwrap_or(written)),
            meta: Cow::Borrowed(&self.meta),
            headers: headers.collect(),
        };
        keep_bytes(serde_json::to_vec(&kept).expect("what is kept is plain data with string keys"))
    }

    /// The reply that was kept under a key.
    pub fn recall(key: &IdempotencyKey) -> Result<Self, Problem> {
        let unreadable = |error: &dyn Display| Problem::internal(&format!("a kept answer: {error}"));
        let kept = kept_bytes(&key.answer).map_err(|error| unreadable(&error))?;
        let kept: Kept<'_> = serde_json::from_slice(&kept).map_err(|error| unreadable(&error))?;
        let mut headers = HeaderMap::new();
        headers.insert(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"));
        for (name, value) in kept.headers {
            let name = HeaderName::try_from(name).map_err(|error| unreadable(&error))?;
            headers.insert(name, HeaderValue::try_from(value).map_err(|error| unreadable(&error))?);
        }
        let (body, meta) = ([BEFORE_DATA, kept.data.get().as_bytes()].concat(), kept.meta.into_owned());
        let (status, at) = (StatusCode::OK, Some(key.created_at));
        Ok(Self { body, kept_data: None, long: None, meta, status, headers, at, kind: PhantomData })
    }

    /// The data, as it is written.
    fn data(&self) -> &str {
        str::from_utf8(&self.body[BEFORE_DATA.len()..]).expect("JSON is UTF-8")
    }
}

/// A reply on its way to [`Seal`].
#[derive(Clone)]
struct Unsealed {
    /// The body, as far as the data.
    body: Vec<u8>,
    long: Option<LongMember>,
    meta: Map<String, Value>,
    at: Option<Timestamp>,
}

impl<T, K> IntoResponse for Reply<T, K> {
    fn into_response(self) -> Response {
        let Self { body, long, meta, status, headers, at, .. } = self;
        let mut response = (status, headers).into_response();
        response.extensions_mut().insert(Unsealed { body, long, meta, at });
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
        for (name, schema) in K::optional_members() {
            allow(&mut meta, name, schema);
        }
        let envelope = json_schema!({
            "type": "object",
            "properties": { "success": { "const": true }, "data": data, "meta": meta },
            "required": ["success", "data", "meta"],
            "additionalProperties": false,
        });
        let mut responses =
            vec![(Some(200), describe::json_response("The answer", envelope.clone(), K::HEADERS))];
        if K::MAYBE_ACCEPTED {
            let accepted = "The request takes longer. The header Location names the path of its result";
            responses.push((Some(202), describe::json_response(accepted, envelope, &["Location"])));
        }
        responses
    }
}

/// Says that an object has this member, besides what is said of it already.
fn require(object: &mut Schema, name: &str, schema: Value) {
    allow(object, name, schema);
    let required = object.ensure_object().entry("required").or_insert_with(|| json!([]));
    if let Some(required) = required.as_array_mut() {
        required.push(json!(name));
    }
}

/// Says that an object may have this member, besides what is said of it already.
fn allow(object: &mut Schema, name: &str, schema: Value) {
    object.ensure_object().entry("properties").or_insert_with(|| json!({}))[name] = schema;
}

/// Writes the body of replies and problems.
#[derive(Clone, Copy)]
pub struct Seal {
    /// Writes a problem: [`problem_details`], or another form for some paths.
    pub write_problem: fn(path: &str, prefix: &str, response: Response, problem: &Problem) -> Response,
}

/// Writes a problem as problem details (RFC 9457). The prefix is that of the proxy, see [`prefix`].
#[must_use]
pub fn problem_details(path: &str, prefix: &str, response: Response, problem: &Problem) -> Response {
    let mut bytes = Vec::with_capacity(USUAL_BODY);
    serde_json::to_writer(&mut bytes, &problem.body(&format!("{prefix}{path}")))
        .expect("problems hold plain data with string keys");
    with_body(response, "application/problem+json", prefix::before_types(bytes, prefix))
}

impl Seal {
    /// Writes the body of a response to a request of this method and path. The response to a HEAD request has
    /// the length of the body only.
    pub(super) fn sealed(self, app: &App, method: &Method, path: &str, response: Response) -> Response {
        let mut response = self.written(app, path, response);
        prefix::before_location(&mut response, app.sites.prefix());
        if method == Method::HEAD { response.map(|_| Body::empty()) } else { response }
    }

    fn written(self, app: &App, request_path: &str, mut response: Response) -> Response {
        let prefix = app.sites.prefix();
        if let Some(problem) = response.extensions_mut().remove::<Problem>() {
            return (self.write_problem)(request_path, prefix, response, &problem);
        }
        if let Some(Unsealed { mut body, long, meta, at }) = response.extensions_mut().remove::<Unsealed>() {
            let timestamp = Time(at.unwrap_or_else(|| app.clock.now()));
            let path = if prefix.is_empty() {
                request_path.into()
            } else {
                format!("{prefix}{request_path}").into()
            };
            let meta = Meta { timestamp, path, more: Cow::Owned(meta) };
            body.extend_from_slice(b",\"meta\":");
            serde_json::to_writer(&mut body, &meta).expect("meta holds plain data with string keys");
            body.push(b'}');
            let Some(long) = long else {
                return with_body(response, "application/json", prefix::before_types(body, prefix));
            };
            return match long.body_of(&body, prefix) {
                Ok((len, body)) => of_length(response, "application/json", len, body),
                Err(error) => self.written(app, request_path, Problem::internal(&error).into_response()),
            };
        }
        response
    }
}

fn with_body(response: Response, content_type: &'static str, bytes: Vec<u8>) -> Response {
    of_length(response, content_type, bytes.len(), body_of(bytes))
}

fn of_length(response: Response, content_type: &'static str, len: usize, body: Body) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(len));
    Response::from_parts(parts, body)
}
