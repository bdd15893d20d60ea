//! `rankledger key create` and `rankledger key adopt`.

use anyhow::{Context, Result};
use clap::Args;
use rankledger_domain::api_key::ApiKey;
use rankledger_domain::ids::CredentialId;
use tokio::task::block_in_place;

use super::abilities::abilities;
use super::grant::{Grant, Unasked};
use crate::cli::client::target::Target;
use crate::cli::database::DatabaseArgs;
use crate::cli::print::{self, harmless};
use crate::cli::secret;
use crate::system::new_api_key;
use crate::wire::credentials::NewCredentialBody;

#[derive(Debug, Args)]
pub(in crate::cli) struct Create {
    #[command(flatten)]
    grant: Grant,
    #[command(flatten)]
    target: Target,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Adopt {
    #[command(flatten)]
    grant: Grant,
    /// The public id of the community that the key is for, in a database with several
    #[arg(long, value_name = "ID")]
    community: Option<String>,
    /// The key; if absent or `-`, the first line of standard input
    key: Option<String>,
    #[command(flatten)]
    database: DatabaseArgs,
}

impl Create {
    /// Prints the key alone to standard output, for scripts, and everything about it to standard error.
    pub(super) async fn run(self) -> Result<()> {
        match self.target {
            Target::Database { database, community } => in_database(self.grant, &database, community).await,
            Target::Server { .. } => block_in_place(|| on_server(&self.grant, self.target)),
        }
    }
}

async fn in_database(grant: Grant, database: &DatabaseArgs, community: Option<String>) -> Result<()> {
    let key = new_api_key().context("the operating system gave no random bits")?;
    let storage = database.open_existing().await?;
    let granted = grant.store(&storage, community.as_deref(), &key, Unasked::Propose).await?;
    show(&granted.credential.name, granted.credential.id);
    print::ask_text(&abilities(&granted));
    print::print(&format!("{}\n", key.reveal()))
}

/// Makes a key on a server: it can do at most what the key that makes it can.
fn on_server(grant: &Grant, target: Target) -> Result<()> {
    let body = grant.body()?;
    let reply = target.open()?.post("/v2/community/credentials", &body)?;
    let NewCredentialBody { credential, key } = reply.read()?;
    let key = key.context("the server did not show the key")?;
    show(&credential.name, credential.id);
    print::print(&format!("{}\n", harmless(&key)))
}

fn show(name: &str, id: CredentialId) {
    print::say!(
        "This is the key \"{name}\" (id {id}). It is shown this once: put it where its client finds it."
    );
}

impl Adopt {
    pub(super) async fn run(self) -> Result<()> {
        let key = match self.key {
            Some(key) if key != "-" => key,
            _ => secret::ask("Key: ")?,
        };
        let key = ApiKey::adopt(&key).context("this cannot be a key")?;
        let storage = self.database.open_existing().await?;
        let community = self.community.as_deref();
        let granted = self.grant.store(&storage, community, &key, Unasked::None).await?;
        let (name, id) = (&granted.credential.name, granted.credential.id);
        print::print(&format!("adopted the key \"{name}\" as {id}\n"))?;
        print::ask_text(&abilities(&granted));
        Ok(())
    }
}
