//! Measures what the storage does without HTTP, and prints one line of JSON: operations a second by how
//! many share a commit, and the median time of a bare sync.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use rankledger_bench::ceilings::ledger::Ledger;
use rankledger_bench::ceilings::plain::Plain;
use rankledger_bench::ceilings::{rate, sync};
use serde_json::{Map, Value, json};

const PLAIN_GROUPS: [usize; 2] = [1, 64];

const LEDGER_GROUPS: [usize; 4] = [1, 16, 64, 256];

/// Measures what the storage does without HTTP.
#[derive(Parser)]
struct Args {
    /// A copy of a database that `seed` made: it is changed
    #[arg(long, value_name = "PATH")]
    database: PathBuf,
    /// How many accounts it has
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    accounts: u32,
    /// How long each of the seven figures is measured
    #[arg(long, value_name = "S", value_parser = seconds)]
    seconds: Duration,
}

fn seconds(text: &str) -> Result<Duration> {
    Duration::try_from_secs_f64(text.parse()?).context("say a number of seconds, such as 2 or 0.5")
}

fn main() -> Result<()> {
    let Args { database, accounts, seconds } = Args::parse();
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = tempfile::tempdir_in(folder.unwrap_or(Path::new(".")))
        .context("cannot make a temporary folder beside the database")?;

    let sync = sync::median(&folder.path().join("pages"), seconds)?;
    let mut plain = Plain::create(&folder.path().join("plain.db"), accounts)?;
    let plain = by_group(&PLAIN_GROUPS, |size| rate(size, seconds, |size| plain.run_group(size)))?;
    let mut ledger = Ledger::open(&database, accounts)?;
    let ledger = by_group(&LEDGER_GROUPS, |size| rate(size, seconds, |size| ledger.run_group(size)))?;

    let sync = sync.as_secs_f64() * 1e6;
    println!("{}", json!({ "plain": plain, "ledger": ledger, "syncMicroseconds": sync }));
    Ok(())
}

fn by_group(sizes: &[usize], mut measure: impl FnMut(usize) -> Result<f64>) -> Result<Map<String, Value>> {
    sizes.iter().map(|&size| Ok((size.to_string(), json!(measure(size)?)))).collect()
}
