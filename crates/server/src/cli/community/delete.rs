//! `rankledger community delete`: a community goes for good. Nothing is deleted unless its full name is
//! given: only a backup brings it back.

use std::io::{BufRead, IsTerminal};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;
use rankledger_domain::ids::CommunityId;
use rankledger_storage::ReadTx;
use tokio::task::block_in_place;
use tracing_subscriber::filter::LevelFilter;

use crate::cli::database::{DatabaseArgs, find_community};
use crate::cli::log_output::log_directly;
use crate::cli::print::{self, count, harmless};
use crate::ops::Ledger;
use crate::ops::communities::{Extent, delete_community};
use crate::ops::import::is_taken_back;
use crate::ops::ledger::LedgerOptions;
use crate::system::{SystemClock, SystemIds};

#[derive(Debug, Args)]
pub(in crate::cli) struct Delete {
    /// The public id of the community
    id: String,
    /// Its full name, as `rankledger community list` shows it: without the name, nothing is deleted
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    database: DatabaseArgs,
}

impl Delete {
    pub(super) async fn run(self) -> Result<()> {
        log_directly(LevelFilter::ERROR)?;
        let storage = self.database.open_existing().await?;
        let Some(community) = self.settled(storage.read().await?.as_mut()).await? else { return Ok(()) };
        let (clock, ids) = (Arc::new(SystemClock::default()), Arc::new(SystemIds));
        let (ledger, writer) = Ledger::start(Arc::clone(&storage), clock, ids, LedgerOptions::default())?;
        let deleted = delete_community(&ledger, storage.as_ref(), community).await;
        block_in_place(|| writer.stop());
        let id = &self.id;
        let rows = deleted.with_context(|| {
            format!("the community {id} is hidden, but not all of it is deleted: run this again")
        })?;
        print::print(&format!("deleted the community {id}: {}\n", count(rows, "row")))
    }

    /// Returns the community to delete. `None` if it is not named in full.
    async fn settled(&self, tx: &mut dyn ReadTx) -> Result<Option<CommunityId>> {
        let unfinished = tx.unfinished_imports().await?;
        let begun = unfinished.iter().find(|(id, import)| *id == self.id && is_taken_back(import));
        if let Some((_, begun)) = begun {
            print::say!("the deletion of {} was cut off: it goes on", self.id);
            return Ok(Some(begun.community));
        }
        let community = find_community(tx, &self.id).await?;
        let Extent { members, changes, keys } = Extent::of(community.id, tx).await?;
        let (id, name) = (&community.public_id, harmless(&community.name));
        let number = |of: i64| usize::try_from(of).unwrap_or(usize::MAX);
        print::say!(
            "{id}, called \"{name}\": {}, {} and {} go for good, and its log; only a backup brings them back",
            count(number(members.into()), "member"),
            count(number(changes), "rank change"),
            count(keys, "key")
        );
        let given = match &self.name {
            Some(given) => given.clone(),
            None => block_in_place(typed_name)?,
        };
        if given.trim() == community.name {
            return Ok(Some(community.id));
        }
        if given.is_empty() {
            print::say!("nothing was deleted; to delete {id}, run it again with --name and its full name");
            return Ok(None);
        }
        bail!("nothing was deleted: {id} is not called \"{}\"", harmless(&given));
    }
}

/// Asks whoever sits at the terminal for the name of the community. Empty without a terminal.
fn typed_name() -> Result<String> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() || !std::io::stderr().is_terminal() {
        return Ok(String::new());
    }
    print::ask_text("Its full name, to delete it: ");
    let mut line = String::new();
    stdin.lock().read_line(&mut line).context("cannot read the answer")?;
    Ok(line.trim().to_owned())
}
