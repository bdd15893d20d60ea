//! The simulated system: nodes and a database, and the costs of each piece of work.

use super::service_times::{Costs, RoundTrips, ServiceTimes, Setting, Work};

/// The most changes that share a commit; `LedgerOptions` of the server has the same.
pub(super) const GROUP: usize = 256;

/// The machines to plan for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hardware {
    /// Cores of the machine of a node.
    pub(super) node_cores: usize,
    /// Cores of the machine of a database.
    pub(super) database_cores: usize,
    /// Writers of a node that work at a time, each for all communities that nobody else of the node is
    /// working for.
    pub(super) writers: usize,
    /// Connections of a node that read.
    pub(super) readers: usize,
    /// A round trip from a node to its database, in microseconds.
    pub(super) round_trip: f64,
    /// A sync of the database's disk, in microseconds.
    pub(super) sync: f64,
}

/// Nodes on one database. All times are microseconds, and means.
#[derive(Debug, Clone)]
pub(super) struct System {
    /// How many nodes.
    pub(super) nodes: usize,
    /// The cores of each.
    pub(super) node_cores: usize,
    /// The cores of the database; none if it works on those of the node.
    pub(super) database_cores: Option<usize>,
    /// Writers of each node that work at a time. With one, all communities share it, as they do in a file
    /// of SQLite.
    pub(super) writers: usize,
    /// Connections of each node that read.
    pub(super) readers: usize,
    /// Processor time of a node: for a change, before it comes to its group.
    pub(super) node: Work,
    /// Processor time of a node for each change in its group.
    pub(super) writer: f64,
    /// Processor time of the database.
    pub(super) database: Work,
    /// How long a group waits for round trips.
    pub(super) wait: f64,
    /// How long a change waits for round trips before it comes to its writer.
    pub(super) change_wait: f64,
    /// How long a read waits for round trips.
    pub(super) read_wait: f64,
    /// A sync of the disk.
    pub(super) sync: f64,
}

impl System {
    /// One machine with SQLite.
    pub(super) fn sqlite(times: &ServiceTimes, hardware: &Hardware) -> Self {
        let nothing = RoundTrips { commit: 0.0, change: 0.0, read: 0.0 };
        Self {
            database_cores: None,
            writers: 1,
            readers: usize::MAX,
            ..Self::new(&times.sqlite, nothing, hardware, 1)
        }
    }

    /// So many nodes on one PostgreSQL.
    pub(super) fn postgres(times: &ServiceTimes, hardware: &Hardware, nodes: usize) -> Self {
        let setting = if nodes == 1 { &times.postgres_one_node } else { &times.postgres_three_nodes };
        Self::new(setting, setting.round_trips, hardware, nodes)
    }

    fn new(setting: &Setting, trips: RoundTrips, hardware: &Hardware, nodes: usize) -> Self {
        let Costs { node, writer, database } = setting.many_communities;
        Self {
            nodes,
            node_cores: hardware.node_cores,
            database_cores: Some(hardware.database_cores),
            writers: hardware.writers,
            readers: hardware.readers,
            node,
            writer,
            database,
            wait: trips.commit * hardware.round_trip,
            change_wait: trips.change * hardware.round_trip,
            read_wait: trips.read * hardware.round_trip,
            sync: hardware.sync,
        }
    }

    /// Whether all communities share one writer, and so one ledger as far as waiting goes.
    pub(super) fn has_one_writer(&self) -> bool {
        self.writers == 1
    }

    /// How long a group takes if nothing is in its way: so long, and so much longer for each change in it.
    pub(super) fn group(&self) -> (f64, f64) {
        let commit = self.node.commit + self.wait + self.database.commit + self.sync;
        (commit, self.writer + self.database.change)
    }
}
