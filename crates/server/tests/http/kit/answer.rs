//! Answers of the server.

use axum::body::to_bytes;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The path of the request.
    pub(super) path: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
    /// The body as it is.
    pub(crate) text: String,
}

/// The headers that a snapshot shows.
const SHOWN: [&str; 12] = [
    "allow",
    "content-disposition",
    "content-type",
    "etag",
    "idempotency-replayed",
    "location",
    "rankledger-undo-id",
    "ratelimit",
    "ratelimit-policy",
    "retry-after",
    "www-authenticate",
    "x-request-id",
];

impl Answer {
    pub(super) async fn read(path: &str, response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("the body is there");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| Value::String(text.clone()));
        Self { path: path.to_owned(), status: parts.status, headers: parts.headers, body, text }
    }

    /// Returns the whole answer for a snapshot: status, headers, body.
    pub(crate) fn whole(&self) -> Value {
        let shown = SHOWN.iter().filter_map(|name| {
            let value = self.headers.get(*name)?.to_str().expect("a header of text");
            Some(((*name).to_owned(), value.into()))
        });
        json!({
            "status": self.status.as_u16(),
            "headers": shown.collect::<Map<String, Value>>(),
            "body": self.body,
        })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the body of a success, after checking everything that all successes have.
    #[track_caller]
    pub(crate) fn ok(&self) -> &Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        assert_eq!(self.header("content-type"), Some("application/json"));
        assert_eq!(self.body["success"], true);
        // Behind a prefix of a proxy, that stands before it.
        assert!(
            self.body["meta"]["path"].as_str().is_some_and(|path| path.ends_with(&self.path)),
            "{}",
            self.body
        );
        assert!(self.header("x-request-id").is_some());
        &self.body
    }

    /// Checks that the answer is a success: one with the documented JSON object, or a file.
    #[track_caller]
    pub(crate) fn success(&self) {
        if self.header("content-disposition").is_none() {
            self.ok();
            return;
        }
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        assert!(self.header("x-request-id").is_some());
    }

    /// Returns the body of a problem of this status and type, after checking everything that all problems
    /// have.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, kind: &str) -> &Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        assert_eq!(self.body["type"], format!("/problems/{kind}"), "{}", self.body);
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(self.body["status"], status);
        assert_eq!(self.body["instance"], self.path);
        assert_eq!(self.body["success"], false);
        assert_eq!(self.body["message"], self.body["detail"]);
        assert!(self.header("x-request-id").is_some());
        &self.body
    }

    /// Returns the sentence of a problem. Where programs read a word in its place, it stands beside that.
    #[track_caller]
    pub(crate) fn sentence(&self) -> &str {
        let sentence = self.body["explanation"].as_str().or_else(|| self.body["detail"].as_str());
        sentence.expect("a sentence")
    }

    /// Returns the entity tag.
    #[track_caller]
    pub(crate) fn etag(&self) -> &str {
        self.header("etag").expect("an account has an ETag")
    }

    /// Returns the ranks of the account that Set Account Ranks answered.
    #[track_caller]
    pub(crate) fn ranks(&self) -> &Value {
        &self.ok()["data"]["ranks"]
    }

    /// Returns the undo id of the reversal that Undo Rank Change recorded.
    #[track_caller]
    pub(crate) fn reversal(&self) -> String {
        let undo_id =
            self.ok()["data"]["reversalUndoId"].as_str().expect("a reversal was recorded").to_owned();
        assert_eq!(self.header("rankledger-undo-id"), Some(undo_id.as_str()));
        undo_id
    }

    /// Returns the undo id of the change that was made.
    #[track_caller]
    pub(crate) fn undo_id(&self) -> String {
        let undo_id = self.ok()["meta"]["undoId"].as_str().expect("a change was recorded").to_owned();
        assert_eq!(self.header("rankledger-undo-id"), Some(undo_id.as_str()));
        undo_id
    }
}
