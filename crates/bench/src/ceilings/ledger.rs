//! Rankledger's own statements: rank changes through `ops`, in groups as the ledger writer makes them.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use rankledger_domain::time::Clock;
use rankledger_server::ops::actor::Actor;
use rankledger_server::system::{SystemClock, SystemIds};
use rankledger_storage::Storage;
use rankledger_storage::sqlite::SqliteStorage;
use tokio::runtime::Runtime;

use crate::changes::{Step, Target, run_group};
use crate::community::{PUBLIC_ID, RANKS, RANKS_OF_EVERYBODY};

/// A seeded database.
pub struct Ledger {
    storage: SqliteStorage,
    clock: SystemClock,
    runtime: Runtime,
    actor: Actor,
    /// The rank that each account was given here, if it was given one.
    given: Vec<Option<u8>>,
    random: fastrand::Rng,
}

impl Ledger {
    /// Opens a database that `seed` made with so many accounts, on which nothing was changed since.
    pub fn open(path: &Path, accounts: u32) -> Result<Self> {
        ensure!(path.exists(), "there is no {}: make it with `seed`", path.display());
        let storage = SqliteStorage::open(path)?;
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        let actor = runtime.block_on(seeded_actor(&storage))?;
        Ok(Self {
            storage,
            clock: SystemClock::default(),
            runtime,
            actor,
            given: vec![None; accounts as usize],
            random: fastrand::Rng::with_seed(1),
        })
    }

    /// Changes the ranks of random accounts, so many in one commit.
    pub fn run_group(&mut self, size: usize) -> Result<()> {
        let group: Vec<_> = (0..size).map(|_| self.next()).collect();
        let Self { storage, clock, runtime, actor, .. } = self;
        runtime.block_on(run_group(storage, &SystemIds, actor, &group, clock.now()))
    }

    /// Gives a random account a rank, or takes the one that it was given.
    fn next(&mut self) -> (Step, Target) {
        let index = self.random.usize(..self.given.len());
        let account = u32::try_from(index).expect("the length was a u32");
        let given = &mut self.given[index];
        if let Some(rank) = given.take() {
            return (Step::Take, Target { account, rank });
        }
        let rank = self.random.u8(RANKS_OF_EVERYBODY..RANKS);
        *given = Some(rank);
        (Step::Give, Target { account, rank })
    }
}

async fn seeded_actor(storage: &dyn Storage) -> Result<Actor> {
    let mut tx = storage.read().await?;
    let community = tx.community_by_public_id(PUBLIC_ID).await?;
    let community = community.context("the database was not made by `seed`")?;
    let credential = tx.credentials(community.id).await?.pop();
    let credential = credential.context("the database has lost its credential: make it anew with `seed`")?;
    Ok(Actor { credential, user: None, address: None })
}
