//! The project's own chores: `cargo xtask test`, `fuzz`, `tidy`, `package`, `bench` and `capacity`.

mod bench;
mod capacity;
mod fuzz;
mod measuring;
mod need;
mod node;
mod numbers;
mod package;
mod page;
mod python;
mod shell;
mod table;
mod test;
mod tidy;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
cargo xtask test [ARGS]   install what the tests need and is missing, then run all of them,
                          and those of every backend again on PostgreSQL;
                          ARGS go to the test runner, such as the name of a test
cargo xtask fuzz [INPUTS] [--postgres]
                          send a million random requests, or INPUTS, and others each time; --postgres: on PostgreSQL
cargo xtask tidy [--land-migrations] [--headless] [--circles]
                          check what no compiler checks: length of files, width and openings of comments, floors,
                          circles of imports, links, landed migrations; prints `file:line: text` for each finding;
                          --land-migrations: first add new migrations to the list of those that have landed;
                          --headless, --circles: also list all headless comments, or the imports within circles
cargo xtask package [--binary FILE]
                          build the release, and make the Debian package and the archive for other systems, in
                          target/package; --binary: of a binary that is there
cargo xtask bench [--quick] [--large] [--postgres]
                          measure the speed beside that of others, and write docs/performance.md;
                          --quick: a smoke run of under a minute that writes nothing;
                          --large: also with 1,000,000 accounts and 10,000,000 recorded changes;
                          --postgres: only what is measured on PostgreSQL; writes nothing
cargo xtask bench --against COMMIT [--quick] [--postgres]
                          measure today's build beside that of another commit, in turns, and print one table of
                          ratios; --quick: shorter; --postgres: on PostgreSQL too
cargo xtask capacity [--communities N] [--members N] [--changes-per-hour X] [--reads-per-change R]
                     [--burst none|promotion|rogue|restart|all] [--peak X] [--p99 MS] [--used PERCENT]
                     [--node-cores N] [--database-cores N] [--writers N] [--readers N] [--round-trip US] [--sync US]
                          from the measured service times to the nodes and databases that a load needs, by
                          simulation; without arguments for three sizes, which docs/scale.md then shows
cargo xtask capacity --measure
                          measure the service times, and write docs/service-times.toml";

fn run() -> Result<()> {
    let mut args = std::env::args().skip(1);
    match args.next().as_deref() {
        Some("test") => test::run(&args.collect::<Vec<_>>()),
        Some("fuzz") => fuzz::run(&args.collect::<Vec<_>>()),
        Some("tidy") => tidy::run(&args.collect::<Vec<_>>()),
        Some("package") => package::run(&args.collect::<Vec<_>>()),
        Some("bench") => bench::run(&args.collect::<Vec<_>>()),
        Some("capacity") => capacity::run(&args.collect::<Vec<_>>()),
        Some(other) => bail!("there is no chore \"{other}\"\n\n{USAGE}"),
        None => bail!("name a chore\n\n{USAGE}"),
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
