//! `rankledger restore`: puts a backup in the place of the database.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use rankledger_storage::postgres::PostgresUrl;
use rankledger_storage::sqlite;
use tracing_subscriber::filter::LevelFilter;

use super::backup::{quoted, told};
use super::database::DatabaseArgs;
use super::log_output::log_directly;
use super::print;
use crate::config::DatabaseUrl;

#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The backup, which stays as it is
    from: PathBuf,
    #[command(flatten)]
    database: DatabaseArgs,
}

impl Restore {
    pub(super) fn run(self) -> Result<()> {
        log_directly(LevelFilter::ERROR)?;
        let database = match self.database.settings()?.database {
            DatabaseUrl::Sqlite(path) => path,
            DatabaseUrl::Postgres(url) => bail!(advice_for_postgres(&url, &self.from)),
        };
        let from = std::path::absolute(&self.from).context("cannot tell the folder that this runs in")?;
        let restored = sqlite::restore(&from, &database).context("nothing was restored")?;
        let mut text = format!("restored {} from {}\n", database.display(), from.display());
        text += &told(&restored.copied)?;
        if let Some(aside) = restored.put_aside {
            writeln!(text, "  put aside    {}", aside.display())?;
        }
        print::print(&text)
    }
}

/// Says how a database of PostgreSQL is brought back.
fn advice_for_postgres(url: &PostgresUrl, from: &Path) -> String {
    format!(
        "a PostgreSQL database is brought back by its own tools: stop all servers, make an empty database, and run \
         pg_restore --no-owner --exit-on-error --single-transaction --dbname={url} {} (the password: in ~/.pgpass or \
         PGPASSWORD)",
        quoted(from)
    )
}
