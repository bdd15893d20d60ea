//! `rankledger community rename`: gives a community another name.

use anyhow::Result;
use clap::Args;
use serde_json::json;

use crate::cli::client::target::Target;
use crate::cli::print::{self, harmless};

#[derive(Debug, Args)]
pub(in crate::cli) struct Rename {
    /// The new name
    name: String,
    /// Print the API's data as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

impl Rename {
    pub(super) fn run(self) -> Result<()> {
        let client = self.target.open()?;
        let reply = client.patch("/v2/community", &json!({ "name": self.name }))?;
        if self.json {
            return print::json(&reply.data);
        }
        let text = |member: &str| harmless(reply.data[member].as_str().unwrap_or_default());
        print::print(&format!("the community {} is called \"{}\" now\n", text("id"), text("name")))
    }
}
