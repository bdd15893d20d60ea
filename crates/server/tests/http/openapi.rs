//! `GET /openapi.json` and `GET /docs`: the server's description of itself is complete and consistent.

use std::collections::HashSet;

use rankledger_server::api::{endpoints, openapi};
use rankledger_server::wire::problem::types;
use serde_json::Value;

use crate::kit::Server;

fn document() -> Value {
    serde_json::from_str(openapi::text()).expect("the document is JSON")
}

/// Returns every operation of the document, by its id.
fn operations(document: &Value) -> Vec<(&str, &Value)> {
    let paths = document["paths"].as_object().expect("the paths");
    let operations = paths.values().filter_map(Value::as_object).flat_map(|item| item.values());
    operations.map(|operation| (operation["operationId"].as_str().expect("an id"), operation)).collect()
}

/// Returns every reference in a value.
fn references(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            own.into_iter().chain(members.values().flat_map(references)).collect()
        }
        Value::Array(values) => values.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn the_copy_in_the_repository_is_the_document() {
    let copy = include_str!("../../../../docs/openapi.json");
    assert!(copy == openapi::text(), "docs/openapi.json is old: cargo run -- openapi > docs/openapi.json");
}

#[test]
fn the_document_is_of_version_3_1_and_every_reference_leads_somewhere() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    for name in ["title", "version"] {
        assert!(document["info"][name].is_string(), "{name}");
    }
    for reference in references(&document) {
        let pointer = reference.strip_prefix('#').expect("references stay within the document");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[test]
fn every_endpoint_is_one_operation_with_its_example() {
    let document = document();
    let operations = operations(&document);
    let ids: HashSet<_> = operations.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids.len(), operations.len(), "an operation id names one operation");
    for endpoint in endpoints::endpoints() {
        let found = operations.iter().find(|(id, _)| *id == endpoint.operation_id);
        let (_, operation) = found.unwrap_or_else(|| panic!("{} is missing", endpoint.operation_id));
        assert_eq!(operation["x-rate-limit"]["perMinute"], endpoint.per_minute);
        assert!(operation["security"][0]["credential"][0].is_string(), "{}", endpoint.operation_id);
        let content = &operation["responses"]["200"]["content"];
        let has_example = content["application/json"]["example"].is_object()
            || content["application/x-ndjson"]["example"].is_string();
        assert!(has_example, "{}", endpoint.operation_id);
    }
}

#[test]
fn every_type_of_problem_is_in_the_document() {
    let document = document();
    let types = &document["components"]["schemas"]["Problem"]["properties"]["type"]["enum"];
    let references: HashSet<_> = references(&document).into_iter().collect();
    for kind in types::of_api() {
        assert!(types.as_array().expect("a list").contains(&kind.uri().into()), "{}", kind.slug);
        // No operation answers with this type: it is the answer to a method that no operation has.
        let is_elsewhere = kind.slug == "method-not-allowed";
        let example = format!("#/components/examples/{}", kind.slug);
        assert_eq!(references.contains(example.as_str()), !is_elsewhere, "{}", kind.slug);
    }
}

#[tokio::test]
async fn anybody_reads_the_document() {
    let server = Server::start().await;
    let answer = server.stranger().get("/openapi.json").await;
    assert_eq!(answer.status.as_u16(), 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.body, document());
}

#[tokio::test]
async fn a_reader_gets_a_page_that_loads_nothing_from_elsewhere() {
    let server = Server::start().await;
    let answer = server.stranger().get("/docs").await;
    assert_eq!(answer.status.as_u16(), 200);
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    let policy = answer.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("http"), "{policy}");
    let page = answer.body.as_str().expect("text");
    assert!(page.contains("\"openapi.json\""));
    for elsewhere in ["cdn.", "fonts.googleapis", "<link", "<script src", "src=\"http"] {
        assert!(!page.contains(elsewhere), "{elsewhere}");
    }
}
