//! The official Python client, unchanged but for its base URL, against the demo.

use std::process::Command;

use serde_json::Value;

use crate::kit::{Process, run};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/binary/python_client.py");

/// The interpreter that `cargo xtask test` has installed the client for.
fn interpreter() -> Option<String> {
    let python = std::env::var("RANKLEDGER_TEST_PYTHON").ok();
    assert!(python.is_some() || std::env::var_os("CI").is_none(), "run the tests with `cargo xtask test`");
    python
}

#[test]
fn the_official_python_client_finds_its_way_around() {
    let Some(python) = interpreter() else {
        println!("skipped: the official Python client is not installed; `cargo xtask test` does that");
        return;
    };
    let demo = Process::start(&["demo"]);
    let output = run(Command::new(python).arg(SCRIPT).arg(demo.url("")));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said: Value = serde_json::from_slice(&output.stdout).expect("the script prints JSON");

    for call in said["calls"].as_array().expect("a list of calls") {
        assert_eq!(call["success"], true, "{call}");
    }
    let answer = |name: &str| {
        let calls = said["calls"].as_array().expect("a list of calls");
        calls.iter().find(|call| call["name"] == name).map(|call| call["data"]["data"].clone()).expect(name)
    };
    assert_eq!(answer("community")["id"], "YOUR_COMMUNITY_ID");
    assert_eq!(answer("search")["items"][0]["accName"], "ExampleUser");
    assert_eq!(answer("set")["ranks"], serde_json::json!(["22222222-2222-2222-2222-222222222222"]));
    assert_eq!(answer("undo by number")["currentRanks"], serde_json::json!([]));
    assert_eq!(answer("ranks afterwards"), serde_json::json!([]));

    let refused = &said["refused"];
    assert_eq!(refused["success"], false);
    let message = refused["reason"]["message"].as_str().expect("the client is told why");
    assert!(message.contains("no-such-rank"), "{message}");
    assert_eq!(said["limited"]["success"], true, "the client waits as long as Retry-After says: {said}");
}
