//! The examples of the documentation are true: the demo's community answers each as the example says.

use std::mem::discriminant;

use http::Method;
use rankledger_server::api::{Endpoint, openapi};
use serde_json::{Map, Value};

use crate::kit::Server;

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

#[tokio::test]
async fn the_demo_answers_every_example_as_it_says() {
    for endpoint in Endpoint::ALL {
        let example: Value = serde_json::from_str(endpoint.example).expect("the example is JSON");
        let mut path = example["path"].as_str().expect("the example has a path").to_owned();
        if let Some(members) = example["query"].as_object() {
            path = format!("{path}?{}", query(members));
        }
        let body = example.get("body").map(Value::to_string).unwrap_or_default();
        let (_server, operator) = Server::demo().await;
        let answer = operator.send(method(endpoint.operation_id), &path, body).await;
        let differs = difference("", answer.ok(), &example["answer"]);
        assert!(differs.is_none(), "{}: {}", endpoint.operation_id, differs.unwrap_or_default());
    }
}
