//! `rankledger key`: make, adopt, list, change and revoke API keys.

mod abilities;
mod create;
mod edit;
mod grant;
mod list;
mod revoke;

pub(super) use grant::{Grant, Unasked};

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
    /// Set how many requests a key may make
    Edit(edit::Edit),
    /// Revoke a key: the next request with it is refused
    Revoke(revoke::Revoke),
}

impl KeyCommand {
    pub(super) async fn run(self) -> Result<()> {
        match self {
            Self::Create(command) => command.run().await,
            Self::Adopt(command) => command.run().await,
            Self::List(command) => block_in_place(|| command.run()),
            Self::Edit(command) => block_in_place(|| command.run()),
            Self::Revoke(command) => block_in_place(|| command.run()),
        }
    }
}
