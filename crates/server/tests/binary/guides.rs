//! The guides are true: their lines, pasted into a shell in order, all succeed on the demo.

use std::process::Command;

use serde_json::Value;

use crate::kit::{Process, run};

/// The shell blocks of a guide, one after the other.
fn lines_of(guide: &str) -> String {
    let mut blocks = guide.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.by_ref().collect()
}

/// The answers of the requests that a guide makes to the demo, which all succeed.
fn answers(guide: &str) -> Vec<Value> {
    let lines = lines_of(guide);
    let demo = Process::start(&["demo"]);
    let script = lines.replace("http://127.0.0.1:8080", &demo.url("")).replace("curl ", "curl --silent ");
    let output = run(Command::new("bash").arg("-euc").arg(script));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answers = serde_json::Deserializer::from_slice(&output.stdout).into_iter();
    let answers: Vec<Value> = answers.map(|answer| answer.expect("the answers are JSON")).collect();
    assert_eq!(answers.len(), lines.matches("curl ").count());
    for answer in &answers {
        assert_eq!(answer["success"], true, "{answer}");
    }
    answers
}

#[test]
fn every_line_of_the_administration_guide_works_on_the_demo() {
    answers(include_str!("../../../../docs/guides/administration.md"));
}

#[test]
fn every_line_of_the_guide_to_retries_works_on_the_demo_as_it_says() {
    let answers = answers(include_str!("../../../../docs/guides/retries.md"));
    let [dry_run, first, again] = answers.as_slice() else { panic!("three requests: {answers:?}") };
    assert_eq!(dry_run["meta"]["dryRun"], true);
    assert_eq!(dry_run["data"], first["data"], "as it was foretold");
    assert!(first["meta"]["undoId"].is_string());
    assert_eq!(again, first);
}
