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
use serde_path_to_error::Segment;

use super::openapi::{parts, refusals};
use super::problem::{Problem, kinds};
use super::{App, BODY_LIMIT};

/// The body of a request, read as a JSON object. No body at all is an empty object.
///
/// The documented cURL lines send no `Content-Type`, so curl claims a form; it is not looked at.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        refuse_announced(request.headers())?;
        let arrived = tokio::time::timeout(app.body_timeout, Bytes::from_request(request, app)).await;
        let read = arrived.map_err(|_| Problem::body_too_slow(app.body_timeout))?;
        let bytes = read.map_err(|rejection| match rejection.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::body_too_large(),
            _ => Problem::body_cut_short(),
        })?;
        parse(&bytes).map(Self)
    }
}

impl<T: JsonSchema> OperationInput for JsonBody<T> {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
        let schema = settings.into_generator().subschema_for::<T>();
        let required = schema.get("required").is_some();
        let content = [("application/json".to_owned(), parts::content(schema))].into();
        let body = RequestBody { content, required, ..RequestBody::default() };
        operation.request_body = Some(ReferenceOr::Item(body));
        let kinds =
            [&kinds::INVALID_JSON, &kinds::INVALID_BODY, &kinds::BODY_TOO_SLOW, &kinds::BODY_TOO_LARGE];
        refusals::add(operation, &kinds);
    }
}

/// A body that is announced to be too large is not waited for.
fn refuse_announced(headers: &HeaderMap) -> Result<(), Problem> {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > BODY_LIMIT) { Err(Problem::body_too_large()) } else { Ok(()) }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let bytes = if bytes.trim_ascii().is_empty() { b"{}" } else { bytes };
    refuse_other_encodings(bytes)?;
    if !bytes.trim_ascii_start().starts_with(b"{") {
        // A struct could also be read from an array; the API takes objects.
        return Err(match serde_json::from_slice::<IgnoredAny>(bytes) {
            Ok(_) => Problem::invalid_body("", "it is not an object: JSON in braces"),
            Err(error) => problem("", &error),
        });
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let pointer = pointer(error.path());
        problem(&pointer, error.inner())
    })?;
    deserializer.end().map_err(|error| problem("", &error))?;
    Ok(value)
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
    match error.classify() {
        Category::Data => Problem::invalid_body(pointer, what),
        Category::Syntax | Category::Eof | Category::Io => {
            Problem::invalid_json(what, error.line(), error.column())
        }
    }
}

/// The JSON pointer (RFC 6901) of a place.
fn pointer(path: &serde_path_to_error::Path) -> String {
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                format!("/{}", key.replace('~', "~0").replace('/', "~1"))
            }
            Segment::Unknown => String::new(),
        })
        .collect()
}
