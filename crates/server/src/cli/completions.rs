//! `rankledger completions`: what a shell needs to complete commands and options.

use anyhow::{Context, Result};
use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, NAME, print};

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell that they are for
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self) -> Result<()> {
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), NAME, &mut text);
        print::print(&String::from_utf8(text).context("the completions are no text")?)
    }
}
