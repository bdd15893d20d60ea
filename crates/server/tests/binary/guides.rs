//! The guides are true: their lines, pasted into a shell in order, all succeed on the demo.

use std::process::Command;

use serde_json::Value;

use crate::kit::{Process, run};

/// The shell blocks of a guide, one after the other.
fn lines_of(guide: &str) -> String {
    let mut blocks = guide.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.by_ref().collect()
}

/// The answers of the requests that a script makes.
fn answers(script: &str) -> Vec<Value> {
    let output = run(Command::new("bash").arg("-euc").arg(script));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answers = serde_json::Deserializer::from_slice(&output.stdout).into_iter();
    answers.map(|answer| answer.expect("the answers are JSON")).collect()
}

#[test]
fn every_line_of_the_administration_guide_works_on_the_demo() {
    let guide = lines_of(include_str!("../../../../docs/guides/administration.md"));
    let requests = guide.matches("curl ").count();
    let demo = Process::start(&["demo"]);
    let script = guide.replace("http://127.0.0.1:8080", &demo.url("")).replace("curl ", "curl --silent ");
    let answers = answers(&script);
    assert_eq!(answers.len(), requests);
    for answer in answers {
        assert_eq!(answer["success"], true, "{answer}");
    }
}
