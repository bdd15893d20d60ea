//! The project's own chores: `cargo xtask test`.

mod need;
mod python;
mod shell;
mod test;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
cargo xtask test [ARGS]   install what the tests need and is missing, then run all of them;
                          ARGS go to the test runner, such as the name of a test";

fn run() -> Result<()> {
    let mut args = std::env::args().skip(1);
    match args.next().as_deref() {
        Some("test") => test::run(&args.collect::<Vec<_>>()),
        Some(other) => bail!("there is no chore \"{other}\"\n\n{USAGE}"),
        None => bail!("name a chore\n\n{USAGE}"),
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
