//! `cargo xtask capacity --measure`: the costs of changes and reads on this machine, written to
//! `docs/service-times.toml`.
//!
//! Only processor times are taken, and counts: how long something takes by the clock depends on what else
//! the machine does.

pub(super) mod messages;
mod nodes;
mod processor;
pub(super) mod samples;
mod wire;

use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result};

use super::service_times::{Costs, FILE, RoundTrips, Setting, Work};
use crate::measuring::machine;
use crate::measuring::postgres::Databases;
use crate::measuring::programs::Programs;
use crate::measuring::scratch::Scratch;
use crate::measuring::seeded::{Seeded, Size};
use crate::shell::root;
use nodes::{Database, Nodes};
use samples::Samples;
use wire::Wire;

/// How often everything is measured. The least of what was measured counts: what else the machine does can
/// only add to it.
const ROUNDS: usize = 3;

/// One community, and the same accounts in 16.
const SIZES: [Size; 2] = [
    Size { communities: 1, accounts: 10_000, changes: 20_000 },
    Size { communities: 16, accounts: 625, changes: 1_250 },
];

/// The settings, by their names in the file: how many nodes there are beside a PostgreSQL; none with SQLite.
const SETTINGS: [(&str, usize); 3] = [("sqlite", 0), ("postgres_one_node", 1), ("postgres_three_nodes", 3)];

/// Measures, and writes the file.
pub(super) fn run() -> Result<()> {
    let programs = Programs::prepare()?;
    let ground = Ground::prepare(&programs)?;
    let mut least = [[None; SIZES.len()]; SETTINGS.len()];
    for round in 0..ROUNDS {
        println!("xtask: round {} of {ROUNDS}", round + 1);
        for (row, (_, nodes)) in least.iter_mut().zip(SETTINGS) {
            for (place, on) in row.iter_mut().zip(&ground.places) {
                let samples = ground.samples(on, nodes)?;
                *place = Some(place.map_or(samples, |least: Samples| least.or_less(&samples)));
            }
        }
    }
    let settings = SETTINGS.iter().zip(least).filter_map(|((name, nodes), [one, many])| {
        let (one, many) = (one?, many?);
        let setting = Setting {
            round_trips: one.round_trips(),
            one_community: one.costs(*nodes > 0),
            many_communities: many.costs(*nodes > 0),
        };
        Some((*name, setting))
    });
    let text = file(&machine::description(), &settings.collect::<Vec<_>>());
    fs::write(root().join(FILE), &text).with_context(|| format!("cannot write {FILE}"))?;
    println!("{text}");
    Ok(())
}

/// The seeded databases to measure on.
struct Ground<'a> {
    programs: &'a Programs,
    scratch: Scratch,
    databases: Databases,
    wire: Wire,
    places: Vec<Place>,
}

/// Both backends with the same communities.
struct Place {
    name: String,
    in_file: Seeded,
    in_postgres: Seeded,
}

impl<'a> Ground<'a> {
    fn prepare(programs: &'a Programs) -> Result<Self> {
        let (scratch, databases) = (Scratch::make()?, Databases::start()?);
        let wire = Wire::open(databases.postgres.port())?;
        let place = |size: Size| {
            let name = format!("of-{}", size.communities);
            let in_file = Seeded::make(programs, &scratch.path().join(format!("{name}-in-file")), size)?;
            let in_postgres = databases.seed(programs, scratch.path(), &name, size)?;
            Ok(Place { name, in_file, in_postgres })
        };
        let places = SIZES.into_iter().map(place).collect::<Result<_>>()?;
        Ok(Self { programs, scratch, databases, wire, places })
    }

    /// Loads so many nodes on a fresh copy in PostgreSQL; with none, one on a fresh copy in a file.
    fn samples(&self, place: &Place, nodes: usize) -> Result<Samples> {
        let Self { programs, databases, wire, .. } = self;
        let postgres = &databases.postgres;
        let (seeded, database) = if nodes == 0 {
            (place.in_file.in_copy(self.scratch.copy(&place.in_file.folder, "run")?), None)
        } else {
            let url = databases.copy(&place.name)?;
            let (port, other) = (format!(":{}/", postgres.port()), format!(":{}/", wire.port));
            let seeded = place.in_postgres.in_database(url.replace(&port, &other));
            (seeded, Some(Database { postgres, wire }))
        };
        let nodes = Nodes::start(programs, &seeded, nodes.max(1), database)?;
        let samples = nodes.samples()?;
        nodes.stop()?;
        println!("{samples}");
        Ok(samples)
    }
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
