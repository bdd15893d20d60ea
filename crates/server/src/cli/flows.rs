//! `rankledger flows`: the promotion flows.

use anyhow::Result;
use clap::Args;

use super::client::target::Target;
use super::find::{Structure, flow_table, flows};
use super::print;

#[derive(Debug, Args)]
pub(super) struct Flows {
    /// Print the API's data as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

impl Flows {
    pub(super) fn run(self) -> Result<()> {
        let client = self.target.open_to_read()?;
        let flows = flows(&client)?;
        let structure = Structure::load(&client)?;
        client.settle()?;
        if self.json {
            return print::json(&flows);
        }
        if flows.is_empty() {
            print::say!("no promotion flows");
            return Ok(());
        }
        print::print(&flow_table(&flows, &structure).to_string())
    }
}
