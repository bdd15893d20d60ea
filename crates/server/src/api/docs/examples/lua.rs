//! Calls in Lua.

use serde_json::Value;

use super::call::{BASE, Call, arguments, names};

/// Writes the call of a method.
pub(super) fn call(call: &Call<'_>, method: &str) -> String {
    let arguments = arguments(call);
    let head = format!(
        "local Sonoran = require(\"sonoran\")\n\nlocal sonoran = Sonoran.createClient({{\n  product = \
         Sonoran.productEnums.CMS,\n  apiKey = \"YOUR_API_KEY\",\n  communityId = \"YOUR_COMMUNITY_ID\",\n  \
         defaultServerId = 1,\n  apiUrl = \"{BASE}\",\n}})\n\n"
    );
    let given: Vec<_> =
        arguments.iter().map(|(name, value)| format!("local {name} = {}\n", literal(value, 0))).collect();
    let rest = format!(
        "\nlocal response = sonoran.cms:{method}({})\nprint(response.success, response.data or response.reason)",
        names(&arguments)
    );
    head + &given.concat() + &rest
}

/// Writes a value.
fn literal(value: &Value, depth: usize) -> String {
    let inner = "  ".repeat(depth + 1);
    let outer = "  ".repeat(depth);
    match value {
        Value::Null => "nil".to_owned(),
        Value::String(text) => quoted(text),
        Value::Array(items) if !items.is_empty() => {
            let items = items.iter().map(|item| format!("{inner}{},\n", literal(item, depth + 1)));
            format!("{{\n{}{outer}}}", items.collect::<String>())
        }
        Value::Object(members) if !members.is_empty() => {
            let members = members
                .iter()
                .map(|(name, value)| format!("{inner}[{}] = {},\n", quoted(name), literal(value, depth + 1)));
            format!("{{\n{}{outer}}}", members.collect::<String>())
        }
        Value::Array(_) | Value::Object(_) => "{}".to_owned(),
        other => other.to_string(),
    }
}

fn quoted(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.extend(format!("\\{:03}", u32::from(c)).chars()),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}
