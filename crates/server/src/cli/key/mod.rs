//! `rankledger key`: make, adopt, list and revoke API keys.

mod abilities;
mod create;
mod grant;
mod list;
mod revoke;

use anyhow::Result;
use clap::Subcommand;
use tokio::task::block_in_place;

#[derive(Debug, Subcommand)]
pub(super) enum KeyCommand {
    /// Make a key, show it once, and say what it may do
    Create(create::Create),
    /// Take over a key that clients have already
    Adopt(create::Adopt),
    /// List the keys, never their secrets
    List(list::List),
    /// Revoke a key: the next request with it is refused
    Revoke(revoke::Revoke),
}

impl KeyCommand {
    pub(super) async fn run(self) -> Result<()> {
        match self {
            Self::Create(command) => command.run().await,
            Self::Adopt(command) => command.run().await,
            Self::List(command) => block_in_place(|| command.run()),
            Self::Revoke(command) => block_in_place(|| command.run()),
        }
    }
}
