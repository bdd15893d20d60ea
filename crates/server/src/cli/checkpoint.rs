//! `rankledger checkpoint`: the signed head of the ledger, to be kept elsewhere.

use anyhow::{Context, Result};
use clap::Args;

use super::client::target::Target;
use super::output::OutputArgs;

/// The path of the checkpoint in the API.
pub(super) const PATH: &str = "/v2/community/rank-changes/checkpoint";

#[derive(Debug, Args)]
pub(super) struct Checkpoint {
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    target: Target,
}

impl Checkpoint {
    pub(super) fn run(self) -> Result<()> {
        let checkpoint = self.target.open()?.get(PATH, &Vec::new())?.data;
        let text = serde_json::to_string_pretty(&checkpoint).context("this has no JSON form")? + "\n";
        self.output.copy(&mut text.as_bytes())
    }
}
