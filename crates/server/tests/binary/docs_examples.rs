//! The programs on the pages of the endpoints can be read by their languages, and the cURL lines work on
//! the demo.

use std::path::Path;
use std::process::Command;

use rankledger_server::api::endpoints;
use serde_json::Value;

use crate::clients::has_lua;
use crate::kit::{Process, agent, run};
use crate::python::interpreter;
use crate::receivers::node_modules;

/// Returns the blocks of a language on all pages of endpoints, each with its operation.
fn blocks(demo: &Process, language: &str) -> Vec<(String, String)> {
    let read = |path: &str| {
        let mut answer = agent().get(demo.url(path)).call().expect("an answer");
        answer.body_mut().read_to_string().expect("a text")
    };
    let index = read("/docs/index.md");
    let names = index.split("](endpoints/").skip(1).filter_map(|rest| rest.split(')').next());
    let mut blocks = Vec::new();
    for name in names {
        let page = read(&format!("/docs/endpoints/{name}"));
        let operation = page.split("operation `").nth(1).and_then(|rest| rest.split('`').next());
        let operation = operation.expect("the page names its operation");
        let fence = format!("```{language}\n");
        let found = page.split(&fence).skip(1).filter_map(|rest| rest.split("```").next());
        blocks.extend(found.map(|block| (operation.to_owned(), block.to_owned())));
    }
    blocks
}

/// Checks that a program reads the blocks of a language, which it finds as files in a folder.
fn check(program: &Path, language: &str, suffix: &str, arguments: &[&str]) {
    let demo = Process::start(&["demo"]);
    let folder = tempfile::tempdir().expect("a folder");
    let blocks = blocks(&demo, language);
    assert_eq!(blocks.len(), 34, "one for each method of the libraries");
    for (name, block) in &blocks {
        std::fs::write(folder.path().join(format!("{name}.{suffix}")), block).expect("a file");
    }
    let output = run(Command::new(program).args(arguments).current_dir(folder.path()));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn python_reads_the_programs() {
    let Some(python) = interpreter("Python") else { return };
    let script = "import ast, pathlib\nfor file in pathlib.Path('.').iterdir(): ast.parse(file.read_text(), str(file))";
    check(&python, "python", "py", &["-c", script]);
}

#[test]
fn javascript_reads_the_programs() {
    if node_modules().is_some() {
        let script = "for (const file of fs.readdirSync('.')) new vm.Script(fs.readFileSync(file, 'utf8'), {filename: file})";
        check(Path::new("node"), "javascript", "js", &["-e", script]);
    }
}

#[test]
fn lua_reads_the_programs() {
    if has_lua() {
        let script = "for file in io.popen('ls'):lines() do assert(loadfile(file)) end";
        check(Path::new("lua5.4"), "lua", "lua", &["-e", script]);
    }
}

#[test]
fn the_lines_of_curl_work_on_the_demo() {
    let demo = Process::start(&["demo", "--rate-limits", "off"]);
    let lines = blocks(&demo, "sh");
    for endpoint in endpoints::endpoints().filter(|one| one.example.needs.is_none() && !one.example.is_file) {
        let line = lines.iter().find(|(operation, _)| operation == endpoint.operation_id);
        let (operation, line) = line.expect("the page has a line");
        // Each line finds the demo as it begins.
        assert_eq!(agent().post(demo.url("/demo/reset")).send_empty().expect("an answer").status(), 204);
        let line = line.replace("http://127.0.0.1:8080", &demo.url("")).replace("curl ", "curl --silent ");
        let output = run(Command::new("bash").args(["-euc", &line]));
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        assert_eq!(answer["success"], true, "{operation}: {line}\n{answer}");
    }
}
