//! `cargo xtask bench --against COMMIT`: today's build beside that of another commit, both measured in one
//! run.

mod build;
mod commit;
pub(super) mod report;

use anyhow::Result;

use build::Build;
use commit::Commit;

use super::figures::Figures;
use super::plan::Plan;
use crate::measuring::postgres::Databases;
use crate::measuring::programs::Programs;
use crate::measuring::scratch::Scratch;
use crate::measuring::seeded::Seeded;

/// The database that the older build seeds, in PostgreSQL.
const SEEDED: &str = "seeded";

/// Measures both builds in turn and prints one table of ratios.
pub(super) fn run(plan: &Plan, commit: &str) -> Result<()> {
    let commit = Commit::find(commit)?;
    let programs = [Programs::prepare()?, commit.programs()?];
    let scratch = Scratch::make()?;
    // The older build seeds: the newer one can open what it has made, not the other way round.
    let older = &programs[usize::from(!commit.is_newer()?)];
    let seeded = Seeded::make(older, &scratch.path().join(SEEDED), plan.usual)?;
    let postgres = if plan.with_postgres() { Some(Databases::start()?) } else { None };
    let on_postgres = match &postgres {
        // In a folder of its own: that of the file says already that it is seeded.
        Some(databases) => {
            let folder = scratch.path().join("postgres");
            Some((databases, databases.seed(older, &folder, SEEDED, plan.usual)?))
        }
        None => None,
    };
    let build = |name: &'static str, programs| {
        let on_postgres = on_postgres.as_ref().map(|(databases, seeded)| (*databases, seeded));
        Build::prepare(name, programs, plan, &scratch, &seeded, on_postgres)
    };
    let [today, other] = &programs;
    let builds = [build("today", today)?, build("other", other)?];

    let mut figures = [Figures::default(), Figures::default()];
    for round in 0..plan.rounds {
        println!("xtask: round {} of {}", round + 1, plan.rounds);
        for index in order(round) {
            builds[index].round(&mut figures[index])?;
        }
    }
    println!("\n{}", report::markdown(plan, &commit, &figures));
    Ok(())
}

/// Which build is measured first in a round, and which second. The order alternates, so that a machine that
/// becomes slower or faster meanwhile favours neither.
pub(super) fn order(round: usize) -> [usize; 2] {
    if round.is_multiple_of(2) { [0, 1] } else { [1, 0] }
}
