//! Every error that a client can meet, as problem details (RFC 9457).
//!
//! [`kinds`] lists the types, each with a stable URI that this server explains ([`page`]); here are the constructors
//! that write the sentence for the client, and `refusals` writes those for what operations refuse. A sentence names the
//! thing and the way out. The cause of a fault of ours goes to the log, never to the client.

mod administration;
mod database;
mod guards;
mod idempotency;
pub mod kinds;
mod refusals;
pub mod rollback;
mod samples;

use std::any::Any;
use std::borrow::Cow;
use std::fmt::Display;
use std::time::Duration;

use aide::OperationOutput;
use axum::response::{IntoResponse, Response};
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use rankledger_domain::api_key::MalformedKey;
use rankledger_domain::credential::{EndedCredential, Scope};
use rankledger_domain::ids::AccountId;
use rankledger_domain::time::wire_format;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::http::BODY_LIMIT;
use crate::http::rate_limit::whole_seconds;
use crate::wire::problem::kinds::ProblemKind;

/// The most characters of a text that is told back to a client.
const LONGEST_EXCERPT: usize = 100;

/// An error for a client.
#[derive(Debug, Clone)]
pub struct Problem(Box<Details>);

#[derive(Debug, Clone)]
struct Details {
    kind: &'static ProblemKind,
    status: StatusCode,
    detail: String,
    members: Map<String, Value>,
    headers: HeaderMap,
}

/// Problem details (RFC 9457). Some types have more members.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub struct ProblemBody<'a> {
    /// What a program branches on.
    r#type: String,
    /// The type in a few words.
    title: &'static str,
    /// The status of the answer.
    #[schemars(range(min = 400, max = 599))]
    status: u16,
    /// A sentence for people: what is wrong, and the way out.
    detail: &'a str,
    /// The path of the request.
    instance: &'a str,
    #[schemars(extend("const" = false))]
    success: bool,
    /// The detail again: what one client prints.
    message: &'a str,
    #[serde(flatten)]
    members: &'a Map<String, Value>,
}

/// A problem within an answer that is none.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ProblemSummary {
    /// What a program branches on.
    r#type: String,
    /// A sentence for people: what is wrong, and the way out.
    detail: String,
}

impl Problem {
    fn new(kind: &'static ProblemKind, detail: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(kind.status).expect("the table of kinds holds valid status codes");
        let (members, headers) = (Map::new(), HeaderMap::new());
        Self(Box::new(Details { kind, status, detail: detail.into(), members, headers }))
    }

    fn member(mut self, name: &str, value: Value) -> Self {
        self.0.members.insert(name.to_owned(), value);
        self
    }

    fn header(mut self, name: HeaderName, value: &str) -> Self {
        let value = HeaderValue::try_from(value).expect("only visible ASCII is put into problem headers");
        self.0.headers.insert(name, value);
        self
    }

    fn retry_after(self, wait: Duration) -> Self {
        let seconds = whole_seconds(wait);
        self.header(RETRY_AFTER, &seconds.to_string())
    }

    /// The name of its type.
    #[must_use]
    pub fn slug(&self) -> &'static str {
        self.0.kind.slug
    }

    /// The sentence for the client.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// What it says, as part of an answer.
    #[must_use]
    pub fn summary(self) -> ProblemSummary {
        ProblemSummary { r#type: self.0.kind.uri(), detail: self.0.detail }
    }

    /// The body, for a request to this path.
    #[must_use]
    pub fn body<'a>(&'a self, path: &'a str) -> ProblemBody<'a> {
        let Details { kind, status, detail, members, .. } = self.0.as_ref();
        ProblemBody {
            r#type: kind.uri(),
            title: kind.title,
            status: status.as_u16(),
            detail,
            instance: path,
            success: false,
            message: detail,
            members,
        }
    }

    /// A fault of ours. The cause goes to the log.
    pub fn internal(cause: &dyn Display) -> Self {
        tracing::error!(%cause, "internal error");
        Self::fault()
    }

    fn fault() -> Self {
        let detail = "Something went wrong here. The request id in X-Request-Id finds it in the log.";
        Self::new(&kinds::INTERNAL, detail)
    }

    /// The answer when a handler panicked.
    #[must_use]
    pub fn from_panic(panic: Box<dyn Any + Send>) -> Response {
        let text = match panic.downcast::<String>() {
            Ok(text) => *text,
            Err(panic) => (*panic.downcast_ref::<&str>().unwrap_or(&"a handler panicked")).to_owned(),
        };
        Self::internal(&text).into_response()
    }

    pub(crate) fn timed_out(limit: Duration) -> Self {
        let detail = format!(
            "The request was not answered within {} s. A write may still have happened: send it again with the same \
             Idempotency-Key, or look before you repeat it.",
            limit.as_secs()
        );
        Self::new(&kinds::TIMEOUT, detail)
    }

    pub(crate) fn shutting_down() -> Self {
        Self::new(&kinds::UNAVAILABLE, "The server is shutting down: try again in a moment.")
            .retry_after(Duration::from_secs(2))
    }

    // Paths, queries and bodies

    pub(crate) fn path_not_found(path: &str) -> Self {
        let path = excerpt(path);
        let detail = format!(
            "Rankledger has nothing at {path}. docs/compatibility.md lists the endpoints of the documented API that it has."
        );
        Self::new(&kinds::NOT_FOUND, detail)
    }

    pub(crate) fn method_not_allowed(method: &Method, path: &str) -> Self {
        let path = excerpt(path);
        let detail = format!("{path} does not take {method}. The header Allow lists what it takes.");
        Self::new(&kinds::METHOD_NOT_ALLOWED, detail)
    }

    pub(crate) fn invalid_path(name: &str, text: &str, expected: &str) -> Self {
        let text = excerpt(text);
        Self::new(&kinds::INVALID_PATH, format!("{name} in the path is \"{text}\". It must be {expected}."))
            .member("errors", json!([{ "parameter": name, "value": text }]))
    }

    pub(crate) fn undecodable_path() -> Self {
        Self::new(&kinds::INVALID_PATH, "The path does not decode to UTF-8 text: check its percent-encoding.")
    }

    pub(crate) fn invalid_query(name: &str, text: &str, expected: &str) -> Self {
        let text = excerpt(text);
        Self::new(
            &kinds::INVALID_QUERY,
            format!("The query parameter {name} is \"{text}\". It must be {expected}."),
        )
        .member("errors", json!([{ "parameter": name, "value": text }]))
    }

    pub(crate) fn repeated_query(name: &str) -> Self {
        Self::new(
            &kinds::INVALID_QUERY,
            format!("The query parameter {name} is given more than once: give it once."),
        )
        .member("errors", json!([{ "parameter": name }]))
    }

    pub(crate) fn missing_query(name: &str) -> Self {
        Self::new(&kinds::INVALID_QUERY, format!("The query parameter {name} is missing: give it."))
            .member("errors", json!([{ "parameter": name }]))
    }

    pub(crate) fn undecodable_query() -> Self {
        Self::new(
            &kinds::INVALID_QUERY,
            "The query does not decode to UTF-8 text: check its percent-encoding.",
        )
    }

    pub(crate) fn missing_selector() -> Self {
        let detail = "The search names no account: give at least one of accountId, apiId, username, discord, uniqueId.";
        Self::new(&kinds::INVALID_QUERY, detail)
    }

    pub(crate) fn invalid_if_match() -> Self {
        Self::new(
            &kinds::INVALID_HEADER,
            "If-Match is not text: send the ETag of the account as it was answered.",
        )
    }

    pub(crate) fn body_too_large() -> Self {
        let detail =
            format!("The body is larger than {} KiB: split the request into several.", BODY_LIMIT / 1024);
        Self::new(&kinds::BODY_TOO_LARGE, detail)
    }

    pub(crate) fn body_too_slow(limit: Duration) -> Self {
        let detail = format!(
            "The body did not arrive within {} s. Nothing was written: send it again.",
            limit.as_secs_f32()
        );
        Self::new(&kinds::BODY_TOO_SLOW, detail)
    }

    pub(crate) fn body_cut_short() -> Self {
        Self::new(&kinds::INVALID_JSON, "The body ended before all of it had arrived: send it again.")
    }

    pub(crate) fn invalid_json(what: &str, line: usize, column: usize) -> Self {
        let detail = format!("The body is not JSON: {what} at line {line} column {column}.");
        Self::new(&kinds::INVALID_JSON, detail).member("errors", json!([{ "line": line, "column": column }]))
    }

    pub(crate) fn invalid_body(pointer: &str, what: &str) -> Self {
        let place = if pointer.is_empty() { "The body" } else { pointer };
        Self::new(&kinds::INVALID_BODY, format!("{place} is not as it should be: {what}."))
            .member("errors", json!([{ "pointer": pointer, "detail": what }]))
    }

    pub(crate) fn account_mismatch(named: &str, id: AccountId) -> Self {
        let named = excerpt(named);
        let detail = format!(
            "accId in the body is \"{named}\", but the path names account {id}. Send the same id, or leave accId out."
        );
        Self::new(&kinds::ACCOUNT_MISMATCH, detail)
            .member("errors", json!([{ "pointer": "/accId", "detail": "not the account of the path" }]))
    }

    pub(crate) fn account_not_found(id: AccountId) -> Self {
        let detail = format!(
            "There is no account {id} in this community. Find its id with GET /v2/community/accounts/search."
        );
        Self::new(&kinds::ACCOUNT_NOT_FOUND, detail)
    }

    // Credentials

    fn unauthorized(kind: &'static ProblemKind, detail: impl Into<String>) -> Self {
        let challenge = match kind.slug {
            "missing-credential" => "Bearer realm=\"rankledger\"",
            _ => "Bearer realm=\"rankledger\", error=\"invalid_token\"",
        };
        Self::new(kind, detail).header(WWW_AUTHENTICATE, challenge)
    }

    pub(crate) fn missing_credential() -> Self {
        Self::unauthorized(
            &kinds::MISSING_CREDENTIAL,
            "The request carries no credential: send the header \"Authorization: Bearer <API key>\".",
        )
    }

    pub(crate) fn not_a_bearer() -> Self {
        Self::unauthorized(
            &kinds::MALFORMED_CREDENTIAL,
            "The Authorization header cannot be read: it must be \"Bearer\", a space, and the API key.",
        )
    }

    pub(crate) fn several_credentials() -> Self {
        Self::unauthorized(
            &kinds::MALFORMED_CREDENTIAL,
            "The request has more than one Authorization header: send one, for it cannot be told which is meant.",
        )
    }

    pub(crate) fn malformed_credential(error: MalformedKey) -> Self {
        Self::unauthorized(&kinds::MALFORMED_CREDENTIAL, format!("The API key cannot be right: {error}."))
    }

    pub(crate) fn unknown_credential() -> Self {
        Self::unauthorized(
            &kinds::UNKNOWN_CREDENTIAL,
            "This server does not know the API key. An operator makes one with `rankledger key create`, or takes an \
             existing one over with `rankledger key adopt`.",
        )
    }

    pub(crate) fn ended_credential(ended: EndedCredential) -> Self {
        let (kind, how, when) = match ended {
            EndedCredential::Revoked(when) => (&kinds::REVOKED_CREDENTIAL, "was revoked", when),
            EndedCredential::Expired(when) => (&kinds::EXPIRED_CREDENTIAL, "expired", when),
        };
        let detail = format!("The API key {how} at {}: ask the operator for a new one.", wire_format(when));
        Self::unauthorized(kind, detail)
    }

    pub(crate) fn missing_scope(credential: &str, scope: Scope) -> Self {
        let detail = format!(
            "The credential \"{credential}\" lacks the scope {scope}. An operator makes one that has it with `rankledger \
             key create --scopes`."
        );
        Self::new(&kinds::MISSING_SCOPE, detail).member("scope", json!(scope.as_str()))
    }

    pub(crate) fn rate_limited(wait: Duration) -> Self {
        let seconds = whole_seconds(wait);
        let detail = format!(
            "Too many requests with this credential to this endpoint: the next one passes in {seconds} s."
        );
        Self::new(&kinds::RATE_LIMITED, detail).retry_after(wait)
    }
}

/// The beginning of what a client sent, to be told back to it: an answer is not to grow with what it refuses.
fn excerpt(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST_EXCERPT) {
        Some((end, _)) => Cow::Owned(format!("{}...", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

impl IntoResponse for Problem {
    /// A response without a body: [`super::envelope::seal`] writes it, for it knows the path.
    fn into_response(mut self) -> Response {
        let headers = std::mem::take(&mut self.0.headers);
        let mut response = (self.0.status, headers).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The document gets the problems of an operation from its extractors and its row of the table of endpoints.
impl OperationOutput for Problem {
    type Inner = Self;
}
