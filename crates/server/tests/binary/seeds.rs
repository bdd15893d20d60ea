//! The two documented cURL lines against the demo. Only the host is replaced.

use std::process::Command;

use serde_json::Value;

use crate::kit::{Process, run};

const SET_ACCOUNT_RANKS: &str = include_str!("fixtures/set_account_ranks.json");
const UNDO_RANK_CHANGE: &str = include_str!("fixtures/undo_rank_change.json");

/// Pastes a line into a shell, as a newcomer would.
fn paste(line: &str, demo: &Process) -> Value {
    let line = line.replace("https://api.sonorancms.com", &demo.url(""));
    let output = run(Command::new("sh").arg("-c").arg(&line));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the answer is JSON")
}

const SET_LINE: &str = r#"curl --silent --request PATCH \
  --url "https://api.sonorancms.com/v2/community/accounts/00000000-0000-0000-0000-000000000000/ranks" \
  --header "Authorization: Bearer YOUR_API_KEY" \
  --header "Accept: application/json" \
  --data '{"accId":"00000000-0000-0000-0000-000000000000","add":["rank-1"],"active":true}'"#;

const UNDO_LINE: &str = r#"curl --silent --request POST \
  --url "https://api.sonorancms.com/v2/community/rank-changes/11111111-1111-1111-1111-111111111111/undo" \
  --header "Authorization: Bearer YOUR_API_KEY" \
  --header "Accept: application/json" \
  --data '{"userId":"11111111-1111-1111-1111-111111111111"}'"#;

fn documented(text: &str) -> Value {
    serde_json::from_str(text).expect("the fixture is JSON")
}

/// Returns the answer to Set Account Ranks without the parts that may differ: the time, and the additions of
/// Rankledger to `meta`.
fn comparable(mut answer: Value) -> String {
    let meta = answer["meta"].as_object_mut().expect("meta is an object");
    meta.retain(|name, _| name == "path");
    // As text: the order of the members is part of the contract.
    answer.to_string()
}

/// Returns the shape of a value: its members in order, and the types of their values. A value that is
/// documented as null may be of any type.
fn shape(value: &Value) -> Value {
    match value {
        Value::Null => "null".into(),
        Value::Bool(_) => "boolean".into(),
        Value::Number(_) => "number".into(),
        Value::String(_) => "string".into(),
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), shape(value))).collect(),
    }
}

#[test]
fn set_account_ranks_answers_what_is_documented() {
    let demo = Process::start(&["demo"]);
    let answer = paste(SET_LINE, &demo);
    assert!(answer["meta"]["undoId"].is_string() && answer["meta"]["changeNumber"].is_number());
    assert_eq!(comparable(answer), comparable(documented(SET_ACCOUNT_RANKS)));

    let again = paste(SET_LINE, &demo);
    assert!(again["meta"]["undoId"].is_null(), "nothing changes the second time");
    assert_eq!(comparable(again), comparable(documented(SET_ACCOUNT_RANKS)));
}

const FLOW_LINE: &str = r#"curl --silent --request POST \
  --url "https://api.sonorancms.com/v2/community/promotion-flows/trigger" \
  --header "Authorization: Bearer YOUR_API_KEY" \
  --header "Accept: application/json" \
  --data '{"data":[{"flowId":"flow-1","users":["ExampleUser"],"promote":true}]}'"#;

#[test]
fn undo_rank_change_answers_the_documented_shape() {
    // The libraries' examples name another change than the cURL line.
    for undo_id in ["11111111-1111-1111-1111-111111111111", "00000000-0000-0000-0000-000000000000"] {
        undo_answers_the_documented_shape(undo_id);
    }
}

fn undo_answers_the_documented_shape(undo_id: &str) {
    let demo = Process::start(&["demo"]);
    // No other documented request makes the undo answer something else.
    paste(SET_LINE, &demo);
    assert_eq!(paste(FLOW_LINE, &demo)["data"][0]["succeeded"], true);
    let undo_line = UNDO_LINE
        .replace("rank-changes/11111111-1111-1111-1111-111111111111", &format!("rank-changes/{undo_id}"));
    let mut answer = paste(&undo_line, &demo);
    answer["meta"].as_object_mut().expect("meta is an object").remove("changeNumber");
    let documented = documented(UNDO_RANK_CHANGE);
    assert_eq!(shape(&answer).to_string(), shape(&documented).to_string());
    for ranks in ["previousRanks", "currentRanks"] {
        assert_eq!(answer["data"][ranks], documented["data"][ranks]);
    }
    assert_eq!(answer["data"]["account"]["ranks"], answer["data"]["currentRanks"]);

    let again = paste(&undo_line, &demo);
    assert_eq!(again["type"], "/problems/already-undone");
    assert_eq!(again["reversal"]["undoId"], answer["data"]["reversalUndoId"]);
}
