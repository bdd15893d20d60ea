//! The examples of the documentation are true: the demo's community answers each as the example says.

use std::mem::discriminant;

use rankledger_server::api::endpoints;
use rankledger_server::api::v2::rank_changes::rollback;
use rankledger_server::http::Endpoint;
use rankledger_server::http::endpoint::Example;
use serde_json::{Map, Value, json};

use crate::kit::{Answer, Server};

/// Returns the query in the path of a request.
fn query(members: &Map<String, Value>) -> String {
    let text =
        |value: &Value| value.as_str().map_or_else(|| value.to_string(), |text| text.replace(' ', "+"));
    let pairs: Vec<_> = members.iter().map(|(name, value)| format!("{name}={}", text(value))).collect();
    pairs.join("&")
}

/// Returns the place where the shape of an answer differs from that of the example: members, their order, or
/// types. `None` if the shapes agree. Null agrees with everything, an empty list with every list, and an
/// empty object with every object.
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
fn check(endpoint: &Endpoint, answer: &Answer) {
    let differs = if let Some(line) = endpoint.example.lines().first() {
        answer.success();
        let lines = answer.text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON"));
        let lines: Vec<Value> = lines.collect();
        assert_ne!(lines, [Value::Null; 0], "the file of {} has a line", endpoint.operation_id);
        difference("", &Value::from(lines), &json!([line]))
    } else {
        difference("", answer.ok(), &endpoint.example.answer().expect("the example has an answer"))
    };
    assert!(differs.is_none(), "{}: {}", endpoint.operation_id, differs.unwrap_or_default());
}

/// Returns the path of an example, with its query.
fn path(example: &Example) -> String {
    assert_ne!(example.path, "", "the example has a path");
    match example.query() {
        members if members.is_empty() => example.path.to_owned(),
        members => format!("{}?{}", example.path, query(&members)),
    }
}

#[tokio::test]
async fn the_demo_answers_every_example_as_it_says() {
    for row in endpoints::rows() {
        let example = &row.endpoint.example;
        if example.needs.is_some() {
            assert_eq!(row.endpoint.operation_id, "getRollback", "it has a test of its own");
            continue;
        }
        let body = example.body().map(|body| body.to_string()).unwrap_or_default();
        let (_server, operator) = Server::demo().await;
        let answer = operator.send(row.method.clone(), &path(example), body).await;
        check(row.endpoint, &answer);
    }
}

#[tokio::test]
async fn a_rollback_is_answered_as_its_example_says() {
    let (_server, operator) = Server::demo().await;
    let preview = &rollback::ROLL_BACK.example;
    let seen = operator.post(preview.path, preview.body().expect("a filter")).await;
    let done = operator.post(preview.path, json!({"planToken": seen.ok()["data"]["planToken"]})).await;
    let batch = done.ok()["data"]["batchId"].as_str().expect("something was undone").to_owned();
    let asked = operator.get(&format!("/v2/community/rank-changes/rollbacks/{batch}")).await;
    check(&rollback::STATUS, &asked);
    assert_eq!(asked.ok()["data"]["result"], done.ok()["data"]);
}
