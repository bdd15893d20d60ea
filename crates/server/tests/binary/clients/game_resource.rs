//! A game server's resource in Lua, as far as it speaks to this server: a program of our own, with the
//! functions for HTTP and JSON that the game gives to resources (`fixtures/clients/game.lua`).

use std::process::Command;

use serde_json::{Value, json};

use crate::kit::{Process, run};

const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/binary/fixtures/clients/resource.lua");

/// Whether Lua 5.4 is there. `cargo xtask test` installs it.
pub(crate) fn has_lua() -> bool {
    let is_there = Command::new("lua5.4").arg("-v").output().is_ok_and(|output| output.status.success());
    assert!(is_there || std::env::var_os("CI").is_none(), "run the tests with `cargo xtask test`");
    if !is_there {
        println!("skipped: lua5.4 is not installed; `cargo xtask test` does that");
    }
    is_there
}

/// Runs the program against a demo. Returns what it printed, as JSON.
fn run_resource(base: &str) -> Value {
    let output = run(Command::new("lua5.4").arg(PROGRAM).arg(base));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the program prints JSON")
}

#[test]
fn a_player_joins_is_promoted_and_clocks_in() {
    if !has_lua() {
        return;
    }
    let demo = Process::start(&["demo", "--rate-limits", "off"]);
    // The base URL of a resource ends in a slash.
    let told = run_resource(&demo.url("/"));
    assert_eq!(told["subVersion"], 5);
    assert_eq!(told["found"], json!("00000000-0000-0000-0000-000000000000"));
    assert_eq!(told["registered"], 6, "{told}");
    assert_eq!(told["neighbour"], 6, "the second member of a household is let in: {told}");
    assert_eq!(told["promoted"], json!(["22222222-2222-2222-2222-222222222222"]));
    assert_eq!(told["nothing"], true, "an empty table is sent as an array");
    assert_eq!(told["legacyRanks"], told["promoted"]);
    assert_eq!(told["legacyName"], "ExampleAccount");
    assert_eq!(told["legacyNameInArray"], "ExampleAccount");
    assert_eq!(told["legacyIds"], json!(["1234567890", "110000112345678", "abcdef0123"]), "{told}");
    assert_eq!(told["clockedIn"], json!([true, false]), "out of the open row of the demo, and in again");
    assert_eq!(told["profileField"], "7");
    assert_eq!(told["undoId"], told["changeInHistory"], "{told}");
    assert_eq!(told["undone"], json!([]));
    assert_eq!(told["refusal"], "API ID NOT LINKED TO AN ACCOUNT IN THIS COMMUNITY");
}
