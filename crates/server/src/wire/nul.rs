//! The character U+0000 in bodies and documents: no text may hold it, for PostgreSQL stores none, and what
//! one database takes the other has to take, too.

use serde_json::Value;

/// The escape by which JSON writes the character. It cannot stand in a text as it is.
const ESCAPE: &[u8] = br"\u0000";

/// A step from a value to a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// To the element with this index.
    Element(usize),
    /// To the member of this name. A U+0000 in the name is U+FFFD here.
    Member(String),
}

/// Returns the JSON pointer of the first text or name in a body that holds U+0000. `None` if there is none,
/// or if the body is no JSON.
#[must_use]
pub fn pointer_to(body: &[u8]) -> Option<String> {
    // A backslash before the escape can make it something else; most bodies do not even have this.
    if !body.windows(ESCAPE.len()).any(|part| part == ESCAPE) {
        return None;
    }
    let steps = steps_to(&serde_json::from_slice(body).ok()?)?;
    let step = |step: Step| match step {
        Step::Element(index) => format!("/{index}"),
        Step::Member(name) => format!("/{}", name.replace('~', "~0").replace('/', "~1")),
    };
    Some(steps.into_iter().map(step).collect())
}

/// Returns the steps to the first text or name in a value that holds U+0000. `None` if there is none.
#[must_use]
pub fn steps_to(value: &Value) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    is_below(value, &mut steps).then_some(steps)
}

/// Whether the character is in a value. Then the steps lead to it.
fn is_below(value: &Value, steps: &mut Vec<Step>) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => {
            items.iter().enumerate().any(|(index, item)| is_in_step(Step::Element(index), false, item, steps))
        }
        Value::Object(members) => members.iter().any(|(name, value)| {
            let step = Step::Member(name.replace('\0', "\u{FFFD}"));
            is_in_step(step, name.contains('\0'), value, steps)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn is_in_step(step: Step, has_it: bool, value: &Value, steps: &mut Vec<Step>) -> bool {
    steps.push(step);
    let is_found = has_it || is_below(value, steps);
    if !is_found {
        steps.pop();
    }
    is_found
}
