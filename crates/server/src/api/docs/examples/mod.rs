//! A request to an endpoint in each of the ways in which programs send it: with curl, with a client library
//! of the documented API as far as it has a method, or with what a generator makes of the OpenAPI
//! operation.

mod csharp;
mod javascript;
mod libraries;
mod lua;
mod python;

use std::fmt::Write;

use serde_json::{Map, Value, json};

/// Where the demo listens.
const BASE: &str = "http://127.0.0.1:8080";

/// A request of an example.
pub(super) struct Call<'a> {
    method: String,
    path: &'a str,
    operation: &'a Value,
    /// What stands in the braces of the path, in order.
    in_path: Vec<(String, Value)>,
    query: Map<String, Value>,
    body: Option<Value>,
    needs_key: bool,
}

impl<'a> Call<'a> {
    /// Returns the example of an operation.
    pub(super) fn of(method: &str, path: &'a str, operation: &'a Value) -> Self {
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
    fn url(&self) -> String {
        let mut path = self.path.to_owned();
        for (name, value) in &self.in_path {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            path = path.replace(&format!("{{{name}}}"), &value);
        }
        format!("{BASE}{path}")
    }

    fn operation_id(&self) -> &str {
        self.operation["operationId"].as_str().unwrap_or_default()
    }
}

/// Returns the examples of a request, a section for each.
pub(super) fn all(call: &Call<'_>) -> String {
    let mut all = String::new();
    let mut add = |title: &str, what: String| {
        write!(all, "\n### {title}\n\n{what}\n").expect("a text takes everything");
    };
    add("cURL", block("sh", &curl(call)));
    for library in libraries::ALL {
        let what = match libraries::method(call.operation_id()) {
            Some(method) => block(library.language, &(library.write)(call, &method)),
            None => format!("{} has no method for this endpoint: send the request of cURL.", library.name),
        };
        add(library.name, what);
    }
    let whole = "The references lead into the [whole document](../../openapi.json).";
    add("OpenAPI", format!("{}\n\n{whole}", block("json", &openapi(call))));
    all
}

fn block(language: &str, code: &str) -> String {
    format!("```{language}\n{code}\n```")
}

fn curl(call: &Call<'_>) -> String {
    let mut url = call.url();
    for (index, (name, value)) in call.query.iter().enumerate() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
        write!(url, "{}{name}={value}", if index == 0 { '?' } else { '&' }).expect("a text takes everything");
    }
    let mut line = format!("curl --request {} \"{url}\"", call.method);
    if call.needs_key {
        line.push_str(" \\\n  --header \"Authorization: Bearer YOUR_API_KEY\"");
    }
    if let Some(body) = &call.body {
        write!(line, " \\\n  --data '{}'", body.to_string().replace('\'', "'\\''"))
            .expect("a text takes everything");
    }
    line
}

/// Returns the operation as it stands in the document, which has what its references name.
fn openapi(call: &Call<'_>) -> String {
    format!("{:#}", json!({ call.path: { call.method.to_lowercase(): call.operation } }))
}
