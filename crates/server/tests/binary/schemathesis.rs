//! Schemathesis reads the OpenAPI document of a running server, generates requests from it, and checks the
//! answers against it. Its configuration is `schemathesis.toml`. Rules that the document cannot express are
//! in `schemathesis_hooks.py`.

use std::process::Command;

use serde_json::{Value, json};

use crate::kit::{Process, agent, run};
use crate::python::interpreter;

/// Folder in which Schemathesis looks for its configuration.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/binary");

/// Makes a key for this run, because one of the documented examples revokes the demo's key.
fn key(demo: &Process) -> String {
    let request = agent().post(demo.url("/v2/community/credentials"));
    let body = json!({"name": "Schemathesis", "scopes": ["admin"]});
    let answer = request.header("authorization", "Bearer YOUR_API_KEY").send(body.to_string());
    let text = answer.expect("an answer").body_mut().read_to_string().expect("text");
    let answer: Value = serde_json::from_str(&text).expect("the answer is JSON");
    answer["data"]["key"].as_str().expect("a key").to_owned()
}

/// Tests the operations that these flags choose, on a demo of their own.
#[track_caller]
fn holds(flags: &[&str]) {
    let Some(python) = interpreter("Schemathesis") else { return };
    let demo = Process::start(&["demo", "--rate-limits", "off"]);
    let mut command = Command::new(python.with_file_name("schemathesis"));
    command.current_dir(FOLDER).env("NO_COLOR", "1").env("PYTHONDONTWRITEBYTECODE", "1");
    command.env("HYPOTHESIS_STORAGE_DIRECTORY", concat!(env!("CARGO_TARGET_TMPDIR"), "/hypothesis"));
    command.arg("run").arg(demo.url("/openapi.json")).args(flags);
    command.arg("--header").arg(format!("Authorization: Bearer {}", key(&demo)));
    let output = run(&mut command);
    let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let faults: Vec<_> = demo.said().into_iter().filter(|line| line.contains(" ERROR ")).collect();
    assert!(output.status.success(), "{said}\n{errors}\nfaults in the server's log: {faults:#?}");
    println!("{}", said.trim_end().lines().last().unwrap_or_default());
}

#[test]
fn the_documented_api_keeps_to_its_document_whatever_is_asked() {
    holds(&["--exclude-tag", "Administration", "--exclude-tag", "Legacy v1"]);
}

#[test]
fn the_administration_keeps_to_its_document_whatever_is_asked() {
    holds(&["--include-tag", "Administration"]);
}

#[test]
fn the_legacy_api_keeps_to_its_document_whatever_is_asked() {
    holds(&["--include-tag", "Legacy v1"]);
}
