//! `rankledger import`: bring a community in from a document, or from the hosted original; tell which imports
//! are unfinished, and take one back.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use rankledger_domain::time::wire_format;
use rankledger_storage::Storage;
use rankledger_storage::unfinished_imports::UnfinishedImport;
use tokio::task::block_in_place;
use tracing_subscriber::filter::LevelFilter;

use super::database::DatabaseArgs;
use super::hosted::FromHosted;
use super::log_output::log_directly;
use super::print;
use crate::ops::Ledger;
use crate::ops::import::{Document, import_alone, is_taken_back, take_back, unfinished_imports};
use crate::ops::ledger::LedgerOptions;
use crate::system::{SystemClock, SystemIds};

#[derive(Debug, Args)]
pub(super) struct Import {
    /// The document: JSON if its name ends in .json, else YAML
    #[arg(value_name = "FILE", required_unless_present_any = ["status", "take_back", "from_hosted"])]
    file: Option<PathBuf>,
    /// Only tell which imports were cut off, or are under way
    #[arg(long, conflicts_with_all = ["file", "take_back"])]
    status: bool,
    /// Take back the unfinished import that makes this community: delete all that it has written
    #[arg(long, value_name = "ID", conflicts_with = "file")]
    take_back: Option<String>,
    /// The id of the community that is read from the hosted original. Here it has the same
    #[arg(long, value_name = "ID", requires = "from_hosted", conflicts_with_all = ["file", "status", "take_back"])]
    community: Option<String>,
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    hosted: FromHosted,
}

impl Import {
    pub(super) async fn run(self) -> Result<()> {
        log_directly(LevelFilter::ERROR)?;
        match (&self.file, &self.take_back) {
            (Some(file), _) => self.import(file).await,
            (None, Some(community)) => self.take_back(community).await,
            (None, None) if self.hosted.is_asked => self.import_hosted().await,
            (None, None) => self.status().await,
        }
    }

    async fn import(&self, file: &Path) -> Result<()> {
        let in_file = || format!("cannot import {}", file.display());
        let document = Document::read(file).with_context(in_file)?;
        let storage = self.database.open().await?;
        let bar = progress_bar();
        let progress = |done: usize, total: usize| {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        };
        let (clock, ids) = (Arc::new(SystemClock::default()), Arc::new(SystemIds));
        let imported = import_alone(storage, Arc::new(document), clock, ids, progress).await;
        bar.finish_and_clear();
        print::print(&format!("{}\n", imported.with_context(in_file)?))
    }

    async fn import_hosted(&self) -> Result<()> {
        match block_in_place(|| self.hosted.run(self.community.as_deref(), &self.database))? {
            Some(document) => self.import(&document).await,
            None => Ok(()),
        }
    }

    async fn status(&self) -> Result<()> {
        let storage = self.database.open_existing().await?;
        let all = unfinished_imports(storage.as_ref()).await?;
        if all.is_empty() {
            return print::print("no import is unfinished\n");
        }
        all.iter().try_for_each(|(community, import)| print::print(&in_words(community, import)))
    }

    async fn take_back(&self, community: &str) -> Result<()> {
        let storage: Arc<dyn Storage> = self.database.open_existing().await?;
        let (clock, ids) = (Arc::new(SystemClock::default()), Arc::new(SystemIds));
        let (ledger, writer) = Ledger::start(Arc::clone(&storage), clock, ids, LedgerOptions::default())?;
        let taken_back = take_back(&ledger, storage.as_ref(), community).await;
        tokio::task::block_in_place(|| writer.stop());
        let rows = print::count(taken_back?.rows, "row");
        print::print(&format!("took back the import of {community}: deleted {rows}\n"))
    }
}

/// Describes an unfinished import, and says how to finish it or take it back.
fn in_words(community: &str, import: &UnfinishedImport) -> String {
    let (begun, accounts) = (wire_format(import.begun_at), import.written.accounts);
    let hash = data_encoding::HEXLOWER.encode(&import.document);
    let way_out = if is_taken_back(import) {
        format!("It is being taken back: finish that with `rankledger import --take-back {community}`.")
    } else if import.makes_community {
        format!(
            "Nobody finds the community yet. Import the document again to finish it, or take it back with \
             `rankledger import --take-back {community}`."
        )
    } else {
        "Import the document again to finish it.".to_owned()
    };
    format!(
        "{community}: an import that began at {begun} is unfinished, {accounts} accounts are written. {way_out}\n  \
         SHA-256 of the document: {hash}\n"
    )
}

/// Returns a bar on standard error, which is drawn only on a terminal.
fn progress_bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} accounts, {eta} to go");
    ProgressBar::new(0).with_style(style.expect("the template is a constant that indicatif reads"))
}
