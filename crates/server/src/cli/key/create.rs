//! `rankledger key create` and `rankledger key adopt`.

use std::io::{BufRead, IsTerminal, Write};

use anyhow::{Context, Result, bail};
use clap::Args;
use rankledger_domain::api_key::{ApiKey, MIN_ADOPTED_LENGTH};

use super::abilities::abilities;
use super::grant::{Grant, Unasked};
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
        eprintln!(
            "This is the key \"{name}\" (id {id}). It is shown this once: put it where its client finds it."
        );
        eprint!("{}", abilities(&granted));
        writeln!(std::io::stdout(), "{}", key.reveal())?;
        Ok(())
    }
}

impl Adopt {
    pub(super) async fn run(self) -> Result<()> {
        let key = match self.key {
            Some(key) if key != "-" => key,
            _ => read_key()?,
        };
        if key.chars().count() < MIN_ADOPTED_LENGTH {
            bail!("the key is too short to be safe: it needs at least {MIN_ADOPTED_LENGTH} characters");
        }
        let key = ApiKey::parse(&key).context("this cannot be a key")?;
        let storage = self.grant.database.open_existing().await?;
        let granted = self.grant.store(&storage, &key, Unasked::None).await?;
        let (name, id) = (&granted.credential.name, granted.credential.id);
        writeln!(std::io::stdout(), "adopted the key \"{name}\" as {id}")?;
        eprint!("{}", abilities(&granted));
        Ok(())
    }
}

/// The first line of standard input, without the white space around it.
fn read_key() -> Result<String> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprint!("Key: ");
    }
    let mut line = String::new();
    stdin.lock().read_line(&mut line).context("cannot read the key from standard input")?;
    Ok(line.trim().to_owned())
}
