//! The official Python client against the demo. Only its base URL is changed.

use std::path::PathBuf;
use std::process::Command;

use rankledger_server::api::endpoints;
use serde_json::{Value, json};

use crate::examples::difference;
use crate::kit::{Process, run};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/binary/python_client.py");

/// Returns the example of every endpoint by its operation id, as JSON: `path`, and `query` and `body` if
/// there are any.
fn examples() -> String {
    let all = endpoints::endpoints().map(|endpoint| {
        let mut example = json!({"path": endpoint.example.path});
        if !endpoint.example.query.is_empty() {
            example["query"] = endpoint.example.query().into();
        }
        if let Some(body) = endpoint.example.body() {
            example["body"] = body;
        }
        (endpoint.operation_id.to_owned(), example)
    });
    Value::Object(all.collect()).to_string()
}

/// Returns the interpreter for which `cargo xtask test` has installed the packages of the tests. `None`
/// without it; then prints that `what` is skipped.
pub(crate) fn interpreter(what: &str) -> Option<PathBuf> {
    let python = std::env::var_os("RANKLEDGER_TEST_PYTHON").map(PathBuf::from);
    assert!(python.is_some() || std::env::var_os("CI").is_none(), "run the tests with `cargo xtask test`");
    if python.is_none() {
        println!("skipped: {what} is not installed; `cargo xtask test` does that");
    }
    python
}

#[test]
fn the_official_python_client_calls_every_method_of_general_accounts_and_servers() {
    let Some(python) = interpreter("the official Python client") else { return };
    let demo = Process::start(&["demo"]);
    let output = run(Command::new(python).arg(SCRIPT).arg(demo.url("")).arg(examples()));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said: Value = serde_json::from_slice(&output.stdout).expect("the script prints JSON");

    let calls = said["calls"].as_object().expect("the calls by their method");
    let mut called: Vec<_> = calls.keys().collect();
    called.sort();
    assert_eq!(json!(called), said["methods"], "every method that the client has, and no other");
    for (method, call) in calls {
        assert_eq!(call["success"], true, "{method}: {call}");
        let operation = call["operation"].as_str().expect("the script names an operation");
        let mut all = endpoints::endpoints();
        let endpoint = all.find(|endpoint| endpoint.operation_id == operation).expect("it is an endpoint");
        let example = endpoint.example.answer().expect("it answers an envelope");
        // The client's `data` is the whole JSON object of the reply.
        assert_eq!(difference("", &call["data"], &example), None, "{method}");
    }

    let data = |method: &str| &calls[method]["data"]["data"];
    assert_eq!(data("getCommunityV2")["id"], "YOUR_COMMUNITY_ID");
    assert_eq!(data("searchAccountsV2")["items"][0]["accName"], "ExampleUser");
    assert_eq!(data("setAccountRanksV2")["ranks"], json!(["22222222-2222-2222-2222-222222222222"]));
    assert_eq!(data("undoRankChangeV2")["currentRanks"], json!([]));
    assert_eq!(data("verifyWhitelistV2"), "ExampleUser");
    assert_eq!(said["afterwards"]["data"], json!([]));

    let refused = &said["refused"];
    assert_eq!(refused["success"], false);
    let message = refused["reason"]["message"].as_str().expect("the client is told why");
    assert!(message.contains("no-such-rank"), "{message}");
    assert_eq!(said["limited"]["success"], true, "the client waits as long as Retry-After says: {said}");
}
