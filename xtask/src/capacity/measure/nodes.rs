//! Nodes on a database under load, and what is counted of them.

use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rankledger_instances::Postgres;

use super::processor::{OfServer, of_postgres, of_server};
use super::samples::{Sample, Samples};
use super::wire::{Trips, Wire};
use crate::measuring::http;
use crate::measuring::load::Load;
use crate::measuring::process::Server;
use crate::measuring::programs::Programs;
use crate::measuring::seeded::Seeded;

/// How long each load lasts.
const SECONDS: u32 = 3;

/// How many connections make large groups, all nodes together.
const MANY: usize = 64;

/// How long nothing is asked before and after a load, so that what it has begun is done.
const PAUSE: Duration = Duration::from_millis(300);

/// PostgreSQL, and the way to it.
#[derive(Clone, Copy)]
pub(super) struct Database<'a> {
    pub(super) postgres: &'a Postgres,
    pub(super) wire: &'a Wire,
}

/// Some nodes on one database.
pub(super) struct Nodes<'a> {
    seeded: &'a Seeded,
    servers: Vec<Server>,
    /// `None` with SQLite.
    database: Option<Database<'a>>,
}

/// Counters, from the beginning of the processes.
#[derive(Default)]
struct Counts {
    nodes: Vec<OfServer>,
    commands: u64,
    commits: u64,
    database: f64,
    trips: Trips,
}

impl<'a> Nodes<'a> {
    /// Starts them, and lets them warm up.
    pub(super) fn start(
        programs: &Programs,
        seeded: &'a Seeded,
        count: usize,
        database: Option<Database<'a>>,
    ) -> Result<Self> {
        let servers = (0..count).map(|_| seeded.serve(programs)).collect::<Result<_>>()?;
        let nodes = Self { seeded, servers, database };
        nodes.changes(MANY / count, 0)?;
        nodes.reads(MANY / count)?;
        Ok(nodes)
    }

    /// Loads them with everything.
    pub(super) fn samples(&self) -> Result<Samples> {
        let each = MANY / self.servers.len();
        Ok(Samples { alone: self.changes(1, 1)?, together: self.changes(each, 2)?, reads: self.reads(each)? })
    }

    /// Stops them.
    pub(super) fn stop(self) -> Result<()> {
        self.servers.into_iter().try_for_each(|server| server.stop().map(drop))
    }

    /// Rank changes, with so many connections to each node. Each node, and each `turn`, gives and takes a
    /// rank of its own.
    fn changes(&self, connections: usize, turn: usize) -> Result<Sample> {
        let first = &self.servers[0];
        let before = self.seeded.recorded(first.address)?;
        let rank = |node: usize| self.seeded.rank(turn * self.servers.len() + node).to_owned();
        let sample = self
            .load(connections, |node| vec!["changes".to_owned(), self.seeded.accounts.clone(), rank(node)])?;
        let recorded = self.seeded.recorded(first.address)? - before;
        // Two requests for one account may overtake each other; then they change nothing.
        ensure!(
            recorded * 100 >= sample.requests * 95,
            "of {} requests only {recorded} changed something",
            sample.requests,
        );
        Ok(sample)
    }

    fn reads(&self, connections: usize) -> Result<Sample> {
        self.load(connections, |_| vec!["reads".to_owned(), self.seeded.accounts.clone()])
    }

    fn load(&self, connections: usize, requests: impl Fn(usize) -> Vec<String> + Sync) -> Result<Sample> {
        let connections = u32::try_from(connections)?;
        let before = self.counts()?;
        let run = &|(node, server): (usize, &Server)| {
            let requests = requests(node);
            let requests = requests.iter().map(String::as_str).collect::<Vec<_>>();
            let authorization = self.seeded.authorization.as_str();
            let (address, seconds) = (server.address, SECONDS);
            let load = Load { address, authorization, connections, seconds, requests: &requests };
            Ok(load.run(node)?.requests)
        };
        let requests = thread::scope(|scope| {
            let loads = self.servers.iter().enumerate();
            let loads = loads.map(|load| scope.spawn(move || run(load))).collect::<Vec<_>>();
            let sums = loads.into_iter().map(|load| load.join().expect("a load does not panic"));
            sums.sum::<Result<u64>>()
        })?;
        let after = self.counts()?;
        Ok(after.since(&before, requests))
    }

    fn counts(&self) -> Result<Counts> {
        thread::sleep(PAUSE);
        let mut counts = Counts::default();
        for server in &self.servers {
            counts.nodes.push(of_server(server.id())?);
            let metrics = http::text(server.address, "/metrics")?;
            counts.commands += metric(&metrics, "rankledger_ledger_commands_total")?;
            counts.commits += metric(&metrics, "rankledger_ledger_commits_total")?;
        }
        if let Some(Database { postgres, wire }) = self.database {
            counts.database = of_postgres(postgres.id())?;
            counts.trips = wire.trips();
        }
        Ok(counts)
    }
}

impl Counts {
    fn since(&self, before: &Self, requests: u64) -> Sample {
        let commands = self.commands - before.commands;
        let sum = |figure: fn(&OfServer) -> f64| {
            let of = |counts: &Self| counts.nodes.iter().map(figure).sum::<f64>();
            of(self) - of(before)
        };
        Sample {
            // wrk does not count those of the last moment, the ledger does.
            requests: if commands > 0 { commands } else { requests },
            commits: self.commits - before.commits,
            serving: sum(|node| node.serving),
            writing: sum(|node| node.writing),
            database: self.database - before.database,
            reading_trips: self.trips.reading - before.trips.reading,
            writing_trips: self.trips.writing - before.trips.writing,
        }
    }
}

/// The value of a metric.
fn metric(metrics: &str, name: &str) -> Result<u64> {
    let value = metrics.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
    value.with_context(|| format!("the server does not tell {name}"))
}
