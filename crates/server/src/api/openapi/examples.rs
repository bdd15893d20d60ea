//! The example of each endpoint, in the places of the document where it belongs.

use aide::openapi::{MediaType, Operation, Parameter, ReferenceOr, StatusCode};
use serde_json::{Value, json};

use crate::http::Endpoint;

/// Shows the example of an endpoint at the parameters, the body and the answer of its operation.
pub(super) fn show(operation: &mut Operation, path: &str, endpoint: &Endpoint) {
    let example = &endpoint.example;
    let query = example.query();
    for parameter in &mut operation.parameters {
        let ReferenceOr::Item(parameter) = parameter else { continue };
        let in_path = matches!(parameter, Parameter::Path { .. });
        let data = parameter.parameter_data_mut();
        data.example =
            if in_path { segment(path, &data.name, example.path) } else { query.get(&data.name).cloned() };
    }
    if let (Some(ReferenceOr::Item(body)), Some(example)) = (&mut operation.request_body, example.body()) {
        body.content.values_mut().for_each(|content| set(content, &example));
    }
    let responses = operation.responses.as_mut().map(|responses| &mut responses.responses);
    if let Some(ReferenceOr::Item(response)) = responses.and_then(|all| all.get_mut(&StatusCode::Code(200))) {
        let (answer, lines) = (example.answer(), example.lines());
        let lines: Vec<_> = lines.iter().map(Value::to_string).collect();
        for (kind, content) in &mut response.content {
            match kind.as_str() {
                "application/json" => content.example.clone_from(&answer),
                "application/x-ndjson" => set(content, &json!(lines.join("\n") + "\n")),
                _ => {}
            }
        }
    }
}

fn set(content: &mut MediaType, example: &Value) {
    content.example = Some(example.clone());
}

/// Returns the segment of `path` that stands where the template has `{name}`. `None` if the template has no
/// such name.
fn segment(template: &str, name: &str, path: &str) -> Option<Value> {
    let place = template.split('/').position(|segment| segment == format!("{{{name}}}"))?;
    path.split('/').nth(place).map(|segment| json!(segment))
}
