//! The responses that refuse a request: the problems that each operation may answer.

use aide::openapi::{Operation, ReferenceOr, Response, StatusCode};
use schemars::json_schema;
use serde_json::{Value, json};

use crate::http::describe::{add_headers, component, content};
use crate::wire::problem::ProblemType;

/// The content type of problems.
const PROBLEM: &str = "application/problem+json";

/// Adds these problems to the responses of the operation, each with its own status.
pub fn add(operation: &mut Operation, kinds: &[&'static ProblemType]) {
    for kind in kinds {
        add_as(operation, kind.status, kind);
    }
}

/// Adds this problem to the responses of the operation, with this status.
pub fn add_as(operation: &mut Operation, status: u16, kind: &ProblemType) {
    let responses = operation.responses.get_or_insert_default();
    let response = responses.responses.entry(StatusCode::Code(status));
    let ReferenceOr::Item(response) = response.or_insert_with(|| ReferenceOr::Item(response_of(status)))
    else {
        return;
    };
    let content = response.content.get_mut(PROBLEM).expect("the response was made for problems");
    let schema = content.schema.as_mut().and_then(|schema| schema.json_schema.as_object_mut());
    let types = schema.and_then(|schema| schema["properties"]["type"]["enum"].as_array_mut());
    let (types, uri) = (types.expect("the schema was made with a list of types"), json!(kind.uri()));
    if types.contains(&uri) {
        return;
    }
    types.push(uri);
    if status == kind.status {
        content.examples.insert(kind.slug.to_owned(), component("examples", kind.slug));
    }
    if !response.description.is_empty() {
        response.description.push_str("; ");
    }
    response.description.push_str(kind.title);
}

/// Returns a response of this status that lists no problem yet.
fn response_of(status: u16) -> Response {
    let headers: &[&str] = match status {
        401 => &["WWW-Authenticate"],
        429 | 503 => &["Retry-After"],
        _ => &[],
    };
    let schema = json_schema!({
        "$ref": "#/components/schemas/Problem",
        "properties": { "type": { "enum": [] }, "status": { "const": status } },
    });
    let content = [(PROBLEM.to_owned(), content(schema))].into();
    let mut response = Response { content, ..Response::default() };
    add_headers(&mut response, headers);
    response
}

/// Returns the name of a response among those that operations share, made of its problem types. `None` if the
/// response is not a refusal.
pub fn name(response: &Response) -> Option<String> {
    let schema = &response.content.get(PROBLEM)?.schema.as_ref()?.json_schema;
    let types = schema.get("properties")?["type"]["enum"].as_array()?.iter().filter_map(Value::as_str);
    let slugs: Vec<_> = types.map(|uri| uri.trim_start_matches("/problems/")).collect();
    Some(slugs.join("."))
}
