//! How each client reads an answer: what it hands to the program that uses it.

use serde_json::{Value, json};

use crate::clients::requests::{Recorded, Response};

/// What a program gets from its client.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// A success, and the data.
    Success(Value),
    /// A failure, and the reason.
    Failure(Value),
    /// Nothing: the client raises, or never calls back.
    Nothing,
}

/// Whether a request is one of v1.
fn is_legacy(request: &Recorded) -> bool {
    !request.path.starts_with("/v2/")
}

fn is_success(response: &Response) -> bool {
    (200..300).contains(&response.status)
}

fn is_json(response: &Response) -> bool {
    response.header("content-type").is_some_and(|kind| kind.starts_with("application/json"))
}

/// JSON if the answer says that it is JSON, else the text.
fn parsed(response: &Response) -> Value {
    if is_json(response) { response.json() } else { json!(response.body) }
}

/// The first of these members of an error that is a text, else the whole body.
fn reason(response: &Response, members: &[&str]) -> Value {
    let body = response.json();
    let found = members.iter().map(|member| &body[member]).find(|reason| reason.is_string());
    found.cloned().unwrap_or_else(|| json!(response.body))
}

/// Sonoran.js hands over `data` of an answer of v2, never `meta` or a header. Of v1 it hands over everything;
/// it takes 400, 401 and 404 for failures, a 429 for a success without data, and raises at faults.
pub(crate) fn sonoran_js(request: &Recorded, response: &Response) -> Reading {
    if !is_legacy(request) {
        return if is_success(response) {
            Reading::Success(response.json()["data"].clone())
        } else {
            Reading::Failure(reason(response, &["detail", "message"]))
        };
    }
    match response.status {
        200..300 => Reading::Success(parsed(response)),
        // A JSON object in a failure is taken for the data of a success.
        400 | 401 | 404 if is_json(response) => Reading::Success(response.json()),
        400 | 401 | 404 => Reading::Failure(json!(response.body)),
        429 => Reading::Success(Value::Null),
        _ => Reading::Nothing,
    }
}

/// Sonoran.lua hands over the whole object of an answer, and the message of an error.
pub(crate) fn sonoran_lua(_: &Recorded, response: &Response) -> Reading {
    if is_success(response) {
        Reading::Success(response.json())
    } else {
        Reading::Failure(reason(response, &["message"]))
    }
}

/// Sonoran.Net hands over `data` where there is one, and the detail or the message of an error.
pub(crate) fn sonoran_net(request: &Recorded, response: &Response) -> Reading {
    match (is_success(response), is_legacy(request)) {
        (true, false) => Reading::Success(response.json()["data"].clone()),
        (true, true) => Reading::Success(parsed(response)),
        (false, _) => Reading::Failure(reason(response, &["detail", "message"])),
    }
}

/// The game resource reads any 2xx of v2 as JSON. Of v1 it calls back with the text, for 200 and 201 as a
/// success, for 400 and 404 as a failure; after a 429 or a fault it never calls back.
pub(crate) fn game_resource(request: &Recorded, response: &Response) -> Reading {
    if !is_legacy(request) {
        return if is_success(response) {
            Reading::Success(response.json()["data"].clone())
        } else {
            Reading::Failure(reason(response, &["detail", "message", "error", "reason"]))
        };
    }
    let text_or_json = serde_json::from_str(&response.body).unwrap_or_else(|_| json!(response.body));
    match response.status {
        200 | 201 => Reading::Success(text_or_json),
        400 | 404 => Reading::Failure(json!(response.body)),
        _ => Reading::Nothing,
    }
}
