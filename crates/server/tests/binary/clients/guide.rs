//! The programs of the guide to clients, run against the demo as they stand there.

use std::path::Path;
use std::process::Command;

use crate::clients::game_resource::has_lua;
use crate::guides::lines_of;
use crate::kit::{Process, run};
use crate::python::interpreter;

const GUIDE: &str = include_str!("../../../../../docs/guides/clients.md");

/// Returns the first program of the guide in this language.
fn program(language: &str) -> &'static str {
    let block = GUIDE.split(&format!("```{language}\n")).nth(1).and_then(|rest| rest.split("```").next());
    block.unwrap_or_else(|| panic!("the guide has a program in {language}"))
}

/// Runs the program of a language with the base URL of a demo. It gives a rank, learns the undo id and undoes
/// the change: the account has no ranks then.
fn run_program(interpreter: &Path, language: &str) {
    let demo = Process::start(&["demo"]);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("program.mjs");
    std::fs::write(&file, program(language)).expect("a file");
    let output = run(Command::new(interpreter).arg(&file).arg(demo.url("")));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "[]", "{language}");
}

#[test]
fn the_lines_of_curl() {
    let demo = Process::start(&["demo"]);
    let lines =
        lines_of(GUIDE).replace("http://127.0.0.1:8080", &demo.url("")).replace("curl ", "curl --silent ");
    let output = run(Command::new("bash").args(["-euc", &lines]));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).expect("text");
    assert!(printed.contains(r#""currentRanks":[]"#), "{printed}");
}

#[test]
fn the_program_in_python() {
    let Some(python) = interpreter("the official Python client") else { return };
    run_program(&python, "python");
}

#[test]
fn the_program_in_lua() {
    if has_lua() {
        run_program(Path::new("lua5.4"), "lua");
    }
}

#[test]
fn the_program_in_javascript() {
    // No chore installs Node.js: it is large, and nothing else needs it.
    let has_fetch =
        Command::new("node").args(["-e", "fetch"]).output().is_ok_and(|output| output.status.success());
    if has_fetch {
        run_program(Path::new("node"), "javascript");
    } else {
        println!("skipped: there is no Node.js");
    }
}
