//! The command line: one file per command.

mod acting;
mod backup;
mod ban;
mod checkpoint;
mod client;
mod community;
mod completions;
mod confirm;
mod console;
mod database;
mod demo;
mod diff;
mod doctor;
mod export;
mod filter;
mod find;
mod flows;
mod freeze;
mod guard;
mod history;
mod holdings;
mod hosted;
mod import;
mod key;
mod log;
mod log_output;
mod man_pages;
mod mask;
mod member;
mod members;
mod migrate;
mod moment;
mod names;
mod newest;
mod openapi;
mod output;
mod print;
mod progress;
mod promote;
mod prune;
mod rank;
mod ranks;
mod restore;
mod rollback;
mod secret;
mod serve;
mod setup;
mod spreadsheet;
mod table;
mod undo;
mod verify;
mod webhook;

use std::io;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use tokio::task::block_in_place;

/// The name of the program.
const NAME: &str = "rankledger";

/// The self-hosted rank service for game communities.
#[derive(Debug, Parser)]
#[command(name = NAME, version, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a throw-away community to try things on
    Demo(demo::Demo),
    /// Set a server up on this machine: asks four questions, and leaves it running
    Setup(setup::Setup),
    /// Serve the API
    Serve(serve::Serve),
    /// Check that `serve` would work with the same options, and say what is in its way
    Doctor(doctor::Doctor),
    /// Make, list, rename and delete communities, and write down their game servers
    #[command(subcommand)]
    Community(community::CommunityCommand),
    /// Make, adopt, list and revoke API keys
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Sign in to the console, and list and end its sessions
    #[command(subcommand)]
    Console(console::ConsoleCommand),
    /// Bring in a community from a document or the hosted original, or members from a spreadsheet
    Import(import::Import),
    /// List the members, and what they hold
    Members(members::Members),
    /// Show one member in full, and the newest changes of their ranks
    Member(member::Member),
    /// Promote members by a promotion flow
    Promote(promote::Promote),
    /// Demote members: run a promotion flow in reverse
    Demote(promote::Demote),
    /// Give ranks to a member, or take them away
    #[command(subcommand)]
    Rank(rank::RankCommand),
    /// List the departments and their ranks
    Ranks(ranks::Ranks),
    /// List the promotion flows
    Flows(flows::Flows),
    /// Ban a member
    Ban(ban::Ban),
    /// Lift the ban of a member
    Unban(ban::Unban),
    /// Freeze the community: nobody changes ranks or standing until the freeze is lifted
    Freeze(freeze::Freeze),
    /// Lift the freeze of the community
    Unfreeze(freeze::Unfreeze),
    /// Show or set the guard: how much anybody may take away in a minute and in an hour
    Guard(guard::Guard),
    /// List the rank changes, newest first; count them; or show one in full
    History(history::History),
    /// Show who stands differently now than at some time
    Diff(diff::Diff),
    /// List what was done besides rank changes, newest first: bans, keys, ranks, settings
    Log(log::Log),
    /// Undo one rank change
    Undo(undo::Undo),
    /// Undo all that somebody did: shows it first, then asks
    Rollback(rollback::Rollback),
    /// Write the history to a file
    Export(export::Export),
    /// Check that nobody altered the history, and that all members hold the ranks that it leads to
    Verify(verify::Verify),
    /// Print a signed checkpoint of the history: keep it elsewhere, and `verify` proves that nothing changed
    Checkpoint(checkpoint::Checkpoint),
    /// Delete the beginning of a history, for good
    Prune(prune::Prune),
    /// Subscribe receivers to events, and show what became of the deliveries
    #[command(subcommand)]
    Webhook(webhook::WebhookCommand),
    /// Copy the database into a file while a server runs on it, and check the copy
    Backup(backup::Backup),
    /// Put a backup in the place of the database, and keep the old database beside it
    Restore(restore::Restore),
    /// Copy a database into an empty one: from SQLite to PostgreSQL, or back
    Migrate(migrate::Migrate),
    /// Print the OpenAPI document of the API
    Openapi(openapi::Openapi),
    /// Print what a shell needs to complete commands and options
    Completions(completions::Completions),
    /// Write the pages of the manual
    ManPages(man_pages::ManPages),
}

/// Runs the command line of this process, and prints an error in one line. Returns its exit code.
pub fn run() -> ExitCode {
    run_command().unwrap_or_else(|error| {
        print::say!("error: {error:#}");
        ExitCode::FAILURE
    })
}

fn run_command() -> Result<ExitCode> {
    let cli = Cli::try_parse().unwrap_or_else(|error| mask::mask(error).exit());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the async runtime")?;
    let outcome = runtime.block_on(cli.command.run());
    // Work that still waits for a database that does not answer is abandoned.
    runtime.shutdown_background();
    match outcome {
        Err(error) if is_closed_pipe(&error) => Ok(ExitCode::SUCCESS),
        outcome => outcome,
    }
}

/// Whether the reader of the output stopped reading, as in `rankledger history | head`.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    causes.any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

impl Command {
    async fn run(self) -> Result<ExitCode> {
        match self {
            Self::Demo(command) => return command.run().await,
            Self::Setup(command) => command.run().await,
            Self::Serve(command) => return command.run().await,
            Self::Doctor(command) => return command.run().await,
            Self::Community(command) => command.run().await,
            Self::Key(command) => command.run().await,
            Self::Console(command) => command.run().await,
            Self::Import(command) => command.run().await,
            Self::Members(command) => block_in_place(|| command.run()),
            Self::Member(command) => block_in_place(|| command.run()),
            Self::Promote(command) => block_in_place(|| command.run()),
            Self::Demote(command) => block_in_place(|| command.run()),
            Self::Rank(command) => block_in_place(|| command.run()),
            Self::Ranks(command) => block_in_place(|| command.run()),
            Self::Flows(command) => block_in_place(|| command.run()),
            Self::Ban(command) => block_in_place(|| command.run()),
            Self::Unban(command) => block_in_place(|| command.run()),
            Self::Freeze(command) => block_in_place(|| command.run()),
            Self::Unfreeze(command) => block_in_place(|| command.run()),
            Self::Guard(command) => block_in_place(|| command.run()),
            Self::History(command) => block_in_place(|| command.run()),
            Self::Diff(command) => block_in_place(|| command.run()),
            Self::Log(command) => block_in_place(|| command.run()),
            Self::Undo(command) => block_in_place(|| command.run()),
            Self::Rollback(command) => block_in_place(|| command.run()),
            Self::Export(command) => block_in_place(|| command.run()),
            Self::Verify(command) => return Ok(block_in_place(|| command.run())),
            Self::Checkpoint(command) => block_in_place(|| command.run()),
            Self::Prune(command) => command.run().await,
            Self::Webhook(command) => block_in_place(|| command.run()),
            Self::Backup(command) => block_in_place(|| command.run()),
            Self::Restore(command) => block_in_place(|| command.run()),
            Self::Migrate(command) => command.run().await,
            Self::Openapi(command) => command.run(),
            Self::Completions(command) => command.run(),
            Self::ManPages(command) => command.run(),
        }
        .map(|()| ExitCode::SUCCESS)
    }
}
