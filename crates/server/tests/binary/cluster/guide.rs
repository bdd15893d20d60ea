//! The guide to several nodes is true: its lines, pasted into a shell in order, all succeed, the primary's
//! death included.

use std::path::Path;
use std::process::Command;

use rankledger_instances::free_port;

use crate::guides::lines_of;
use crate::kit::{run, succeed};

const GUIDE: &str = include_str!("../../../../../docs/guides/cluster.md");

/// User that the PostgreSQL package creates. PostgreSQL servers refuse to run as root.
const USER: &str = "postgres";

/// Returns the settings at the top of the guide, with this folder and with free ports.
fn settings(folder: &Path) -> String {
    let of_the_guide = GUIDE.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next());
    let names = of_the_guide.expect("the settings").split_whitespace();
    let names = names.map(|setting| setting.split_once('=').expect("name and value").0);
    let value = |name| match name {
        "CLUSTER" => folder.join("cluster").display().to_string(),
        _ => free_port().expect("a free port").to_string(),
    };
    names.map(|name| format!("{name}={}", value(name))).collect::<Vec<_>>().join(" ")
}

/// Returns the command for a shell in a folder that holds the binary under test. The shell does not run as
/// root.
fn shell(folder: &Path, script: &str) -> Command {
    std::fs::copy(env!("CARGO_BIN_EXE_rankledger"), folder.join("rankledger")).expect("a copy");
    let is_root = run(Command::new("id").arg("--user")).stdout == b"0\n";
    let mut command = Command::new(if is_root { "setpriv" } else { "env" });
    if is_root {
        succeed(Command::new("chown").args(["--recursive", USER]).arg(folder));
        command.args(["--reuid", USER, "--regid", USER, "--init-groups", "--"]);
    }
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").expect("there is a path"));
    command.args(["bash", "-euc", script]).current_dir(folder).env("PATH", path).env("HOME", folder);
    command.env_remove("RANKLEDGER_DATABASE").env_remove("RANKLEDGER_CONFIG");
    command
}

#[test]
fn every_line_of_the_guide_to_several_nodes_works_as_it_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let lines = lines_of(GUIDE);
    let (_, lines) = lines.split_once("umask").expect("the first command");
    let (lines, end) = lines.rsplit_once("\nkill ").expect("the end");
    // The trap stops the servers, even if a line fails.
    let script = format!(
        "end() {{ set +e; kill {end} }}\ntrap end EXIT; trap exit INT TERM\n{}\numask{lines}\n",
        settings(folder.path())
    );
    let output = run(&mut shell(folder.path(), &script));
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));

    let parts: Vec<_> = ["two|sync", "HTTP/1.1 503", "Retry-After: ", "one|sync", "whole and linked"].into();
    let places: Vec<_> = parts.iter().map(|part| printed.to_lowercase().find(&part.to_lowercase())).collect();
    assert!(places.is_sorted() && places[0].is_some(), "{parts:?} at {places:?} in {printed}");
    for department in ["Police", "Fire"] {
        assert!(printed.contains(department), "{department} is not in {printed}");
    }
}
