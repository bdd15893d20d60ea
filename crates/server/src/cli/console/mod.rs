//! `rankledger console`: links that sign in to the console, and its sessions.

mod end;
mod link;
mod sessions;

pub(super) use link::link_for;

use anyhow::Result;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(super) enum ConsoleCommand {
    /// Print a link that signs in once, within ten minutes
    Link(link::Link),
    /// List who is signed in
    Sessions(sessions::Sessions),
    /// End a session, or all of a community
    End(end::End),
}

impl ConsoleCommand {
    pub(super) async fn run(self) -> Result<()> {
        match self {
            Self::Link(command) => command.run().await,
            Self::Sessions(command) => command.run().await,
            Self::End(command) => command.run().await,
        }
    }
}
