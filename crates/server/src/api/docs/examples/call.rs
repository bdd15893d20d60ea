//! The request of an example, as every language writes it.

use serde_json::{Map, Value, json};

/// Where the demo listens.
pub(super) const BASE: &str = "http://127.0.0.1:8080";

/// A request of an example.
pub(in crate::api::docs) struct Call<'a> {
    pub(super) method: String,
    pub(super) path: &'a str,
    pub(super) operation: &'a Value,
    /// What stands in the braces of the path, in order.
    in_path: Vec<(String, Value)>,
    pub(super) query: Map<String, Value>,
    pub(super) body: Option<Value>,
    pub(super) needs_key: bool,
}

impl<'a> Call<'a> {
    /// Returns the example of an operation.
    pub(in crate::api::docs) fn of(method: &str, path: &'a str, operation: &'a Value) -> Self {
        let (mut in_path, mut query) = (Vec::new(), Map::new());
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap_or_default().to_owned();
            match (parameter["in"].as_str(), &parameter["example"]) {
                (Some("path"), Value::Null) => in_path.push((name, json!("..."))),
                (Some("path"), example) => in_path.push((name, example.clone())),
                (Some("query"), example) if !example.is_null() => drop(query.insert(name, example.clone())),
                _ => {}
            }
        }
        let body = &operation["requestBody"]["content"]["application/json"]["example"];
        let body = (!body.is_null()).then(|| body.clone());
        let needs_key = operation["security"].is_array();
        Self { method: method.to_uppercase(), path, operation, in_path, query, body, needs_key }
    }

    /// Returns the URL, without the query.
    pub(super) fn url(&self) -> String {
        let mut path = self.path.to_owned();
        for (name, value) in &self.in_path {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            path = path.replace(&format!("{{{name}}}"), &value);
        }
        format!("{BASE}{path}")
    }

    pub(super) fn operation_id(&self) -> &str {
        self.operation["operationId"].as_str().unwrap_or_default()
    }
}

/// Returns the arguments of a call, each with its name: what is in the path, then the body or the query.
pub(super) fn arguments(call: &Call<'_>) -> Vec<(String, Value)> {
    let mut arguments = call.in_path.clone();
    if let Some(body) = &call.body {
        arguments.push(("payload".to_owned(), body.clone()));
    } else if !call.query.is_empty() {
        arguments.push(("query".to_owned(), call.query.clone().into()));
    }
    arguments
}

/// Returns the names of the arguments, with commas between them.
pub(super) fn names(arguments: &[(String, Value)]) -> String {
    arguments.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
}
