//! The example of each endpoint, in the places of the document where it belongs.

use aide::openapi::{MediaType, Operation, Parameter, ReferenceOr, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::http::Endpoint;

/// A request, and its answer.
#[derive(Deserialize)]
struct Example {
    path: String,
    #[serde(default)]
    query: Map<String, Value>,
    body: Option<Value>,
    answer: Option<Value>,
    /// What the answer has a line each, if it is a file.
    #[serde(default)]
    lines: Vec<Value>,
}

/// Shows the example of an endpoint at the parameters, the body and the answer of its operation.
pub(super) fn show(operation: &mut Operation, path: &str, endpoint: &Endpoint) {
    let example: Example = serde_json::from_str(endpoint.example).expect("a test sends every example");
    for parameter in &mut operation.parameters {
        let ReferenceOr::Item(parameter) = parameter else { continue };
        let in_path = matches!(parameter, Parameter::Path { .. });
        let data = parameter.parameter_data_mut();
        data.example = if in_path {
            segment(path, &data.name, &example.path)
        } else {
            example.query.get(&data.name).cloned()
        };
    }
    if let (Some(ReferenceOr::Item(body)), Some(example)) = (&mut operation.request_body, example.body) {
        body.content.values_mut().for_each(|content| set(content, &example));
    }
    let responses = operation.responses.as_mut().map(|responses| &mut responses.responses);
    if let Some(ReferenceOr::Item(response)) = responses.and_then(|all| all.get_mut(&StatusCode::Code(200))) {
        let lines: Vec<_> = example.lines.iter().map(Value::to_string).collect();
        for (kind, content) in &mut response.content {
            match kind.as_str() {
                "application/json" => content.example.clone_from(&example.answer),
                "application/x-ndjson" => set(content, &json!(lines.join("\n") + "\n")),
                _ => {}
            }
        }
    }
}

fn set(content: &mut MediaType, example: &Value) {
    content.example = Some(example.clone());
}

/// What stands at the place of `{name}` in a path of this template.
fn segment(template: &str, name: &str, path: &str) -> Option<Value> {
    let place = template.split('/').position(|segment| segment == format!("{{{name}}}"))?;
    path.split('/').nth(place).map(|segment| json!(segment))
}
