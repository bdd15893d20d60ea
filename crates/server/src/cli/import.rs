//! `rankledger import`: bring a community in from a document.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::DatabaseArgs;
use crate::ops::import;
use crate::ops::import::Document;
use crate::system::{SystemClock, SystemIds};

#[derive(Debug, Args)]
pub(super) struct Import {
    /// The document: JSON if its name ends in .json, else YAML
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    database: DatabaseArgs,
}

impl Import {
    pub(super) async fn run(self) -> Result<()> {
        let in_file = || format!("cannot import {}", self.file.display());
        let document = Document::read(&self.file).with_context(in_file)?;
        let storage = self.database.open().await?;
        let bar = progress_bar();
        let progress = |done: usize, total: usize| {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        };
        let imported =
            import::import(&*storage, &document, &SystemClock::default(), &SystemIds, progress).await;
        bar.finish_and_clear();
        writeln!(std::io::stdout(), "{}", imported.with_context(in_file)?)?;
        Ok(())
    }
}

/// Drawn on standard error, and only if that is a terminal.
fn progress_bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} accounts, {eta} to go");
    ProgressBar::new(0).with_style(style.expect("the template is a constant that indicatif reads"))
}
