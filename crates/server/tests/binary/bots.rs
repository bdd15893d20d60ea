//! The recipes for bots are true: the lines, and the programs with their tests, run against the demo that
//! the page describes.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::guides::lines_of;
use crate::kit::{Process, run};
use crate::python::interpreter;
use crate::receivers::node_modules;

const GUIDE: &str = include_str!("../../../../docs/guides/bots.md");

/// Returns the blocks of a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let parts = GUIDE.split("```").skip(1).step_by(2);
    parts.filter_map(|block| block.strip_prefix(language)?.strip_prefix('\n')).collect()
}

/// Starts the demo of the page. Returns the folder that has its document, too.
fn demo() -> (Process, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let club = folder.path().join("club.yaml");
    std::fs::write(&club, blocks("yaml")[0]).expect("a file");
    let club = club.to_str().expect("text");
    (Process::start(&["demo", club, "--clock", "2026-04-15T00:00:00Z"]), folder)
}

/// Runs the tests of a language, whose programs stand in files that the first line of each names. Returns
/// what the tests print.
fn tests_of(language: &str, program: &Path, arguments: &[&str]) -> String {
    let (demo, folder) = demo();
    for program in blocks(language) {
        let first = program.lines().next().unwrap_or_default();
        let name = first.trim_start_matches(['#', '/', '-', ' ']);
        std::fs::write(folder.path().join(name), program).expect("a file");
    }
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder.path()).env("RANKLEDGER_URL", demo.url(""));
    // The runner of Node.js reports to one that it finds above it.
    let output = run(command.env_remove("NODE_TEST_CONTEXT"));
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8_lossy(&printed).into_owned();
    assert!(output.status.success(), "{printed}");
    printed
}

#[test]
fn every_line_works_on_the_demo_as_it_says() {
    let (demo, folder) = demo();
    let lines =
        lines_of(GUIDE).replace("http://127.0.0.1:8080", &demo.url("")).replace("curl ", "curl --silent ");
    let output = run(Command::new("bash").args(["-euc", &lines]).current_dir(folder.path()));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answers = serde_json::Deserializer::from_slice(&output.stdout).into_iter();
    let answers: Vec<Value> = answers.map(|answer| answer.expect("the answers are JSON")).collect();
    let [bob, members, departments, promoted, undone, vip, news] = answers.as_slice() else {
        panic!("seven answers: {answers:?}")
    };
    assert_eq!(bob["data"]["accName"], "Bob");
    assert_eq!(members["data"]["items"][1]["ranks"], bob["data"]["ranks"]);
    assert_eq!(departments["data"][0]["ranks"][1]["key"], "cadet");
    assert_eq!(promoted["data"][0]["succeeded"], true);
    assert_eq!(undone["data"]["currentRanks"], bob["data"]["ranks"]);
    assert_eq!(vip["data"]["ranks"].as_array().map(Vec::len), Some(2));
    assert_eq!(news["data"]["events"], serde_json::json!([]));
}

#[test]
fn the_tests_of_the_bot_in_python_pass() {
    let Some(python) = interpreter("Python") else { return };
    let printed = tests_of("python", &python, &["test_bot.py"]);
    assert!(printed.contains("Ran 5 tests"), "{printed}");
}

#[test]
fn the_tests_of_the_bot_in_javascript_pass() {
    if node_modules().is_some() {
        let printed = tests_of("javascript", Path::new("node"), &["--test", "bot.test.mjs"]);
        assert!(printed.contains("pass 5") && printed.contains("fail 0"), "{printed}");
    }
}

#[test]
fn the_tests_of_the_bot_in_lua_pass() {
    let has_lua = Command::new("lua5.4").args(["-e", "require 'socket.http'; require 'cjson'"]).status();
    let has_lua = has_lua.is_ok_and(|status| status.success());
    assert!(has_lua || std::env::var_os("CI").is_none(), "run the tests with `cargo xtask test`");
    if has_lua {
        let printed = tests_of("lua", Path::new("lua5.4"), &["test_bot.lua"]);
        assert_eq!(printed.matches("passed: ").count(), 5, "{printed}");
    } else {
        println!("skipped: Lua with cjson is not installed; `cargo xtask test` does that");
    }
}
