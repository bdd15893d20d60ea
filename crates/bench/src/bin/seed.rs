//! Makes a database for the bench, and prints one line of JSON that says how to use it: `bearer` has what
//! each community is to be sent as `Authorization`, with commas between them.

use std::cell::Cell;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use clap::Parser;
use rankledger_bench::community::{self, RANKS, public_id, rank_id};
use rankledger_bench::seeding::Seeding;
use rankledger_domain::api_key::ApiKey;
use rankledger_domain::time::Clock;
use rankledger_server::config::DatabaseUrl;
use rankledger_server::system::{SystemClock, SystemIds, new_api_key};
use rankledger_storage::Storage;
use rankledger_storage::postgres::PostgresOptions;
use serde_json::json;

/// How long nothing is told of progress.
const BETWEEN_LINES: Duration = Duration::from_secs(5);

/// Makes a database with communities, their members and their history.
#[derive(Parser)]
struct Args {
    /// The database to make, `sqlite:PATH`; or a PostgreSQL database to fill, `postgres://...`, which is
    /// there and empty
    #[arg(long, value_name = "URL")]
    database: DatabaseUrl,
    /// How many communities there are, all alike
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    communities: u32,
    /// How many members each community has
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    accounts: u32,
    /// How many rank changes are recorded in each, those that the members begin with included: at least one
    /// for each member
    #[arg(long, value_name = "M", default_value_t = 0)]
    changes: u64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let args = Args::parse();
    if let DatabaseUrl::Sqlite(path) = &args.database {
        ensure!(!path.exists(), "{} is there already: name another file, or remove it", path.display());
    }
    let storage = args.database.open(PostgresOptions::default()).await?;
    let progress = progress();
    let mut bearers = Vec::new();
    let mut changes = 0;
    for index in 0..args.communities {
        let key = new_api_key()?;
        changes += seed(storage.as_ref(), &args, (index, &key), &progress).await?;
        bearers.push(format!("Bearer {}", key.reveal()));
    }

    let summary = json!({
        "communityIds": (0..args.communities).map(public_id).collect::<Vec<_>>(),
        "bearer": bearers.join(","),
        "rankIds": (0..RANKS).map(rank_id).collect::<Vec<_>>(),
        "accounts": args.accounts,
        "changes": changes,
    });
    println!("{summary}");
    Ok(())
}

/// Makes the community at this place, with this key. Answers how many changes it has.
async fn seed(
    storage: &dyn Storage,
    args: &Args,
    (index, key): (u32, &ApiKey),
    progress: &dyn Fn(&str, u64, u64),
) -> Result<u64> {
    let now = SystemClock::default().now();
    let mut tx = storage.begin().await?;
    let actor = community::write(tx.as_mut(), &public_id(index), key, now).await?;
    tx.commit().await?;
    let seeding = Seeding { storage, ids: &SystemIds, actor: &actor, now, progress };
    seeding.accounts(args.accounts).await?;
    let beginnings = u64::from(args.accounts);
    Ok(beginnings + seeding.changes(args.accounts, args.changes.saturating_sub(beginnings)).await?)
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
