//! The replies of v1: JSON or a text. Refusals are plain text, because one client takes a JSON object in a
//! refusal for a success; but a few types are called by programs that decode every answer. Clients stop for
//! good on the texts for a wrong community or key, so these are sent only when they are true.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use rankledger_domain::ids::UndoId;
use serde::Serialize;
use serde_json::json;

use crate::http::reply::{UNDO_ID, undo_id_header};
use crate::wire::problem::{EXPLANATION, Problem};

/// There is no such account.
pub const NO_ACCOUNT: &str = "NO ACCOUNT FOUND UNDER GIVEN PARAMETERS IN THIS COMMUNITY";

/// An id belongs to no account.
pub const NOT_LINKED: &str = "API ID NOT LINKED TO AN ACCOUNT IN THIS COMMUNITY";

const INVALID_KEY: &str = "INVALID API KEY";
const INVALID_COMMUNITY: &str = "INVALID COMMUNITY ID";
const INVALID_TYPE: &str = "INVALID REQUEST TYPE";

const TEXT: &str = "text/plain; charset=utf-8";

/// The reply to a call.
pub struct LegacyReply {
    status: StatusCode,
    content_type: &'static str,
    body: String,
    undo_id: Option<UndoId>,
}

impl LegacyReply {
    /// Returns a reply of JSON.
    pub fn json(body: &(impl Serialize + ?Sized)) -> Result<Self, Problem> {
        let body = serde_json::to_string(body).map_err(|error| Problem::internal(&error))?;
        Ok(Self { status: StatusCode::OK, content_type: "application/json", body, undo_id: None })
    }

    /// Returns a reply of plain text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { status: StatusCode::OK, content_type: TEXT, body: text.into(), undo_id: None }
    }

    /// Returns the refusal of an id that belongs to no account.
    #[must_use]
    pub fn not_linked() -> Self {
        Self { status: StatusCode::NOT_FOUND, ..Self::text(NOT_LINKED) }
    }

    /// Adds the undo id of the change that the call recorded, as a header: the body has no place for it. Adds
    /// nothing if the call recorded no change.
    #[must_use]
    pub fn recorded(self, undo_id: Option<UndoId>) -> Self {
        Self { undo_id, ..self }
    }
}

impl IntoResponse for LegacyReply {
    fn into_response(self) -> Response {
        let mut response = (self.status, [(CONTENT_TYPE, self.content_type)], self.body).into_response();
        if let Some(undo_id) = self.undo_id {
            response.headers_mut().insert(UNDO_ID, undo_id_header(undo_id));
        }
        response
    }
}

/// The form of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalForm {
    /// A text.
    Text,
    /// JSON: the status, and one of the words that game servers know.
    Verdict,
    /// JSON: `success`, `data` and a message.
    Envelope,
}

impl RefusalForm {
    /// Returns the body, and its content type.
    fn body(self, status: StatusCode, text: &str, problem: &Problem) -> (String, &'static str) {
        let json = match self {
            Self::Text => return (text.to_owned(), TEXT),
            Self::Verdict => {
                let worded = problem.clone().in_words_of_whitelists();
                let explanation = worded.members().get(EXPLANATION);
                let message = if explanation.is_some() { worded.detail() } else { text };
                let mut json = json!({ "status": status.as_u16(), "message": message });
                if let Some(explanation) = explanation {
                    json[EXPLANATION] = explanation.clone();
                }
                json
            }
            Self::Envelope => json!({ "success": false, "data": null, "message": text }),
        };
        (json.to_string(), "application/json")
    }
}

/// Turns a problem into the refusal of v1. Of the statuses that refuse a request, clients know 400, 401 and
/// 404 only, and 429.
pub fn refuse(response: Response, problem: &Problem, form: RefusalForm) -> Response {
    let text = match problem.slug() {
        "account-not-found" => NO_ACCOUNT,
        "not-found" | "method-not-allowed" => INVALID_TYPE,
        "community-not-found" => INVALID_COMMUNITY,
        "missing-credential"
        | "malformed-credential"
        | "unknown-credential"
        | "revoked-credential"
        | "expired-credential" => INVALID_KEY,
        _ => problem.detail(),
    };
    let (mut parts, _) = response.into_parts();
    if parts.status != StatusCode::TOO_MANY_REQUESTS && parts.status.is_client_error() {
        parts.status = StatusCode::BAD_REQUEST;
    }
    parts.headers.remove(WWW_AUTHENTICATE);
    parts.headers.remove(CONTENT_LENGTH);
    let (body, content_type) = form.body(parts.status, text, problem);
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    Response::from_parts(parts, Body::from(body))
}
