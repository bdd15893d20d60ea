//! The calls of the legacy v1 API, as operations.

use aide::openapi::{MediaType, Operation, ReferenceOr, RequestBody, Response, StatusCode};
use schemars::json_schema;
use serde_json::json;

use crate::api::v1::reply::RefusalForm;
use crate::api::v1::{Answers, LegacyType};
use crate::http::describe;
use crate::http::endpoint::Tag;

/// Statuses of the refusals of a call, each with its reasons.
const REFUSALS: [(u16, &str); 5] = [
    (400, "The community, key or type is wrong, the account does not exist, or the request is refused"),
    (404, "The id is linked to no account"),
    (429, "Too many requests"),
    (500, "A fault of the server"),
    (503, "The server is temporarily unavailable"),
];

/// The operation of a call.
pub(super) fn operation(legacy: &LegacyType) -> Operation {
    let id = format!("v1.{}", legacy.name);
    let mut operation = super::operation(&id, legacy.summary, Tag::Legacy);
    operation.request_body = Some(ReferenceOr::Item(request(legacy)));
    let responses = operation.responses.get_or_insert_default();
    let success = response("The answer", legacy.answers);
    responses.responses.insert(StatusCode::Code(200), ReferenceOr::Item(success));
    for (status, description) in REFUSALS {
        let in_json = legacy.answers.refusals() != RefusalForm::Text;
        let mut refusal = response(description, if in_json { Answers::Json } else { Answers::Text });
        if matches!(status, 429 | 503) {
            describe::add_headers(&mut refusal, &["Retry-After"]);
        }
        responses.responses.insert(StatusCode::Code(status), ReferenceOr::Item(refusal));
    }
    operation
}

fn request(legacy: &LegacyType) -> RequestBody {
    let schema = json_schema!({
        "type": "object",
        "properties": {
            "id": { "type": "string", "description": "The id of the community." },
            "key": { "type": "string", "description": "The API key." },
            "type": { "const": legacy.name },
            "data": {
                "type": ["array", "object", "null"],
                "description": "The arguments: one object. It names an account by accId, apiId, username, discord or \
                                uniqueId.",
            },
        },
        "required": ["id", "key", "type"],
    });
    let mut content = describe::content(schema);
    content.example = Some(
        json!({ "id": "YOUR_COMMUNITY_ID", "key": "YOUR_API_KEY", "type": legacy.name, "data": [legacy.example()] }),
    );
    RequestBody {
        content: [("application/json".to_owned(), content)].into(),
        required: true,
        ..RequestBody::default()
    }
}

fn response(description: &str, answers: Answers) -> Response {
    let mut response = Response { description: description.to_owned(), ..Response::default() };
    if !matches!(answers, Answers::Text | Answers::Verdict) {
        response.content.insert("application/json".to_owned(), MediaType::default());
    }
    if !matches!(answers, Answers::Json | Answers::Envelope) {
        let text = describe::content(json_schema!({ "type": "string" }));
        response.content.insert("text/plain; charset=utf-8".to_owned(), text);
    }
    response
}
