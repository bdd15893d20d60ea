//! The guides are true: their lines, pasted into a shell in order, all succeed on the demo.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::kit::{Process, run};
use crate::python::interpreter;

const HISTORY: &str = include_str!("../../../../docs/guides/history.md");

/// Returns the shell blocks of a guide, one after the other.
pub(crate) fn lines_of(guide: &str) -> String {
    let mut blocks = guide.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.by_ref().collect()
}

/// Returns the answers to the requests that a guide makes to the demo. All of them succeed.
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
fn every_line_of_the_guide_to_events_works_on_the_demo() {
    let answers = answers(include_str!("../../../../docs/guides/events.md"));
    let [first, next, latest, subscribed, enabled, tried] = answers.as_slice() else {
        panic!("six requests: {answers:?}")
    };
    assert_eq!(first["data"]["nextCursor"], "00000000000000000000000000000000-2", "the next line has it");
    assert_eq!(next["data"]["events"][0]["type"], "ranks.changed");
    assert_eq!(latest["data"]["events"], serde_json::json!([]));
    assert!(subscribed["data"]["secret"].as_str().is_some_and(|secret| secret.starts_with("whsec_")));
    assert_eq!(enabled["data"]["enabled"], true);
    assert!(tried["data"]["error"].is_string(), "nobody receives: {tried}");
}

#[test]
fn every_line_of_the_guide_to_game_servers_works_on_the_demo_as_it_says() {
    let answers = answers(include_str!("../../../../docs/guides/game-servers.md"));
    let data = |index: usize| &answers[index]["data"];
    assert_eq!(data(1)["servers"][2]["hasPushSecret"], true);
    let names =
        |of: &Value| of.as_array().expect("a list").iter().map(|one| one["name"].clone()).collect::<Vec<_>>();
    assert!(!names(data(2)).contains(&Value::from("ExampleAccount")), "it has no rank yet");
    assert_eq!(data(3), "ExampleUser");
    assert_eq!(data(5), "ExampleAccount", "it has a rank now");
    assert_eq!(data(7)[0]["principal"], "group.admin");
    assert_eq!((&data(8)["status"], &data(9)["status"]), (&Value::Bool(true), &Value::Bool(false)));
    assert_eq!(data(10)[0]["id"], data(9)["id"]);
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

/// Runs a script in a folder, with the binary under test on the path. Returns its output.
fn printed_in(folder: &Path, script: &str) -> String {
    let binaries =
        Path::new(env!("CARGO_BIN_EXE_rankledger")).parent().expect("a file is in a folder").display();
    let path = format!("{binaries}:{}", std::env::var("PATH").expect("there is a path"));
    let mut command = Command::new("bash");
    command.args(["-euc", script]).current_dir(folder).env("PATH", path);
    command.env_remove("RANKLEDGER_DATABASE").env_remove("RANKLEDGER_CONFIG");
    let output = run(&mut command);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn every_line_of_the_history_guide_works_on_the_demo() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = Process::start(&["demo", "--rate-limits", "off"]);
    let script = lines_of(HISTORY).replace("http://127.0.0.1:8080", &demo.url(""));
    let printed = printed_in(folder.path(), &script);
    // The script prints the lines that the guide shows, except those with times and hashes.
    for block in HISTORY.split("```text\n").skip(1).take(3).filter_map(|rest| rest.split("```").next()) {
        let changing = ["+Chief active", "+Probation active", "  its hash", "  recorded"];
        let lines = block.lines().filter(|line| !changing.iter().any(|changing| line.contains(changing)));
        for line in lines {
            assert!(printed.lines().any(|printed| printed == line), "{line}\nis not in\n{printed}");
        }
    }
}

#[test]
fn the_script_of_the_history_guide_tells_a_whole_history_from_one_that_was_altered() {
    let Some(python) = interpreter("Python") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let demo = Process::start(&["demo", "--rate-limits", "off"]);
    let files = "rankledger undo 6 --reason $'\\u00fc\\U0001f600 \"quoted\"\\n\\tand\\\\more'
        rankledger export --output history.ndjson; rankledger checkpoint --output checkpoint.json";
    let script = format!("export RANKLEDGER_URL={} RANKLEDGER_KEY=YOUR_API_KEY\n{files}", demo.url(""));
    printed_in(folder.path(), &script);
    let code =
        HISTORY.split("```python\n").nth(1).and_then(|rest| rest.split("```").next()).expect("the script");
    std::fs::write(folder.path().join("check.py"), code).expect("a file");
    let check = || {
        let mut command = Command::new(&python);
        command.args(["check.py", "history.ndjson", "checkpoint.json"]).current_dir(folder.path());
        command
    };
    let output = run(&mut check());
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(printed, "7 changes, unaltered; the checkpoint is of change 7\n", "{:?}", output.stderr);

    let export = folder.path().join("history.ndjson");
    let whole = std::fs::read_to_string(&export).expect("the export");
    for (altered, expected) in [
        (whole.replace("three patrols", "two patrols"), "change 6 was altered"),
        (whole.split_inclusive('\n').take(6).collect(), "the history ends with change 6"),
        (whole.split_inclusive('\n').skip(1).collect(), "change 1 is missing"),
    ] {
        std::fs::write(&export, altered).expect("the export");
        let output = run(&mut check());
        assert!(!output.status.success());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(expected), "{said}");
    }
}
