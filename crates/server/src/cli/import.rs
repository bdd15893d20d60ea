//! `rankledger import`: bring a community in from a document or from the hosted original, or members from a
//! table; tell which imports are unfinished, and take one back.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use rankledger_domain::time::{Clock, wire_format};
use rankledger_storage::Storage;
use rankledger_storage::sqlite::SqliteStorage;
use rankledger_storage::unfinished_imports::UnfinishedImport;
use tokio::task::block_in_place;
use tracing_subscriber::filter::LevelFilter;

use super::database::{DatabaseArgs, choose_community};
use super::hosted::FromHosted;
use super::log_output::log_directly;
use super::print;
use crate::ops::Ledger;
use crate::ops::import::{
    Columns, DateOrder, Document, Mapping, Table, import_alone, is_taken_back, preview, take_back,
    unfinished_imports,
};
use crate::ops::ledger::LedgerOptions;
use crate::system::{SystemClock, SystemIds};

#[derive(Debug, Args)]
pub(super) struct Import {
    /// A document that describes a community (JSON if its name ends in .json, else YAML), or a table of
    /// members (its name ends in .csv or .tsv)
    #[arg(value_name = "FILE", required_unless_present_any = ["status", "take_back", "from_hosted"])]
    file: Option<PathBuf>,
    /// Only say what the import would do, and write nothing
    #[arg(long, requires = "file")]
    dry_run: bool,
    /// Also give members who are stored already the ranks and the status that the file, or the hosted
    /// original, says
    #[arg(long, conflicts_with_all = ["status", "take_back"])]
    update: bool,
    /// Say which column of a table holds what, such as name=Member; once for each column. The fields are
    /// name, discord, ranks, department, joined and reason
    #[arg(long = "map", value_name = "FIELD=COLUMN", requires = "file")]
    mappings: Vec<Mapping>,
    /// Whether dates such as 01/02/2026 in a table are day-first or month-first
    #[arg(long, value_name = "ORDER", requires = "file")]
    dates: Option<DateOrder>,
    /// Only tell which imports were cut off, or are under way
    #[arg(long, conflicts_with_all = ["file", "take_back"])]
    status: bool,
    /// Take back the unfinished import that makes this community: delete all that it has written
    #[arg(long, value_name = "ID", conflicts_with = "file")]
    take_back: Option<String>,
    /// The community that the members of a table belong to, in a database with several; or the one that is
    /// read from the hosted original, and has the same id here
    #[arg(long, value_name = "ID", conflicts_with_all = ["status", "take_back"])]
    community: Option<String>,
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    hosted: FromHosted,
}

/// What a file holds.
enum Source {
    /// A document that describes a community.
    Document(Box<Document>),
    /// A table of members, and its columns.
    Table(Table, Columns),
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
        let source = self.read(file).with_context(in_file)?;
        let scratch = tempfile::tempdir().context("cannot make a temporary folder")?;
        let storage = self.storage(&source, scratch.path()).await?;
        let document = self.document(source, storage.as_ref()).await.with_context(in_file)?;
        let document = document.updating(self.update);
        if self.dry_run {
            let now = SystemClock::default().now();
            let preview = preview(storage.as_ref(), &document, now).await.with_context(in_file)?;
            return print::print(&preview.to_string());
        }
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

    /// Reads the document or the table.
    fn read(&self, file: &Path) -> Result<Source> {
        if Table::is_named(file) {
            let table = Table::read(file)?;
            let columns = Columns::of(&table, &self.mappings)?;
            return Ok(Source::Table(table, columns));
        }
        let has_community = self.community.is_some() && !self.hosted.is_asked;
        if !self.mappings.is_empty() || self.dates.is_some() || has_community {
            bail!("--map, --dates and --community are for tables, whose names end in .csv or .tsv");
        }
        Ok(Source::Document(Box::new(Document::read(file)?)))
    }

    /// Opens the database. A dry run makes none: it looks at an empty one in a folder that is thrown away.
    async fn storage(&self, source: &Source, scratch: &Path) -> Result<Arc<dyn Storage>> {
        match (self.dry_run, source) {
            (false, Source::Document(_)) => self.database.open().await,
            (true, Source::Document(_)) if !self.database.settings()?.database.exists() => {
                Ok(Arc::new(SqliteStorage::open(&scratch.join("empty.db"))?))
            }
            (true, _) => self.database.open_to_read().await,
            (false, Source::Table(..)) => self.database.open_existing().await,
        }
    }

    /// Returns the document to be imported; of a table, one for the community that its members belong to.
    async fn document(&self, source: Source, storage: &dyn Storage) -> Result<Document> {
        let (table, columns) = match source {
            Source::Document(document) => return Ok(*document),
            Source::Table(table, columns) => (table, columns),
        };
        print::say!("{}", columns_in_words(&columns));
        let mut tx = storage.read().await?;
        let community = choose_community(tx.as_mut(), self.community.as_deref()).await?;
        Ok(table.document(&columns, self.dates, &community, tx.as_mut()).await?)
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

/// Says which columns of a table are read, and which are not.
fn columns_in_words(columns: &Columns) -> String {
    let unread: Vec<_> = columns.unread().iter().map(|name| format!("\"{name}\"")).collect();
    let read = columns.in_words();
    match unread.as_slice() {
        [] => format!("columns: {read}"),
        unread => format!("columns: {read}; not read: {}", unread.join(", ")),
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
