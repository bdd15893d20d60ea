//! Calls in Python.

use serde_json::Value;

use super::call::{BASE, Call, arguments, names};

/// Writes the call of a method.
pub(super) fn call(call: &Call<'_>, method: &str) -> String {
    let arguments = arguments(call);
    let head = format!(
        "from sonoran import Instance\n\ninstance = Instance(cmsCommunityId=\"YOUR_COMMUNITY_ID\", \
         cmsApiKey=\"YOUR_API_KEY\")\ninstance.cmsApiUrl = \"{BASE}\"\n\n"
    );
    let given: Vec<_> =
        arguments.iter().map(|(name, value)| format!("{name} = {}\n", literal(value, 0))).collect();
    let rest = format!(
        "\nresponse = instance.cms.{method}({})\nprint(response.data if response.success else response.reason)",
        names(&arguments)
    );
    head + &given.concat() + &rest
}

/// Writes a value.
fn literal(value: &Value, depth: usize) -> String {
    let inner = "    ".repeat(depth + 1);
    let outer = "    ".repeat(depth);
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Array(items) if !items.is_empty() => {
            let items = items.iter().map(|item| format!("{inner}{},\n", literal(item, depth + 1)));
            format!("[\n{}{outer}]", items.collect::<String>())
        }
        Value::Object(members) if !members.is_empty() => {
            let members = members.iter().map(|(name, value)| {
                format!("{inner}{}: {},\n", Value::from(name.as_str()), literal(value, depth + 1))
            });
            format!("{{\n{}{outer}}}", members.collect::<String>())
        }
        other => other.to_string(),
    }
}
