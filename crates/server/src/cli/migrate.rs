//! `rankledger migrate`: copies everything in one database into another that is empty, and compares the two.

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use rankledger_storage::transfer::{Copied, CopyError, Progress, copy};
use tracing_subscriber::filter::LevelFilter;

use super::log_output::log_directly;
use super::print;
use super::progress::Reporter;
use crate::config::DatabaseUrl;

#[derive(Debug, Args)]
pub(super) struct Migrate {
    /// The database to copy: `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/NAME`
    #[arg(long, env = "RANKLEDGER_MIGRATE_FROM", hide_env_values = true, value_name = "URL")]
    from: String,
    /// The empty database to copy it into, written in the same way; a file is made if it is not there
    #[arg(long, env = "RANKLEDGER_MIGRATE_TO", hide_env_values = true, value_name = "URL")]
    to: String,
}

impl Migrate {
    pub(super) async fn run(self) -> Result<()> {
        log_directly(LevelFilter::ERROR)?;
        let (from, to) = (database("--from", &self.from)?, database("--to", &self.to)?);
        if is_same(&from, &to) {
            bail!("--from and --to name the same database, {from}");
        }
        if !from.exists() {
            bail!("there is no database {from}");
        }
        let (source, target) = (from.open_whole().await?, to.open_to_fill().await?);
        let mut reporter = Reporter::new();
        let mut report = |Progress { step, done, total }: Progress| {
            reporter.report(&step.to_string(), done, total);
        };
        let copied = copy(source.as_ref(), target.as_ref(), &mut report).await;
        reporter.finish();
        let copied = copied.map_err(advise).with_context(|| format!("cannot copy {from} to {to}"))?;
        print::print(&in_words(&copied, &from, &to))
    }
}

/// Reads a flag. (clap would show the value in its error, with the password.)
fn database(flag: &str, text: &str) -> Result<DatabaseUrl> {
    text.parse().map_err(|error| anyhow!("{flag}: {error}"))
}

fn is_same(from: &DatabaseUrl, to: &DatabaseUrl) -> bool {
    match (from, to) {
        (DatabaseUrl::Sqlite(from), DatabaseUrl::Sqlite(to)) => {
            from == to || from.canonicalize().is_ok_and(|from| to.canonicalize().is_ok_and(|to| from == to))
        }
        _ => from.to_string() == to.to_string(),
    }
}

/// A copy that broke off can be carried on.
fn advise(error: CopyError) -> anyhow::Error {
    let can_go_on = matches!(error, CopyError::Storage(_) | CopyError::InTable { .. });
    let error = anyhow::Error::from(error);
    if can_go_on {
        error.context("it broke off; once the cause is mended, the same command goes on from there")
    } else {
        error
    }
}

fn in_words(copied: &Copied, from: &DatabaseUrl, to: &DatabaseUrl) -> String {
    let count = |number, one: &str, many: &str| format!("{number} {}", if number == 1 { one } else { many });
    format!(
        "{} {from} to {to}: {}, {}, {} in all. Every row is the same in both, and the history whole\n",
        if copied.was_resumed { "copied the rest of" } else { "copied" },
        count(copied.communities, "community", "communities"),
        count(copied.changes, "rank change", "rank changes"),
        count(copied.rows, "row", "rows"),
    )
}
