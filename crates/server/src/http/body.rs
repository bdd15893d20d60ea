//! Reading the body of a request: JSON, whatever its Content-Type says.

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::{Operation, ReferenceOr, RequestBody};
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::IntoResponse;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, StatusCode};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;
use serde_json::{Map, Value};

use crate::http::unknown_members::{self, Read, TopMembers, UnknownMember};
use crate::http::{App, describe};
use crate::wire::nul;
use crate::wire::problem::{Problem, types};

/// The largest request body, in bytes.
pub const BODY_LIMIT: usize = 64 * 1024;

/// Begins the texts of some editors and programs. It says nothing.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The body of a request, read as a JSON object. No body at all is an empty object, and so is an empty array,
/// as which Lua writes an empty table.
///
/// The documented cURL lines send no `Content-Type`, so curl claims a form; it is not looked at. Clients of
/// the documented API send members that are unknown here: see [`TopMembers::Any`].
pub struct JsonBody<T>(pub T);

/// The body of a request to an endpoint that the documented API does not have: see [`TopMembers::Known`].
pub struct StrictBody<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let bytes = read(request, app).await?;
        parse(&bytes, TopMembers::Any).map(Self)
    }
}

impl<T: DeserializeOwned> FromRequest<App> for StrictBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let bytes = read(request, app).await?;
        parse(&bytes, TopMembers::Known).map(Self)
    }
}

/// Reads the body of a request, whatever it is.
pub async fn read(request: Request, app: &App) -> Result<Bytes, Problem> {
    refuse_announced(request.headers())?;
    let arrived = tokio::time::timeout(app.body_timeout, Bytes::from_request(request, app)).await;
    let read = arrived.map_err(|_| Problem::body_too_slow(app.body_timeout))?;
    read.map_err(|rejection| match rejection.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::body_too_large(BODY_LIMIT),
        _ => Problem::body_cut_short(),
    })
}

impl<T: JsonSchema> OperationInput for JsonBody<T> {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        describe_body::<T>(operation, TopMembers::Any);
    }
}

impl<T: JsonSchema> OperationInput for StrictBody<T> {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        describe_body::<T>(operation, TopMembers::Known);
    }
}

fn describe_body<T: JsonSchema>(operation: &mut Operation, top: TopMembers) {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().subschema_for::<T>();
    let required = schema.get("required").is_some();
    if let Some(members) = schema.as_object_mut() {
        close_inner_objects(members);
        if top == TopMembers::Known {
            members.insert("additionalProperties".to_owned(), false.into());
        }
    }
    let content = [("application/json".to_owned(), describe::content(schema))].into();
    let body = RequestBody { content, required, ..RequestBody::default() };
    operation.request_body = Some(ReferenceOr::Item(body));
    let kinds = [&types::INVALID_JSON, &types::INVALID_BODY, &types::BODY_TOO_SLOW, &types::BODY_TOO_LARGE];
    describe::problems::add(operation, &kinds);
}

/// Says of every object within a body that it has no other members.
fn close_inner_objects(schema: &mut Map<String, Value>) {
    for (keyword, value) in schema.iter_mut() {
        let inner: Vec<&mut Value> = match (keyword.as_str(), value) {
            ("properties", Value::Object(members)) => members.values_mut().collect(),
            ("items", item) => vec![item],
            ("oneOf" | "anyOf", Value::Array(variants)) => variants.iter_mut().collect(),
            _ => continue,
        };
        for schema in inner.into_iter().filter_map(Value::as_object_mut) {
            close_inner_objects(schema);
            if schema.contains_key("properties") {
                schema.insert("additionalProperties".to_owned(), false.into());
            }
        }
    }
}

/// Refuses a body whose announced length is too large, without waiting for it.
fn refuse_announced(headers: &HeaderMap) -> Result<(), Problem> {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > BODY_LIMIT) {
        Err(Problem::body_too_large(BODY_LIMIT))
    } else {
        Ok(())
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8], top: TopMembers) -> Result<T, Problem> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let bytes = if is_nothing(bytes) { b"{}" } else { bytes };
    refuse_other_encodings(bytes)?;
    if let Some(pointer) = nul::pointer_to(bytes) {
        return Err(Problem::invalid_body(&pointer, "no text may hold the character U+0000"));
    }
    if !bytes.trim_ascii_start().starts_with(b"{") {
        // A struct could also be read from an array; the API takes objects.
        return Err(match serde_json::from_slice::<IgnoredAny>(bytes) {
            Ok(_) => Problem::invalid_body("", "it is not an object: JSON in braces"),
            Err(error) => problem("", &error),
        });
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let read = unknown_members::read(&mut deserializer, top).map_err(|(pointer, error)| {
        if is_another_type(&error) && serde_json::from_slice::<IgnoredAny>(bytes).is_ok() {
            return Problem::invalid_body(&pointer, "invalid type: expected a text");
        }
        problem(&pointer, &error)
    })?;
    deserializer.end().map_err(|error| problem("", &error))?;
    without_refused("", read)
}

/// Whether a body says nothing: it is empty, or an empty array, as which Lua writes an empty table.
fn is_nothing(bytes: &[u8]) -> bool {
    let bytes = bytes.trim_ascii();
    let within = bytes.strip_prefix(b"[").and_then(|bytes| bytes.strip_suffix(b"]"));
    within.unwrap_or(bytes).trim_ascii().is_empty()
}

/// Returns what was read, unless a member of it is refused.
fn without_refused<T>(place: &str, (value, refused): Read<T>) -> Result<T, Problem> {
    match refused {
        None => Ok(value),
        Some(UnknownMember { pointer, what }) => {
            Err(Problem::invalid_body(&format!("{place}{pointer}"), &what))
        }
    }
}

/// Returns whether the error may be about a value of another type in the place of a word. The parser reports
/// that as a syntax error.
fn is_another_type(error: &serde_json::Error) -> bool {
    error.is_syntax() && error.to_string().starts_with("expected value")
}

/// Reads a part of a body that was read already; `place` is its JSON pointer.
pub fn from_value<T: DeserializeOwned>(place: &str, value: Value) -> Result<T, Problem> {
    let value = match value {
        Value::Array(items) if items.is_empty() => Value::Object(Map::new()),
        Value::Object(_) => value,
        _ => return Err(Problem::invalid_body(place, "it is not an object: JSON in braces")),
    };
    let read = unknown_members::read(value, TopMembers::Any);
    let read = read.map_err(|(pointer, error)| problem(&format!("{place}{pointer}"), &error))?;
    without_refused(place, read)
}

/// JSON is UTF-8, also in members that nobody reads.
fn refuse_other_encodings(bytes: &[u8]) -> Result<(), Problem> {
    let Err(error) = std::str::from_utf8(bytes) else { return Ok(()) };
    let lines: Vec<_> = bytes[..error.valid_up_to()].split(|&byte| byte == b'\n').collect();
    let (line, column) = (lines.len(), lines.last().map_or(1, |line| line.len() + 1));
    Err(Problem::invalid_json("it is not UTF-8", line, column))
}

fn problem(pointer: &str, error: &serde_json::Error) -> Problem {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let what = text.strip_suffix(&place).unwrap_or(&text);
    let what = if what.starts_with("UUID parsing failed") { "it is no UUID" } else { what };
    match error.classify() {
        Category::Data => Problem::invalid_body(pointer, what),
        Category::Syntax | Category::Eof | Category::Io => {
            Problem::invalid_json(what, error.line(), error.column())
        }
    }
}
