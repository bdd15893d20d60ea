//! Runs a command beside a PostgreSQL and a Redis that the tests find:
//! `cargo run -p rankledger-instances -- COMMAND`.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use rankledger_instances::Environment;

fn run() -> Result<bool> {
    let mut words = std::env::args_os().skip(1);
    let program =
        words.next().context("name a command, such as `cargo nextest run -p rankledger --test http`")?;
    let environment = Environment::start()?;
    let mut command = Command::new(program);
    let status =
        command.args(words).envs(environment.variables()).status().context("cannot run the command")?;
    Ok(status.success())
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
