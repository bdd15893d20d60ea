//! The programs of the guide to clients, run against the demo as they stand there.

use std::path::Path;
use std::process::{Command, Output};

use crate::clients::game_resource::has_lua;
use crate::guides::lines_of;
use crate::kit::{Process, run};
use crate::python::interpreter;

const GUIDE: &str = include_str!("../../../../../docs/guides/clients.md");

/// Returns the program in this language in the section of the guide with this title.
fn program(section: &str, language: &str) -> &'static str {
    let section =
        GUIDE.split(&format!("\n## {section}\n")).nth(1).and_then(|rest| rest.split("\n## ").next());
    let block = section.and_then(|section| section.split(&format!("```{language}\n")).nth(1));
    let block = block.and_then(|rest| rest.split("```").next());
    block.unwrap_or_else(|| panic!("the guide has a program in {language}"))
}

/// Checks that a program has given a rank, learnt the undo id and undone the change: the account has no ranks
/// then.
#[track_caller]
fn has_undone_its_change(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "[]");
}

/// Runs the program of a section with the base URL of a demo.
fn run_program(interpreter: &Path, section: &str, language: &str) {
    let demo = Process::start(&["demo"]);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("program.mjs");
    std::fs::write(&file, program(section, language)).expect("a file");
    has_undone_its_change(&run(Command::new(interpreter).arg(&file).arg(demo.url(""))));
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
    run_program(&python, "Sonoran.py", "python");
}

#[test]
fn the_program_in_lua() {
    if has_lua() {
        run_program(Path::new("lua5.4"), "Sonoran.lua", "lua");
    }
}

#[test]
fn the_program_in_javascript() {
    let has_fetch =
        Command::new("node").args(["-e", "fetch"]).output().is_ok_and(|output| output.status.success());
    if has_fetch {
        run_program(Path::new("node"), "Sonoran.js", "javascript");
    } else {
        println!("skipped: there is no Node.js with `fetch`");
    }
}

#[test]
fn the_program_in_csharp() {
    let has_mono = Command::new("mcs").arg("--version").output().is_ok_and(|output| output.status.success());
    assert!(has_mono || std::env::var_os("CI").is_none(), "run the tests with `cargo xtask test`");
    if !has_mono {
        println!("skipped: Mono is not installed; `cargo xtask test` does that");
        return;
    }
    let demo = Process::start(&["demo"]);
    let folder = tempfile::tempdir().expect("a folder");
    let [source, compiled] = ["program.cs", "program.exe"].map(|name| folder.path().join(name));
    std::fs::write(&source, program("Sonoran.Net", "csharp")).expect("a file");
    let mut out = std::ffi::OsString::from("-out:");
    out.push(&compiled);
    let output = run(Command::new("mcs").arg("-r:System.Net.Http").arg(out).arg(&source));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    has_undone_its_change(&run(Command::new("mono").arg(&compiled).arg(demo.url(""))));
}

/// The program of a resource, with what the game gives to it (`fixtures/clients/game.lua`).
#[test]
fn the_program_of_a_game_server() {
    if !has_lua() {
        return;
    }
    let demo = Process::start(&["demo"]);
    let program = program("A FiveM server", "lua");
    assert!(program.contains("http://localhost:8080"), "the base URL is that of the demo");
    let program = program.replace("http://localhost:8080", &demo.url(""));
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("resource.lua");
    let game =
        "local game = require('game')\njson, PerformHttpRequest = game.json, game.PerformHttpRequest\n";
    std::fs::write(&file, format!("{game}{program}")).expect("a file");
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/binary/fixtures/clients/?.lua");
    has_undone_its_change(&run(Command::new("lua5.4").env("LUA_PATH", fixtures).arg(&file)));
}
