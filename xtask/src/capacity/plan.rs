//! How many databases and nodes a load needs, and how far they reach.

use std::time::Duration;

use super::load::{Communities, Load, Stream};
use super::outcome::Outcome;
use super::service_times::{ServiceTimes, Work};
use super::simulation::simulate;
use super::system::{GROUP, Hardware, System};
use crate::numbers::float;

/// The steps in which communities are added to find the next limit: eight of them double the number.
const STEPS: f64 = 8.0;

/// After how many steps no limit is looked for any more.
const MOST_STEPS: u64 = 128;

/// Where no number of databases is tried any more: so many times what the processors alone would need.
const ENOUGH: u64 = 32;

/// The database that keeps the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Backend {
    /// Machines with a file each.
    Sqlite,
    /// Databases, and nodes in front of each.
    Postgres,
}

/// So many databases, each with a part of the communities, and so many nodes on each. With SQLite a
/// database is a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// How many databases.
    pub(super) databases: u64,
    /// How many nodes on each.
    pub(super) nodes: u64,
}

/// The machines that a load needs.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// The fewest databases, and with them the fewest nodes.
    pub(super) shape: Shape,
    /// The outcome for the busiest of the databases and its nodes.
    pub(super) outcome: Outcome,
    /// The limits of this plan. `None` if not even the most databases that were tried are enough.
    pub(super) limits: Option<Limits>,
}

/// The limits of a plan, one after the other.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Limits {
    /// With this shape.
    pub(super) as_it_is: Limit,
    /// With as many nodes as it takes, on as many databases. With SQLite nodes are not added.
    pub(super) more_nodes: Option<Limit>,
    /// With as many databases as it takes, too: down to one for each community.
    pub(super) more_databases: Limit,
}

/// Where something ends.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Limit {
    /// The most communities that are served as is wanted.
    pub(super) communities: u64,
    /// The obstacle to more.
    pub(super) why: Why,
}

/// The obstacle to more communities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Why {
    /// Of the resources that are used too much, this most; and which part of it.
    TooFew(Resource, f64),
    /// Nothing is used too much, but requests take too long.
    TooSlow,
    /// Nothing yet: so many are not tried.
    NotTried,
}

/// A resource that can run short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resource {
    /// Cores of nodes.
    Nodes,
    /// Cores of databases.
    Database,
    /// Connections of nodes that read.
    Readers,
    /// The changes that one ledger takes in groups of 256.
    Ledger,
}

/// The limits of a shape in the busiest hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Wanted {
    /// 99 of 100 requests of each kind may take at most this long.
    pub(super) slowest: Duration,
    /// The part of cores, connections and ledgers that may be in use: the rest is for what is not in the
    /// plan.
    pub(super) used: f64,
}

/// The service times, hardware and limits that plans are made with.
pub(super) struct Planner<'a> {
    pub(super) times: &'a ServiceTimes,
    pub(super) hardware: &'a Hardware,
    pub(super) wanted: Wanted,
    pub(super) backend: Backend,
}

impl Planner<'_> {
    /// Returns the plan for a load, and where that plan ends.
    pub(super) fn plan(&self, load: &Load) -> Plan {
        let Some(shape) = self.shape(load) else {
            let shape = self.ample(load, self.least_databases(load));
            return Plan { shape, outcome: self.run(load, shape), limits: None };
        };
        Plan { shape, outcome: self.run(load, shape), limits: Some(self.limits(load, shape)) }
    }

    /// The smallest shape that serves this load as is wanted, if one does.
    pub(super) fn shape(&self, load: &Load) -> Option<Shape> {
        let least = self.least_databases(load);
        let databases =
            smallest(least, least * ENOUGH, |databases| self.meets(load, self.ample(load, databases)))?;
        let most = self.ample(load, databases).nodes;
        let nodes = smallest(1, most, |nodes| self.meets(load, Shape { databases, nodes }))?;
        Some(Shape { databases, nodes })
    }

    /// Where a shape ends that serves this load.
    fn limits(&self, load: &Load, shape: Shape) -> Limits {
        let ample = |more: &Load| self.ample(more, shape.databases);
        Limits {
            as_it_is: self.limit(load, |_| shape),
            more_nodes: (self.backend == Backend::Postgres).then(|| self.limit(load, ample)),
            more_databases: self.limit_of_databases(load),
        }
    }

    /// Where databases end, with as many as it takes.
    pub(super) fn limit_of_databases(&self, load: &Load) -> Limit {
        self.limit(load, |more| self.ample(more, more.communities))
    }

    /// Simulates the busiest database of this shape and its nodes.
    fn run(&self, load: &Load, shape: Shape) -> Outcome {
        simulate(&self.system(shape.nodes), &load.streams(shape.databases))
    }

    /// Whether this shape serves the load within the limits. A shape whose cores are too few even in full
    /// groups is not tried.
    fn meets(&self, load: &Load, shape: Shape) -> bool {
        let system = self.system(shape.nodes);
        let streams = load.streams(shape.databases);
        let has_room = |part: f64| part <= self.wanted.used;
        system.processors(&streams).into_iter().all(has_room) && {
            let outcome = simulate(&system, &streams);
            let used = used(&system, &streams, &outcome);
            outcome.slowest() <= self.wanted.slowest && used.into_iter().all(|(_, part)| has_room(part))
        }
    }

    fn system(&self, nodes: u64) -> System {
        match self.backend {
            Backend::Sqlite => System::sqlite(self.times, self.hardware),
            Backend::Postgres => {
                let nodes = usize::try_from(nodes).expect("as many nodes as are simulated fit in memory");
                System::postgres(self.times, self.hardware, nodes)
            }
        }
    }

    /// How many databases have the processor time that this load needs in full groups.
    fn least_databases(&self, load: &Load) -> u64 {
        let [nodes, database] = self.system(1).processors(&load.streams(1));
        match self.backend {
            Backend::Sqlite => at_least(nodes),
            Backend::Postgres => at_least(database),
        }
    }

    /// Twice the nodes that have room for the work, and at least two.
    fn ample(&self, load: &Load, databases: u64) -> Shape {
        let nodes = match self.backend {
            Backend::Sqlite => 1,
            Backend::Postgres => {
                let [two, _] = self.system(2).processors(&load.streams(databases));
                at_least(2.0 * 2.0 * two / self.wanted.used).max(2)
            }
        };
        Shape { databases, nodes }
    }

    /// How many communities are served by the shape that they get, and what is short a step later.
    fn limit(&self, load: &Load, shape: impl Fn(&Load) -> Shape) -> Limit {
        let more = |step: u64| Load { communities: grown(load.communities, step), ..load.clone() };
        let fails = |step| {
            let more = more(step);
            !self.meets(&more, shape(&more))
        };
        let Some(step) = smallest(1, MOST_STEPS, fails) else {
            return Limit { communities: grown(load.communities, MOST_STEPS), why: Why::NotTried };
        };
        let too_many = more(step);
        let shape = shape(&too_many);
        let (system, streams) = (self.system(shape.nodes), too_many.streams(shape.databases));
        let used = used(&system, &streams, &simulate(&system, &streams));
        let too_much = used.into_iter().filter(|(_, part)| *part > self.wanted.used);
        let most = too_much.max_by(|one, other| one.1.total_cmp(&other.1));
        let why = most.map_or(Why::TooSlow, |(resource, part)| Why::TooFew(resource, part));
        Limit { communities: grown(load.communities, step - 1), why }
    }
}

/// Which part of each resource is used: of the ledger, of what it takes in full groups.
fn used(system: &System, streams: &[Stream], outcome: &Outcome) -> [(Resource, f64); 4] {
    let busy = outcome.busy;
    [
        (Resource::Nodes, busy.nodes),
        (Resource::Database, busy.database),
        (Resource::Readers, busy.readers),
        (Resource::Ledger, system.ledger(streams)),
    ]
}

impl System {
    /// Returns the part of the processor time of nodes and database that these streams would need in full
    /// groups, while bursts last. With a database that has no cores of its own, the first is both.
    fn processors(&self, streams: &[Stream]) -> [f64; 2] {
        let [changes, reads] = rates(streams, |_| true);
        let seconds = |work: Work, writer| {
            (changes * (work.commit / float(GROUP as u64) + work.change + writer) + reads * work.read) / 1e6
        };
        let node_cores = float((self.nodes * self.node_cores) as u64);
        let (nodes, database) = (seconds(self.node, self.writer), seconds(self.database, 0.0));
        match self.database_cores {
            Some(cores) => [nodes / node_cores, database / float(cores as u64)],
            None => [(nodes + database) / node_cores, 0.0],
        }
    }

    /// Which part of what the busiest ledger can take comes to it, while bursts last.
    fn ledger(&self, streams: &[Stream]) -> f64 {
        let is_same = |communities| self.has_one_writer() || communities == Communities::Largest;
        let [changes, _] = rates(streams, is_same);
        let (commit, change) = self.group();
        changes * (commit / float(GROUP as u64) + change) / 1e6
    }
}

/// Changes and reads a second, of those for some communities.
fn rates(streams: &[Stream], are_meant: impl Fn(Communities) -> bool) -> [f64; 2] {
    let meant = || streams.iter().filter(|stream| are_meant(stream.communities));
    [
        meant().map(|stream| stream.rate * stream.changes).sum(),
        meant().map(|stream| stream.rate * (1.0 - stream.changes)).sum(),
    ]
}

/// The smallest number from `low` to `high` that holds, if one does. Where one holds, greater ones are
/// taken to hold too.
pub(super) fn smallest(low: u64, high: u64, holds: impl Fn(u64) -> bool) -> Option<u64> {
    if !holds(high) {
        return None;
    }
    let (mut low, mut high) = (low, high);
    while low < high {
        let middle = low.midpoint(high);
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(high)
}

/// So many communities after some steps.
fn grown(communities: u64, steps: u64) -> u64 {
    at_least(float(communities) * (float(steps) / STEPS).exp2())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count far below 2^53, and not below 1"
)]
fn at_least(figure: f64) -> u64 {
    figure.ceil().max(1.0) as u64
}
