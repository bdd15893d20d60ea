//! `cargo xtask fuzz`: the fuzzers of the HTTP tests, with many more inputs than in `cargo xtask test`, and
//! others each time.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::process::Command;

use anyhow::{Context, Result};
use rankledger_instances::{BACKEND_VARIABLE, Environment, Postgres, Redis};

use crate::need::need;
use crate::shell::{self, root};

/// Number of inputs of all fuzzers together, unless the command line says otherwise.
const INPUTS: u64 = 1_000_000;

/// Number of fuzzers: the tests in `crates/server/tests/http/fuzz`.
const FUZZERS: u64 = 9;

/// A million inputs need an optimised build. It keeps the checks of one that is not, such as that of sums
/// that do not fit.
const CHECKS: [&str; 2] = ["CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS", "CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS"];

/// Plays random inputs on SQLite, or with `--postgres` on PostgreSQL. Prints the seed, with which
/// `PROPTEST_RNG_SEED` repeats the run.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let on_postgres = args.iter().any(|arg| arg == "--postgres");
    let number = args.iter().find(|arg| *arg != "--postgres");
    let inputs = match number {
        Some(number) => number.parse().with_context(|| format!("\"{number}\" is no number of inputs"))?,
        None => INPUTS,
    };
    // Keys of hashes are random, and the hash of nothing depends on them alone.
    let random = || RandomState::new().build_hasher().finish().to_string();
    let seed = std::env::var("PROPTEST_RNG_SEED").unwrap_or_else(|_| random());
    println!("xtask: {inputs} inputs; PROPTEST_RNG_SEED={seed} repeats them");
    let mut cargo = Command::new("cargo");
    cargo
        .args(["test", "--release", "--locked", "-p", "rankledger", "--test", "http"])
        .args(["--target-dir", "target/fuzz", "--", "fuzz::"])
        .envs(CHECKS.map(|variable| (variable, "true")))
        .current_dir(root());
    cargo.env("RANKLEDGER_FUZZ_INPUTS", inputs.div_ceil(FUZZERS).to_string()).env("PROPTEST_RNG_SEED", seed);
    if !on_postgres {
        return shell::run(&mut cargo);
    }
    need("PostgreSQL", "postgresql", Postgres::is_installed)?;
    need("Redis", "redis-server", Redis::is_installed)?;
    let environment = Environment::start()?;
    shell::run(cargo.envs(environment.variables()).env(BACKEND_VARIABLE, "postgres"))
}
