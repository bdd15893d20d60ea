//! `rankledger export`: the history as a file.

use anyhow::Result;
use clap::{Args, ValueEnum};

use super::client::target::Target;
use super::filter::FilterArgs;
use super::output::OutputArgs;

#[derive(Debug, Args)]
pub(super) struct Export {
    /// One change a line as JSON, or a table for spreadsheets
    #[arg(long, default_value = "ndjson")]
    format: Format,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    target: Target,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Ndjson,
    Csv,
}

impl Export {
    pub(super) fn run(self) -> Result<()> {
        let client = self.target.open_to_read()?;
        let mut query = self.filter.query(&client)?;
        let format = match self.format {
            Format::Ndjson => "ndjson",
            Format::Csv => "csv",
        };
        query.push(("format", format.to_owned()));
        self.output.copy(&mut client.download("/v2/community/rank-changes/export", &query)?)?;
        client.settle()
    }
}
