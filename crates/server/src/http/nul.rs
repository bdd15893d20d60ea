//! The character U+0000 in a body: no text may hold it, for PostgreSQL stores none, and what one database
//! takes the other has to take, too.

use serde_json::Value;

/// The escape by which JSON writes the character. It cannot stand in a text as it is.
const ESCAPE: &[u8] = br"\u0000";

/// Returns the JSON pointer of the first text or name in a body that holds U+0000. `None` if there is none,
/// or if the body is no JSON.
pub(super) fn place(body: &[u8]) -> Option<String> {
    // A backslash before the escape can make it something else; most bodies do not even have this.
    if !body.windows(ESCAPE.len()).any(|part| part == ESCAPE) {
        return None;
    }
    let body: Value = serde_json::from_slice(body).ok()?;
    let mut pointer = String::new();
    is_below(&body, &mut pointer).then_some(pointer)
}

/// Whether the character is in a value. Then the pointer leads to it.
fn is_below(value: &Value, pointer: &mut String) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => {
            let mut items = items.iter().enumerate();
            items.any(|(index, item)| is_in_step(&index.to_string(), item, pointer))
        }
        Value::Object(members) => members.iter().any(|(name, value)| is_in_step(name, value, pointer)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn is_in_step(name: &str, value: &Value, pointer: &mut String) -> bool {
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(&name.replace('~', "~0").replace('/', "~1").replace('\0', "\u{FFFD}"));
    let is_found = name.contains('\0') || is_below(value, pointer);
    if !is_found {
        pointer.truncate(length);
    }
    is_found
}
