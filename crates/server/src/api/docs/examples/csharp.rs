//! Calls in C#.

use serde_json::Value;

use super::call::{BASE, Call, arguments, names};

/// Writes the call of a method.
pub(super) fn call(call: &Call<'_>, method: &str) -> String {
    let arguments = arguments(call);
    let head = format!(
        "using Sonoran;\nusing System.Text.Json;\n\nusing var sonoran = new SonoranClient(new SonoranClientOptions\n{{\n    \
         product = SonoranProduct.CMS,\n    apiUrl = \"{BASE}\",\n    apiKey = \"YOUR_API_KEY\",\n    communityId = \
         \"YOUR_COMMUNITY_ID\",\n    defaultServerId = 1\n}});\n\n"
    );
    let given: Vec<_> =
        arguments.iter().map(|(name, value)| format!("var {name} = {};\n", literal(value, 0))).collect();
    let rest = format!(
        "\nvar response = await sonoran.Cms.{method}({});\nConsole.WriteLine(response.success ? \
         JsonSerializer.Serialize(response.data) : response.reason);",
        names(&arguments)
    );
    head + &given.concat() + &rest
}

/// Writes a value: objects and arrays without a type of their own.
fn literal(value: &Value, depth: usize) -> String {
    let inner = "    ".repeat(depth + 1);
    let outer = "    ".repeat(depth);
    let lines = |parts: Vec<String>| {
        parts.iter().map(|part| format!("{inner}{part}")).collect::<Vec<_>>().join(",\n")
    };
    match value {
        Value::Null => "(object)null".to_owned(),
        Value::Array(items) => {
            let kind = if items.iter().all(Value::is_string) && !items.is_empty() { "" } else { "object" };
            let items = items.iter().map(|item| literal(item, depth + 1)).collect();
            format!("new {kind}[]\n{outer}{{\n{}\n{outer}}}", lines(items))
        }
        Value::Object(members) => {
            let members =
                members.iter().map(|(name, value)| format!("{name} = {}", literal(value, depth + 1)));
            format!("new\n{outer}{{\n{}\n{outer}}}", lines(members.collect()))
        }
        other => other.to_string(),
    }
}
