//! `cargo xtask bench`: Rankledger beside what it is compared with, measured in one run.

mod ceilings;
mod figures;
mod http;
mod import;
mod ledger;
mod load;
mod machine;
mod plan;
mod pocketbase;
mod process;
mod programs;
mod report;
mod scratch;
mod targets;

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use figures::{Figures, Part, What};
use ledger::{Ledger, Seeded};
use plan::Plan;
use pocketbase::PocketBase;
use programs::Programs;
use scratch::{Scratch, kept};

use crate::numbers::float;

/// Measures, prints the tables, and writes them into the page unless the run is a quick one.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let plan = Plan::read(args)?;
    let programs = Programs::prepare()?;
    let mut bench = Bench::prepare(&plan, &programs)?;
    for round in 0..plan.rounds {
        println!("xtask: round {} of {}", round + 1, plan.rounds);
        bench.round(round)?;
    }
    bench.once()?;
    let report = report::markdown(&plan, &bench.figures);
    println!("\n{report}");
    if plan.quick { Ok(()) } else { report::PAGE.write(&report) }
}

/// A run: what it measures with, and what it has measured.
struct Bench<'a> {
    plan: &'a Plan,
    programs: &'a Programs,
    scratch: Scratch,
    usual: Seeded,
    /// A copy, used by all rounds: it takes long to make.
    large: Option<Seeded>,
    peer: PathBuf,
    figures: Figures,
}

impl<'a> Bench<'a> {
    /// Seeds what is measured.
    fn prepare(plan: &'a Plan, programs: &'a Programs) -> Result<Self> {
        let scratch = Scratch::make()?;
        let (accounts, changes) = plan.usual;
        let usual = Seeded::make(programs, &scratch.path().join("seeded"), accounts, changes)?;
        let large = match plan.large {
            Some((accounts, changes)) => {
                let kept = kept().join(format!("large-{accounts}-{changes}"));
                let seeded = Seeded::make(programs, &kept, accounts, changes)?;
                let copy = scratch.copy(&seeded.folder, "large")?;
                Some(seeded.in_copy(copy))
            }
            None => None,
        };
        let peer = scratch.path().join("peer-seeded");
        PocketBase::seed(programs, &peer, accounts)?;
        Ok(Self { plan, programs, scratch, usual, large, peer, figures: Figures::default() })
    }

    /// Everything once, each on a fresh copy of what was seeded.
    fn round(&mut self, round: usize) -> Result<()> {
        let (programs, figures) = (self.programs, &mut self.figures);
        let (seconds, ceiling_seconds) = (self.plan.seconds, self.plan.ceiling_seconds);
        let copy = self.scratch.copy(&self.usual.folder, "ledger")?;
        usual(programs, &self.usual.in_copy(copy), seconds, figures)?;
        ceilings::fixed_bytes(programs, self.scratch.path(), ceiling_seconds, figures)?;
        let copy = self.scratch.copy(&self.usual.folder, "ceiling")?;
        ceilings::storage(programs, &self.usual.in_copy(copy), ceiling_seconds, figures)?;
        let copy = self.scratch.copy(&self.peer, "peer")?;
        let peer = PocketBase::start(programs, &copy, self.plan.usual.0)?;
        peer.measure(seconds, figures)?;
        peer.stop()?;
        if let Some(seeded) = &self.large {
            large(programs, seeded, seconds, round, figures)?;
        }
        Ok(())
    }

    /// What one figure is enough of.
    fn once(&mut self) -> Result<()> {
        let size = fs::metadata(self.programs.built("rankledger"))?.len();
        self.figures.add(What::Binary, Part::Single, float(size) / 1e6);
        import::measure(self.programs, self.scratch.path(), &mut self.figures)
    }
}

/// Rankledger on the usual database: few connections first, then, in a process of its own, many.
fn usual(programs: &Programs, seeded: &Seeded, seconds: u32, figures: &mut Figures) -> Result<()> {
    let ledger = Ledger::start(programs, seeded, seconds, (What::StartUp, figures))?;
    ledger.changes(What::Changes1, 1, 0, figures)?;
    ledger.changes(What::Changes16, 16, 1, figures)?;
    let group = ledger.stop()?;
    figures.add(What::Group16, Part::Single, group);

    let ledger = Ledger::start(programs, seeded, seconds, (What::StartUp, figures))?;
    ledger.changes(What::Changes64, 64, 2, figures)?;
    ledger.undos(What::Undos64, figures)?;
    ledger.reads("reads", What::Reads64, figures)?;
    ledger.reads("history", What::History64, figures)?;
    ledger.memory(What::Memory, figures)?;
    let group = ledger.stop()?;
    figures.add(What::Group64, Part::Single, group);
    Ok(())
}

/// Rankledger on the large database, which keeps what earlier rounds did: each round gives and takes a rank of its own.
fn large(
    programs: &Programs,
    seeded: &Seeded,
    seconds: u32,
    round: usize,
    figures: &mut Figures,
) -> Result<()> {
    let ledger = Ledger::start(programs, seeded, seconds, (What::LargeStartUp, figures))?;
    ledger.changes(What::LargeChanges64, 64, 2 * round, figures)?;
    ledger.reads("reads", What::LargeReads64, figures)?;
    ledger.reads("history", What::LargeHistory64, figures)?;
    ledger.rollback(10_000, 2 * round + 1, figures)?;
    ledger.memory(What::LargeMemory, figures)?;
    ledger.stop().map(drop)
}
