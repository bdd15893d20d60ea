//! `cargo xtask capacity --measure`: what changes and reads cost on this machine, written to `docs/service-times.toml`.
//!
//! Only processor times are taken, and counts: how long something takes by the clock depends on what else the machine does.

mod nodes;
mod processor;
pub(super) mod samples;
mod wire;

use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result};
use rankledger_instances::{Durability, Postgres};

use super::service_times::{Costs, FILE, RoundTrips, Setting, Work};
use crate::measuring::machine;
use crate::measuring::programs::Programs;
use crate::measuring::scratch::Scratch;
use crate::measuring::seeded::{Seeded, Size};
use crate::need::need;
use crate::shell::root;
use nodes::{Database, Nodes};
use samples::Samples;
use wire::Wire;

/// One community, and the same accounts in 16.
const SIZES: [Size; 2] = [
    Size { communities: 1, accounts: 10_000, changes: 20_000 },
    Size { communities: 16, accounts: 625, changes: 1_250 },
];

/// Measures, and writes the file.
pub(super) fn run() -> Result<()> {
    need("PostgreSQL", "postgresql", Postgres::is_installed)?;
    let programs = Programs::prepare()?;
    let scratch = Scratch::make()?;
    println!("xtask: SQLite");
    let sqlite = setting(SIZES.map(|size| on_sqlite(&programs, &scratch, size)), false)?;
    let postgres = |nodes| {
        println!("xtask: PostgreSQL, {nodes} of Rankledger");
        setting(SIZES.map(|size| on_postgres(&programs, &scratch, size, nodes)), true)
    };
    let settings =
        [("sqlite", sqlite), ("postgres_one_node", postgres(1)?), ("postgres_three_nodes", postgres(3)?)];
    let text = file(&machine::description(), &settings);
    fs::write(root().join(FILE), &text).with_context(|| format!("cannot write {FILE}"))?;
    println!("{text}");
    Ok(())
}

fn setting([one, many]: [Result<Samples>; 2], has_database: bool) -> Result<Setting> {
    let (one, many) = (one?, many?);
    Ok(Setting {
        round_trips: one.round_trips(),
        one_community: one.costs(has_database),
        many_communities: many.costs(has_database),
    })
}

fn on_sqlite(programs: &Programs, scratch: &Scratch, size: Size) -> Result<Samples> {
    let folder = scratch.path().join(format!("sqlite-{}", size.communities));
    let seeded = Seeded::make(programs, &folder, size)?;
    samples(Nodes::start(programs, &seeded, 1, None)?)
}

/// A PostgreSQL of its own for each, so that what one has to tidy up is not done at the expense of the next.
fn on_postgres(programs: &Programs, scratch: &Scratch, size: Size, nodes: usize) -> Result<Samples> {
    let postgres = Postgres::start(Durability::Full)?;
    postgres.create_database("ledger")?;
    let url = postgres.url("ledger");
    let folder = scratch.path().join(format!("postgres-{}-{nodes}", size.communities));
    let seeded = Seeded::make_in(programs, &folder, &url, size)?;
    postgres.sql("CHECKPOINT")?;
    let wire = Wire::open(postgres.port())?;
    let (port, other) = (format!(":{}/", postgres.port()), format!(":{}/", wire.port));
    let seeded = seeded.in_database(url.replace(&port, &other));
    let database = Database { postgres: &postgres, wire: &wire };
    samples(Nodes::start(programs, &seeded, nodes, Some(database))?)
}

fn samples(nodes: Nodes<'_>) -> Result<Samples> {
    let samples = nodes.samples()?;
    nodes.stop()?;
    println!("{samples:#?}");
    Ok(samples)
}

/// The file.
fn file(machine: &str, settings: &[(&str, Setting)]) -> String {
    let mut text = format!(
        "# What changes and reads cost, in microseconds of processor time; and round trips between node and database, counted.\n\
         # Written by `cargo xtask capacity --measure`; scale.md says what it is for.\n\n\
         machine = \"\"\"\n{machine}\"\"\"\n"
    );
    for (name, Setting { round_trips, one_community, many_communities }) in settings {
        let RoundTrips { commit, change, read } = round_trips;
        line(&mut text, format_args!("\n[{name}]"));
        line(
            &mut text,
            format_args!("round_trips = {{ commit = {commit:.2}, change = {change:.2}, read = {read:.2} }}"),
        );
        for (which, costs) in [("one_community", one_community), ("many_communities", many_communities)] {
            let Costs { node, writer, database } = costs;
            line(&mut text, format_args!("\n[{name}.{which}]"));
            line(&mut text, format_args!("node = {}", work(node)));
            line(&mut text, format_args!("writer = {writer:.1}"));
            line(&mut text, format_args!("database = {}", work(database)));
        }
    }
    text
}

fn work(Work { commit, change, read }: &Work) -> String {
    format!("{{ commit = {commit:.1}, change = {change:.1}, read = {read:.1} }}")
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("a text takes whatever is written to it");
}
