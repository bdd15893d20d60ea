//! A problem and its type, whatever its subject: how it is put together, and how it is written.

use std::time::Duration;

use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::wire::time::whole_seconds;

/// A type of problem. Clients branch on its URI, so a slug never changes its meaning.
#[derive(Debug)]
pub struct ProblemType {
    /// Its name, the last part of its URI.
    pub slug: &'static str,
    /// The status of the reply.
    pub status: u16,
    /// A few words that name the problem.
    pub title: &'static str,
    /// The reasons for which a client meets it.
    pub cause: &'static str,
    /// The steps that a client can take.
    pub way_out: &'static str,
    pub(super) example: fn() -> Problem,
    pub(super) example_path: &'static str,
}

impl ProblemType {
    /// Returns the URI that clients branch on, relative to this server.
    #[must_use]
    pub fn uri(&self) -> String {
        format!("/problems/{}", self.slug)
    }

    /// Returns a whole body of this type.
    #[must_use]
    pub fn example(&self) -> Value {
        json!((self.example)().body(self.example_path))
    }
}

/// An error for a client.
#[derive(Debug, Clone)]
#[must_use = "a problem is raised, or sent to the client"]
pub struct Problem(Box<Details>);

#[derive(Debug, Clone)]
struct Details {
    r#type: &'static ProblemType,
    status: StatusCode,
    detail: String,
    members: Map<String, Value>,
    headers: HeaderMap,
}

/// Problem details (RFC 9457). Some types have more members.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub struct ProblemBody<'a> {
    /// The URI that a program branches on.
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
    /// The detail again: one client prints this member.
    message: &'a str,
    #[serde(flatten)]
    members: &'a Map<String, Value>,
}

/// A problem that is told within a successful answer.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ProblemSummary {
    /// The URI that a program branches on.
    pub(crate) r#type: String,
    /// A sentence for people: what is wrong, and the way out.
    pub(crate) detail: String,
}

impl Problem {
    pub(super) fn new(r#type: &'static ProblemType, detail: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(r#type.status).expect("types are declared with valid status codes");
        let (members, headers) = (Map::new(), HeaderMap::new());
        Self(Box::new(Details { r#type, status, detail: detail.into(), members, headers }))
    }

    pub(super) fn member(mut self, name: &str, value: Value) -> Self {
        self.0.members.insert(name.to_owned(), value);
        self
    }

    /// Replaces the sentence, where programs read a word in its place.
    pub(super) fn with_detail(mut self, detail: &str) -> Self {
        detail.clone_into(&mut self.0.detail);
        self
    }

    pub(super) fn header(mut self, name: HeaderName, value: &str) -> Self {
        let value = HeaderValue::try_from(value).expect("only visible ASCII is put into problem headers");
        self.0.headers.insert(name, value);
        self
    }

    pub(super) fn retry_after(self, wait: Duration) -> Self {
        let seconds = whole_seconds(wait);
        self.header(RETRY_AFTER, &seconds.to_string())
    }

    /// Replaces the status of the type, for the few types that have two.
    pub(super) fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = status;
        self
    }

    /// Returns whether it is of this type.
    #[must_use]
    pub fn is(&self, r#type: &ProblemType) -> bool {
        self.0.r#type.slug == r#type.slug
    }

    /// Returns the name of its type.
    #[must_use]
    pub fn slug(&self) -> &'static str {
        self.0.r#type.slug
    }

    /// Returns the status of the reply.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// Takes out the headers of the reply.
    pub fn take_headers(&mut self) -> HeaderMap {
        std::mem::take(&mut self.0.headers)
    }

    /// Returns the sentence for the client.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// Returns the members that this type has beside the usual ones.
    #[must_use]
    pub fn members(&self) -> &Map<String, Value> {
        &self.0.members
    }

    /// Shortens it to a part of a successful answer.
    #[must_use]
    pub fn summary(self) -> ProblemSummary {
        ProblemSummary { r#type: self.0.r#type.uri(), detail: self.0.detail }
    }

    /// Returns the body, for a request to this path.
    #[must_use]
    pub fn body<'a>(&'a self, path: &'a str) -> ProblemBody<'a> {
        let Details { r#type, status, detail, members, .. } = self.0.as_ref();
        ProblemBody {
            r#type: r#type.uri(),
            title: r#type.title,
            status: status.as_u16(),
            detail,
            instance: path,
            success: false,
            message: detail,
            members,
        }
    }
}
