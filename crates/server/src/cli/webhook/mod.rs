//! `rankledger webhook`: who is told of events, and what became of the deliveries.

mod add;
mod export;
mod list;
mod log;
mod named;
mod replay;
mod test;

use anyhow::Result;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(super) enum WebhookCommand {
    /// List the subscriptions, and how far the deliveries of each are
    List(list::List),
    /// Subscribe a receiver to events
    Add(add::Add),
    /// Send a request that tells of no event, and show what the receiver answers
    Test(test::Test),
    /// Send again what was sent before
    Replay(replay::Replay),
    /// Show what became of the deliveries, newest first
    Log(log::Log),
    /// Write the subscriptions into a document that `rankledger import` reads
    Export(export::Export),
}

impl WebhookCommand {
    pub(super) fn run(self) -> Result<()> {
        match self {
            Self::List(command) => command.run(),
            Self::Add(command) => command.run(),
            Self::Test(command) => command.run(),
            Self::Replay(command) => command.run(),
            Self::Log(command) => command.run(),
            Self::Export(command) => command.run(),
        }
    }
}
