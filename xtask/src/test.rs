//! `cargo xtask test`: everything that the tests need, then the tests.

use std::process::Command;

use anyhow::Result;
use rankledger_instances::{Environment, Nginx, Postgres, Redis};

use crate::need::{has_program, need};
use crate::python;
use crate::shell::{self, root, succeeds};

/// Runs all tests, with cargo-nextest where it is installed; its closing line comes last.
pub(crate) fn run(args: &[String]) -> Result<()> {
    need("curl", "curl", || has_program("curl"))?;
    need("jq", "jq", || has_program("jq"))?;
    need("PostgreSQL", "postgresql", Postgres::is_installed)?;
    need("Redis", "redis-server", Redis::is_installed)?;
    need("nginx", "nginx", Nginx::is_installed)?;
    let python = python::TESTS.make()?.join("python");
    let environment = Environment::start()?;

    let has_nextest = succeeds(Command::new("cargo").args(["nextest", "--version"]));
    let runner: &[&str] = if has_nextest { &["nextest", "run"] } else { &["test"] };
    let mut cargo = Command::new("cargo");
    cargo.args(runner).args(["--workspace", "--locked"]).args(args);
    shell::run(cargo.current_dir(root()).env("RANKLEDGER_TEST_PYTHON", python).envs(environment.variables()))
}
