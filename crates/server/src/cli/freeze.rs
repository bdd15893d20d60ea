//! `rankledger freeze` and `rankledger unfreeze`.

use anyhow::Result;
use clap::Args;

use super::acting::{ActingArgs, ActorArgs};
use super::client::target::Target;
use super::guard::frozen;
use super::names::Names;
use super::print;
use crate::wire::guards::GuardsBody;

#[derive(Debug, Args)]
pub(super) struct Freeze {
    #[command(flatten)]
    acting: ActingArgs,
    /// Print the API's data as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

#[derive(Debug, Args)]
pub(super) struct Unfreeze {
    #[command(flatten)]
    actor: ActorArgs,
    /// Print the API's data as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: Target,
}

impl Freeze {
    pub(super) fn run(self) -> Result<()> {
        let client = self.target.open()?;
        let reply = client.post("/v2/community/freeze", &self.acting.members(&client)?)?;
        if self.json {
            return print::json(&reply.data);
        }
        let guards: GuardsBody = reply.read()?;
        let frozen = frozen(guards.frozen.as_ref(), &mut Names::new(&client)?)?;
        print::print(&format!("{frozen}\nto lift that: rankledger unfreeze\n"))
    }
}

impl Unfreeze {
    pub(super) fn run(self) -> Result<()> {
        let client = self.target.open()?;
        let reply = client.post("/v2/community/unfreeze", &self.actor.members(&client)?)?;
        if self.json {
            return print::json(&reply.data);
        }
        let guards: GuardsBody = reply.read()?;
        print::print(&format!("{}\n", frozen(guards.frozen.as_ref(), &mut Names::new(&client)?)?))
    }
}
