//! `cargo xtask bench`: Rankledger beside what it is compared with, measured in one run.

mod against;
mod ceilings;
mod events;
mod figures;
mod import;
mod ledger;
mod plan;
mod pocketbase;
mod postgres;
mod receiver;
mod record;
mod report;
mod targets;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use figures::{Figures, Part, What};
use ledger::Ledger;
use plan::{Parts, Plan};
use pocketbase::PocketBase;
use postgres::OnPostgres;

use rankledger_instances::Disk;

use crate::measuring::programs::Programs;
use crate::measuring::scratch::{Scratch, kept};
use crate::measuring::seeded::Seeded;
use crate::numbers::float;

/// Measures, prints the tables, and writes them into the page if the run was a whole one.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let plan = Plan::read(args)?;
    if let Some(commit) = &plan.against {
        return against::run(&plan, commit);
    }
    let programs = Programs::prepare()?;
    let scratch = Scratch::make()?;
    let mut figures = Figures::default();
    let bench = match plan.parts {
        Parts::Postgres => None,
        Parts::All | Parts::WithoutPostgres => Some(Bench::prepare(&plan, &programs, &scratch)?),
    };
    let on_postgres = match plan.parts {
        Parts::WithoutPostgres => None,
        Parts::All | Parts::Postgres => Some(OnPostgres::prepare(&plan, &programs, scratch.path())?),
    };
    for round in 0..plan.rounds {
        println!("xtask: round {} of {}", round + 1, plan.rounds);
        if let Some(bench) = &bench {
            bench.round(round, &mut figures)?;
        }
        if let Some(on_postgres) = &on_postgres {
            on_postgres.round(&mut figures)?;
        }
    }
    if let Some(bench) = &bench {
        bench.once(&mut figures)?;
    }
    let report = report::markdown(&plan, &figures);
    println!("\n{report}");
    if plan.parts == Parts::All { report::PAGE.write(&report) } else { Ok(()) }
}

/// How much slower the slow disk is. A quick disk hides what a commit costs.
const SLOWNESS: Duration = Duration::from_millis(2);

/// The databases and programs for all measurements but those on PostgreSQL.
struct Bench<'a> {
    plan: &'a Plan,
    programs: &'a Programs,
    scratch: &'a Scratch,
    usual: Seeded,
    /// A copy, used by all rounds: it takes long to make.
    large: Option<Seeded>,
    /// PocketBase, and its folder.
    peer: (PathBuf, PathBuf),
}

impl<'a> Bench<'a> {
    /// Seeds what is measured.
    fn prepare(plan: &'a Plan, programs: &'a Programs, scratch: &'a Scratch) -> Result<Self> {
        let usual = Seeded::make(programs, &scratch.path().join("seeded"), plan.usual)?;
        let large = match plan.large {
            Some(size) => {
                let kept = kept().join(format!("large-{}-{}", size.accounts, size.changes));
                let seeded = Seeded::make(programs, &kept, size)?;
                let copy = scratch.copy(&seeded.folder, "large")?;
                Some(seeded.in_copy(copy))
            }
            None => None,
        };
        let (program, folder) = (pocketbase::program()?, scratch.path().join("peer-seeded"));
        PocketBase::seed(&program, &folder, plan.usual.accounts)?;
        Ok(Self { plan, programs, scratch, usual, large, peer: (program, folder) })
    }

    /// Everything once, each on a fresh copy of what was seeded.
    fn round(&self, round: usize, figures: &mut Figures) -> Result<()> {
        let programs = self.programs;
        let (seconds, ceiling_seconds) = (self.plan.seconds, self.plan.ceiling_seconds);
        let copy = self.scratch.copy(&self.usual.folder, "ledger")?;
        usual(programs, &self.usual.in_copy(copy), seconds, figures)?;
        let copy = self.scratch.copy(&self.usual.folder, "events")?;
        let seeded = self.usual.in_copy(copy);
        events::idle(programs, &seeded, seconds, figures)?;
        events::arrival(programs, &seeded, figures)?;
        ceilings::fixed_bytes(programs, self.scratch.path(), ceiling_seconds, figures)?;
        let copy = self.scratch.copy(&self.usual.folder, "ceiling")?;
        ceilings::storage(programs, &self.usual.in_copy(copy), ceiling_seconds, figures)?;
        let (program, folder) = &self.peer;
        let copy = self.scratch.copy(folder, "peer")?;
        let peer = PocketBase::start(program, &copy, self.plan.usual.accounts)?;
        peer.measure(seconds, figures)?;
        peer.stop()?;
        if let Some(seeded) = &self.large {
            large(programs, seeded, seconds, round, figures)?;
        }
        Ok(())
    }

    /// Measures what needs one round only: the size of the binary, and an import.
    fn once(&self, figures: &mut Figures) -> Result<()> {
        let size = fs::metadata(self.programs.built("rankledger"))?.len();
        figures.add(What::Binary, Part::Single, float(size) / 1e6);
        import::measure(self.programs, self.scratch.path(), (What::Import, 100_000), figures)
    }
}

/// Rankledger on the usual database: few connections first, then, in a process of its own, many.
fn usual(programs: &Programs, seeded: &Seeded, seconds: u32, figures: &mut Figures) -> Result<()> {
    let ledger = Ledger::start(programs, seeded, seconds, Some((What::StartUp, figures)))?;
    ledger.changes(What::Changes1, 1, 0, figures)?;
    ledger.changes(What::Changes16, 16, 1, figures)?;
    let group = ledger.stop()?;
    figures.add(What::Group16, Part::Single, group);

    let ledger = Ledger::start(programs, seeded, seconds, Some((What::StartUp, figures)))?;
    ledger.changes(What::Changes64, 64, 2, figures)?;
    ledger.undos(What::Undos64, figures)?;
    ledger.reads("reads", What::Reads64, figures)?;
    ledger.reads("history", What::History64, figures)?;
    ledger.memory(What::Memory, figures)?;
    let group = ledger.stop()?;
    figures.add(What::Group64, Part::Single, group);

    let disk = Disk::make(&seeded.folder)?.slowed_by(SLOWNESS);
    let ledger = Ledger::start_on(&disk, programs, seeded, seconds)?;
    ledger.changes(What::SlowChanges64, 64, 3, figures)?;
    ledger.stop().map(drop)
}

/// Measures Rankledger on the large database, which keeps the changes of earlier rounds: each round gives
/// and takes a rank of its own.
fn large(
    programs: &Programs,
    seeded: &Seeded,
    seconds: u32,
    round: usize,
    figures: &mut Figures,
) -> Result<()> {
    let ledger = Ledger::start(programs, seeded, seconds, Some((What::LargeStartUp, figures)))?;
    ledger.changes(What::LargeChanges64, 64, 2 * round, figures)?;
    ledger.reads("reads", What::LargeReads64, figures)?;
    ledger.reads("history", What::LargeHistory64, figures)?;
    ledger.rollback(10_000, 2 * round + 1, figures)?;
    ledger.memory(What::LargeMemory, figures)?;
    ledger.stop().map(drop)
}
