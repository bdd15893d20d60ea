//! `rankledger backup`: copies the database while others write to it, and checks the copy.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use rankledger_domain::time::Clock;
use rankledger_storage::postgres::PostgresUrl;
use rankledger_storage::sqlite::{self, Copied};
use tracing_subscriber::filter::LevelFilter;

use super::database::DatabaseArgs;
use super::log_output::log_directly;
use super::moment::in_words;
use super::print;
use crate::config::DatabaseUrl;
use crate::system::SystemClock;

#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The file to make; or a folder, for a file there that is named after the time
    to: PathBuf,
    #[command(flatten)]
    database: DatabaseArgs,
}

impl Backup {
    pub(super) fn run(self) -> Result<()> {
        log_directly(LevelFilter::ERROR)?;
        let database = match self.database.settings()?.database {
            DatabaseUrl::Sqlite(path) => path,
            DatabaseUrl::Postgres(url) => bail!(advice_for_postgres(&url, &self.to)),
        };
        let to = std::path::absolute(&self.to).context("cannot tell the folder that this runs in")?;
        let to = if to.is_dir() { to.join(name_of_now()) } else { to };
        let copied = sqlite::back_up(&database, &to).context("no backup was made")?;
        let text = format!("backed up {} to {}\n{}", database.display(), to.display(), told(&copied)?);
        print::print(&text)
    }
}

/// The name of a backup that is made now.
fn name_of_now() -> String {
    SystemClock::default().now().strftime("rankledger-%Y%m%dT%H%M%SZ.db").to_string()
}

/// Returns what was found in a copy, for people.
pub(super) fn told(copied: &Copied) -> Result<String> {
    let mut text = String::new();
    writeln!(text, "  size         {} bytes", copied.bytes)?;
    let Some(ledgers) = &copied.ledgers else {
        text +=
            "  checked      the file is sound; the history can be checked once this version has opened it\n";
        return Ok(text);
    };
    writeln!(text, "  checked      the file is sound, and every history in it is whole")?;
    for ledger in ledgers {
        writeln!(text, "  {:<11}  up to change {}", print::harmless(&ledger.community), ledger.last)?;
    }
    if let Some(newest) = copied.newest {
        writeln!(text, "  newest       {} UTC", in_words(newest))?;
    }
    Ok(text)
}

/// Says how a database of PostgreSQL is backed up.
fn advice_for_postgres(url: &PostgresUrl, to: &Path) -> String {
    format!(
        "a PostgreSQL database is backed up by its own tools, also while servers run: \
         pg_dump --format=custom --file={} {url} (the password: in ~/.pgpass or PGPASSWORD); \
         `rankledger verify` then checks a copy that pg_restore has brought back",
        quoted(to)
    )
}

/// A path as a shell takes it for one word.
pub(super) fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+:@%".contains(c);
    if text.chars().all(is_plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
