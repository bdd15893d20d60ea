//! The prefix of a proxy: behind `https://example.com/ranks/`, what a client follows from an answer must
//! begin with `/ranks`, although this server sees no prefix in the requests.
//!
//! The prefix is the path of the public URL, see [`crate::config::Sites::prefix`]; without one nothing is
//! changed.

use std::io::{self, BufRead, Write};

use axum::response::Response;
use http::HeaderValue;
use http::header::LOCATION;
use serde_json::Value;

/// A problem type in JSON as it is written here. It cannot be part of a text within JSON: there the quotes
/// are escaped.
const TYPE: &str = r#""type":"/problems/"#;

/// Returns the JSON of an answer with the prefix before every problem type.
#[must_use]
pub fn before_types(json: Vec<u8>, prefix: &str) -> Vec<u8> {
    if prefix.is_empty() {
        return json;
    }
    let with_prefix = TYPE.replace("/problems", &format!("{prefix}/problems"));
    match String::from_utf8(json) {
        Ok(text) => text.replace(TYPE, &with_prefix).into_bytes(),
        Err(error) => error.into_bytes(),
    }
}

/// Copies the JSON of an answer with the prefix before every problem type. Returns the length of the copy.
pub fn copy_before_types(mut json: impl BufRead, copy: &mut impl Write, prefix: &str) -> io::Result<usize> {
    // A portion ends where an object begins, so that no problem type is in two of them.
    let (mut portion, mut len) = (Vec::new(), 0);
    while json.read_until(b'{', &mut portion)? > 0 {
        portion = before_types(portion, prefix);
        copy.write_all(&portion)?;
        len += portion.len();
        portion.clear();
    }
    Ok(len)
}

/// Puts the prefix before every text that is the URI of a problem type.
pub fn before_uris(json: &mut Value, prefix: &str) {
    match json {
        Value::String(text) if text.starts_with("/problems/") => text.insert_str(0, prefix),
        Value::Array(items) => items.iter_mut().for_each(|item| before_uris(item, prefix)),
        Value::Object(members) => members.values_mut().for_each(|value| before_uris(value, prefix)),
        _ => {}
    }
}

/// Puts the prefix before the path that a response leads to. An address on another site stays.
pub fn before_location(response: &mut Response, prefix: &str) {
    if prefix.is_empty() {
        return;
    }
    let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
    let Some(path) = location.filter(|location| location.starts_with('/')) else { return };
    if let Ok(location) = HeaderValue::try_from(format!("{prefix}{path}")) {
        response.headers_mut().insert(LOCATION, location);
    }
}
