//! The command line: one file per command.

mod community;
mod demo;
mod import;
mod key;
mod openapi;
mod serve;
mod table;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand};
use rankledger_storage::communities::Community;
use rankledger_storage::{ReadTx, Storage};

use crate::config::{DatabaseUrl, Overrides, Settings};

/// The self-hosted rank service for game communities.
#[derive(Debug, Parser)]
#[command(name = "rankledger", version, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a throw-away community to try things on
    Demo(demo::Demo),
    /// Serve the API
    Serve(serve::Serve),
    /// Make and list communities
    #[command(subcommand)]
    Community(community::CommunityCommand),
    /// Make, adopt, list and revoke API keys
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Bring a community in from a YAML or JSON document
    Import(import::Import),
    /// Print the OpenAPI document of the API
    Openapi(openapi::Openapi),
}

/// Which database a command works on.
#[derive(Debug, Args)]
struct DatabaseArgs {
    /// Configuration file, in TOML
    #[arg(long, env = "RANKLEDGER_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where the data is: sqlite:PATH [default: sqlite:rankledger.db]
    #[arg(long, env = "RANKLEDGER_DATABASE", value_name = "URL")]
    database: Option<DatabaseUrl>,
}

impl DatabaseArgs {
    /// Opens the database, making it if it is not there.
    fn open(&self) -> Result<Arc<dyn Storage>> {
        Ok(self.url()?.open()?)
    }

    /// Opens the database, which must be there: a mistyped name is not to make one.
    fn open_existing(&self) -> Result<Arc<dyn Storage>> {
        let url = self.url()?;
        if !url.exists() {
            bail!(
                "there is no database {url}: make one with `rankledger community create`, or import a community"
            );
        }
        Ok(url.open()?)
    }

    fn url(&self) -> Result<DatabaseUrl> {
        let overrides = Overrides { database: self.database.clone(), ..Overrides::default() };
        Ok(Settings::load(self.config.as_deref(), overrides)?.database)
    }
}

/// The community with this public id, or an error that says which there are.
async fn find_community(tx: &mut dyn ReadTx, public_id: &str) -> Result<Community> {
    if let Some(community) = tx.community_by_public_id(public_id).await? {
        return Ok(community);
    }
    let known: Vec<_> = tx.communities().await?.into_iter().map(|community| community.public_id).collect();
    if known.is_empty() {
        bail!("there is no community yet: make one with `rankledger community create`, or import one");
    }
    bail!("there is no community \"{public_id}\"; there are: {}", known.join(", "))
}

/// Runs the command line of this process.
pub fn run() -> Result<()> {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the async runtime")?;
    let outcome = runtime.block_on(async {
        match cli.command {
            Command::Demo(command) => command.run().await,
            Command::Serve(command) => command.run().await,
            Command::Community(command) => command.run().await,
            Command::Key(command) => command.run().await,
            Command::Import(command) => command.run().await,
            Command::Openapi(command) => command.run(),
        }
    });
    // Whatever still hangs on a database that does not answer is not waited for.
    runtime.shutdown_background();
    outcome
}
