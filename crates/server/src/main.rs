//! The `rankledger` binary: reads the command line, runs the command, and prints an error in one line.

use std::io::{self, Write};
use std::process::ExitCode;

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    match rankledger_server::cli::run() {
        Ok(code) => code,
        Err(error) => {
            // The exit code tells it to whoever does not read this.
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
