//! The examples of the documentation are true: the demo's community answers each as the example says.

use std::mem::discriminant;

use http::Method;
use rankledger_server::api::openapi;
use rankledger_server::http::Endpoint;
use serde_json::{Map, Value, json};

use crate::kit::{Answer, Server};

/// The method of an operation, as the OpenAPI document has it.
fn method(operation_id: &str) -> Method {
    let document: Value = serde_json::from_str(openapi::text()).expect("JSON");
    let paths = document["paths"].as_object().expect("the paths");
    let mut operations = paths.values().filter_map(Value::as_object).flatten();
    let found = operations.find(|(_, operation)| operation["operationId"] == operation_id);
    let (method, _) = found.unwrap_or_else(|| panic!("{operation_id} is not in the document"));
    method.to_uppercase().parse().expect("a method")
}

/// The query in the path of a request.
fn query(members: &Map<String, Value>) -> String {
    let text =
        |value: &Value| value.as_str().map_or_else(|| value.to_string(), |text| text.replace(' ', "+"));
    let pairs: Vec<_> = members.iter().map(|(name, value)| format!("{name}={}", text(value))).collect();
    pairs.join("&")
}

/// Where the shape of an answer differs from that of the example: members, their order, or types. Null goes with
/// everything, an empty list with every list, and an empty object with every object.
fn difference(place: &str, answer: &Value, example: &Value) -> Option<String> {
    match (answer, example) {
        (Value::Null, _) | (_, Value::Null) => None,
        (Value::Array(answers), Value::Array(examples)) => {
            let first = examples.first()?;
            let mut answers = answers.iter().enumerate();
            answers.find_map(|(index, answer)| difference(&format!("{place}/{index}"), answer, first))
        }
        (Value::Object(answers), Value::Object(examples)) => {
            if answers.is_empty() || examples.is_empty() {
                return None;
            }
            if !answers.keys().eq(examples.keys()) {
                let names =
                    |members: &Map<String, Value>| members.keys().cloned().collect::<Vec<_>>().join(", ");
                return Some(format!("{place} has {}, not {}", names(answers), names(examples)));
            }
            answers
                .iter()
                .find_map(|(name, answer)| difference(&format!("{place}/{name}"), answer, &examples[name]))
        }
        _ if discriminant(answer) == discriminant(example) => None,
        _ => Some(format!("{place} is {answer}, not like {example}")),
    }
}

/// Checks that an answer is as the example of this endpoint says.
#[track_caller]
fn check(endpoint: &Endpoint, answer: &Answer, example: &Value) {
    let differs = if let Some(line) = example["lines"].get(0) {
        answer.success();
        let lines = answer.text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON"));
        let lines: Vec<Value> = lines.collect();
        assert_ne!(lines, [Value::Null; 0], "the file of {} has a line", endpoint.operation_id);
        difference("", &Value::from(lines), &json!([line]))
    } else {
        difference("", answer.ok(), &example["answer"])
    };
    assert!(differs.is_none(), "{}: {}", endpoint.operation_id, differs.unwrap_or_default());
}

fn example(endpoint: &Endpoint) -> Value {
    serde_json::from_str(endpoint.example).expect("the example is JSON")
}

#[tokio::test]
async fn the_demo_answers_every_example_as_it_says() {
    for endpoint in Endpoint::ALL {
        let example = example(endpoint);
        if example["needs"].is_string() {
            assert_eq!(endpoint.operation_id, "getRollback", "it has a test of its own");
            continue;
        }
        let mut path = example["path"].as_str().expect("the example has a path").to_owned();
        if let Some(members) = example["query"].as_object() {
            path = format!("{path}?{}", query(members));
        }
        let body = example.get("body").map(Value::to_string).unwrap_or_default();
        let (_server, operator) = Server::demo().await;
        let answer = operator.send(method(endpoint.operation_id), &path, body).await;
        check(endpoint, &answer, &example);
    }
}

#[tokio::test]
async fn a_rollback_is_answered_as_its_example_says() {
    let (_server, operator) = Server::demo().await;
    let preview = example(Endpoint::ROLL_BACK_RANK_CHANGES);
    let path = preview["path"].as_str().expect("the example has a path");
    let seen = operator.post(path, preview["body"].clone()).await;
    let done = operator.post(path, json!({"planToken": seen.ok()["data"]["planToken"]})).await;
    let batch = done.ok()["data"]["batchId"].as_str().expect("something was undone").to_owned();
    let asked = operator.get(&format!("/v2/community/rank-changes/rollbacks/{batch}")).await;
    check(Endpoint::GET_ROLLBACK, &asked, &example(Endpoint::GET_ROLLBACK));
    assert_eq!(asked.ok()["data"]["result"], done.ok()["data"]);
}
