//! Makes a database for the bench, and prints one line of JSON that says how to use it.

use std::cell::Cell;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use clap::Parser;
use rankledger_bench::community::{self, PUBLIC_ID, RANKS, rank_id};
use rankledger_bench::seeding::Seeding;
use rankledger_domain::time::Clock;
use rankledger_server::system::{SystemClock, SystemIds, new_api_key};
use rankledger_storage::Storage;
use rankledger_storage::sqlite::SqliteStorage;
use serde_json::json;

/// How long nothing is told of progress.
const BETWEEN_LINES: Duration = Duration::from_secs(5);

/// Makes a database with one community, its members and their history.
#[derive(Parser)]
struct Args {
    /// The database file to make
    #[arg(long, value_name = "PATH")]
    database: PathBuf,
    /// How many members the community has
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    accounts: u32,
    /// How many rank changes are recorded, those that the members begin with included: at least one each
    #[arg(long, value_name = "M", default_value_t = 0)]
    changes: u64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let Args { database, accounts, changes } = Args::parse();
    ensure!(!database.exists(), "{} is there already: name another file, or remove it", database.display());
    let storage = SqliteStorage::open(&database)?;
    let now = SystemClock::default().now();
    let key = new_api_key()?;

    let mut tx = storage.begin().await?;
    let actor = community::write(tx.as_mut(), &key, now).await?;
    tx.commit().await?;

    let progress = progress();
    let seeding = Seeding { storage: &storage, ids: &SystemIds, actor: &actor, now, progress: &progress };
    seeding.accounts(accounts).await?;
    let beginnings = u64::from(accounts);
    let recorded = seeding.changes(accounts, changes.saturating_sub(beginnings)).await?;

    let summary = json!({
        "apiKey": key.reveal(),
        "communityId": PUBLIC_ID,
        "bearer": format!("Bearer {}", key.reveal()),
        "rankIds": (0..RANKS).map(rank_id).collect::<Vec<_>>(),
        "accounts": accounts,
        "changes": beginnings + recorded,
    });
    println!("{summary}");
    Ok(())
}

/// Tells progress on standard error, every few seconds.
fn progress() -> impl Fn(&str, u64, u64) {
    let start = Instant::now();
    let told = Cell::new(start);
    move |what, done, total| {
        if told.get().elapsed() >= BETWEEN_LINES {
            told.set(Instant::now());
            eprintln!("seed: {done} of {total} {what} after {} s", start.elapsed().as_secs());
        }
    }
}
