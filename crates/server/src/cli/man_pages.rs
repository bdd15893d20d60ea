//! `rankledger man-pages`: a page of the manual for each command.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, CommandFactory};

use super::{Cli, print};

#[derive(Debug, Args)]
pub(super) struct ManPages {
    /// The folder that they are written into, such as /usr/local/share/man/man1; it is made if it is not
    /// there
    folder: PathBuf,
}

impl ManPages {
    pub(super) fn run(self) -> Result<()> {
        let folder = self.folder.display();
        std::fs::create_dir_all(&self.folder)
            .and_then(|()| clap_mangen::generate_to(Cli::command(), &self.folder))
            .with_context(|| format!("cannot write the man pages into {folder}"))?;
        print::print(&format!("wrote the man pages into {folder}\n"))
    }
}
