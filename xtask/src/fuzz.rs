//! `cargo xtask fuzz`: the fuzzers of the HTTP tests, with many more inputs than they have as tests.

use std::process::Command;

use anyhow::{Context, Result};

use crate::shell::{self, root};

/// Number of inputs of all fuzzers together, unless an argument says otherwise.
const INPUTS: u32 = 1_000_000;

/// Number of fuzzers: the tests in `crates/server/tests/http/fuzz`.
const FUZZERS: u32 = 9;

/// Runs the fuzzers.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let inputs = match args.first() {
        Some(text) => text.parse().with_context(|| format!("\"{text}\" is no number of inputs"))?,
        None => INPUTS,
    };
    let each = inputs.div_ceil(FUZZERS);
    println!("xtask: {FUZZERS} fuzzers with {each} inputs each");
    let mut cargo = Command::new("cargo");
    cargo
        .args(["test", "--locked", "-p", "rankledger", "--test", "http", "--", "fuzz::"])
        .current_dir(root());
    shell::run(cargo.env("RANKLEDGER_FUZZ_INPUTS", each.to_string()))
}
