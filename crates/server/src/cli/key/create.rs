//! `rankledger key create` and `rankledger key adopt`.

use anyhow::{Context, Result};
use clap::Args;
use rankledger_domain::api_key::ApiKey;

use super::abilities::abilities;
use super::grant::{Grant, Unasked};
use crate::cli::{print, secret};
use crate::system::new_api_key;

#[derive(Debug, Args)]
pub(in crate::cli) struct Create {
    #[command(flatten)]
    grant: Grant,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Adopt {
    #[command(flatten)]
    grant: Grant,
    /// The key; if absent or `-`, the first line of standard input
    key: Option<String>,
}

impl Create {
    /// Prints the key alone to standard output, for scripts, and everything about it to standard error.
    pub(super) async fn run(self) -> Result<()> {
        let key = new_api_key().context("the operating system gave no random bits")?;
        let storage = self.grant.database.open_existing().await?;
        let granted = self.grant.store(&storage, &key, Unasked::Propose).await?;
        let (name, id) = (&granted.credential.name, granted.credential.id);
        print::say!(
            "This is the key \"{name}\" (id {id}). It is shown this once: put it where its client finds it."
        );
        print::ask_text(&abilities(&granted));
        print::print(&format!("{}\n", key.reveal()))
    }
}

impl Adopt {
    pub(super) async fn run(self) -> Result<()> {
        let key = match self.key {
            Some(key) if key != "-" => key,
            _ => secret::ask("Key: ")?,
        };
        let key = ApiKey::adopt(&key).context("this cannot be a key")?;
        let storage = self.grant.database.open_existing().await?;
        let granted = self.grant.store(&storage, &key, Unasked::None).await?;
        let (name, id) = (&granted.credential.name, granted.credential.id);
        print::print(&format!("adopted the key \"{name}\" as {id}\n"))?;
        print::ask_text(&abilities(&granted));
        Ok(())
    }
}
