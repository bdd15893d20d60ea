//! `cargo xtask capacity`: from measured service times and a load to the machines that it needs, by
//! simulation.

mod agenda;
mod arguments;
mod load;
mod measure;
mod outcome;
mod plan;
mod report;
mod service_times;
mod simulation;
mod stations;
mod system;
#[cfg(test)]
mod tests;

use std::thread;

use anyhow::Result;

use arguments::Arguments;
use load::Load;
use plan::{Backend, Plan, Planner};
use service_times::ServiceTimes;

/// Plans for the load of the arguments and prints the plan. Without arguments it plans for three sizes, and
/// writes that into the page. With `--measure` alone it measures what plans rest on.
pub(crate) fn run(args: &[String]) -> Result<()> {
    if args == ["--measure"] {
        return measure::run();
    }
    let arguments = Arguments::read(args)?;
    let times = ServiceTimes::read()?;
    let report = report::markdown(&arguments, &times, &plans(&arguments, &times));
    println!("{report}");
    if args.is_empty() { report::PAGE.write(&report) } else { Ok(()) }
}

/// A plan for each load, with SQLite and with PostgreSQL.
fn plans(arguments: &Arguments, times: &ServiceTimes) -> Vec<(Load, [Plan; 2])> {
    let Arguments { hardware, wanted, .. } = arguments;
    let plan = |load: &Load, backend| Planner { times, hardware, wanted: *wanted, backend }.plan(load);
    let both = |load: Load| {
        let plans = thread::scope(|scope| {
            let sqlite = scope.spawn(|| plan(&load, Backend::Sqlite));
            let postgres = plan(&load, Backend::Postgres);
            [sqlite.join().expect("planning does not panic"), postgres]
        });
        (load, plans)
    };
    arguments.loads().into_iter().map(both).collect()
}
