//! `rankledger checkpoint`: the signed head of the ledger, to be kept elsewhere.

use anyhow::Result;
use clap::Args;

use super::client::target::Target;
use super::output::OutputArgs;
use super::print;

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
        self.output.copy(&mut print::json_text(&checkpoint)?.as_bytes())
    }
}
