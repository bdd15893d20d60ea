//! The simulation: requests come at random, wait for cores, connections, their community's ledger and the disk, and are answered.
//!
//! The way of a read: the node's cores, a connection, the database's cores. The way of a change: the node's cores; the node's writer for
//! its community, which takes whatever waits as the next group when the last is committed; for the group a connection, the
//! community's lock, round trips, the database's cores, a sync; then all of the group are answered. The same load on the same system
//! always comes out the same.

use std::collections::HashMap;
use std::time::Duration;

use fastrand::Rng;

use super::agenda::Agenda;
use super::load::{LARGEST, Stream};
use super::outcome::{Outcome, Record};
use super::stations::{Cores, Disk, Gate};
use super::system::{GROUP, System};

const SEED: u64 = 20_260_415;

/// Somebody asks for something.
#[derive(Clone, Copy)]
pub(super) struct Request {
    /// Whether it is a rank change; else it is a read.
    pub(super) is_change: bool,
    /// The community, by its rank in size.
    pub(super) community: u64,
    /// When it came.
    pub(super) came: Duration,
    node: usize,
}

/// Changes that share a commit.
struct Group {
    node: usize,
    ledger: u64,
    changes: Vec<Request>,
}

/// What uses a connection.
enum Use {
    Read(Request),
    Write(Group),
}

enum Event {
    /// A request of this stream comes.
    Comes(usize),
    /// The node has read it.
    IsRead(Request),
    /// The node has begun a group.
    IsBegun(Group),
    /// What is to be done has arrived at the database.
    Arrives(Use),
    /// The database has done it.
    IsDone(Use),
    /// It is on the disk.
    IsDurable(Group),
}

/// Lets the requests of these streams come to the system, until each is answered.
pub(super) fn simulate(system: &System, streams: &[Stream]) -> Outcome {
    let mut simulation = Simulation::new(system, streams);
    for (index, stream) in streams.iter().enumerate() {
        simulation.next_of(index, stream.from);
    }
    while let Some((now, event)) = simulation.agenda.next() {
        simulation.now = now;
        simulation.happen(event);
    }
    simulation.outcome()
}

struct Simulation<'a> {
    system: &'a System,
    streams: &'a [Stream],
    random: Rng,
    agenda: Agenda<Event>,
    now: Duration,
    /// The cores of each node, and then those of the database if it has its own.
    cores: Vec<Cores>,
    disk: Disk,
    /// The connections of each node.
    connections: Vec<Gate<Use>>,
    /// The ledgers that are being written to.
    ledgers: HashMap<u64, Gate<Group>>,
    /// What waits for the writer of a node for a ledger. Where there is none, it does nothing.
    writers: HashMap<(usize, u64), Vec<Request>>,
    record: Record,
    next_node: usize,
}

impl<'a> Simulation<'a> {
    fn new(system: &'a System, streams: &'a [Stream]) -> Self {
        let window = streams.iter().map(|stream| stream.until).max().unwrap_or_default();
        let nodes = std::iter::repeat_n(system.node_cores, system.nodes);
        Self {
            system,
            streams,
            random: Rng::with_seed(SEED),
            agenda: Agenda::new(),
            now: Duration::ZERO,
            cores: nodes.chain(system.database_cores).map(Cores::new).collect(),
            disk: Disk::default(),
            connections: (0..system.nodes).map(|_| Gate::new(system.connections)).collect(),
            ledgers: HashMap::new(),
            writers: HashMap::new(),
            record: Record::new(window),
            next_node: 0,
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Comes(stream) => self.comes(stream),
            Event::IsRead(request) if request.is_change => self.queue(request),
            Event::IsRead(request) => self.connect(Use::Read(request)),
            Event::IsBegun(group) => self.connect(Use::Write(group)),
            Event::Arrives(what) => self.work_at_database(what),
            Event::IsDone(Use::Read(request)) => {
                self.record.answered(&request, self.now);
                self.disconnect(request.node);
            }
            Event::IsDone(Use::Write(group)) => {
                let mean = self.system.sync;
                let durable = self.disk.sync(self.now, || random_time(&mut self.random, mean));
                self.agenda.add(durable, Event::IsDurable(group));
            }
            Event::IsDurable(group) => self.is_durable(group),
        }
    }

    /// Puts down when the next request of a stream comes, if it comes before the stream ends.
    fn next_of(&mut self, index: usize, after: Duration) {
        let stream = &self.streams[index];
        let next = after + random_time(&mut self.random, 1e6 / stream.rate);
        if next < stream.until {
            self.agenda.add(next, Event::Comes(index));
        }
    }

    /// A request comes to the next node.
    fn comes(&mut self, index: usize) {
        self.next_of(index, self.now);
        let Stream { changes, communities, .. } = self.streams[index];
        let is_change = self.random.f64() < changes;
        let community = communities.pick(self.random.f64());
        let node = self.next_node;
        self.next_node = (node + 1) % self.system.nodes;
        self.record.came();
        let mean = if is_change { self.system.node.change } else { self.system.node.read };
        let request = Request { is_change, community, came: self.now, node };
        self.work(node, &[(1, mean)], Event::IsRead(request));
    }

    /// Hands a change to the writer for its community.
    fn queue(&mut self, change: Request) {
        let ledger = if self.system.has_one_writer { LARGEST } else { change.community };
        let node = change.node;
        if let Some(waiting) = self.writers.get_mut(&(node, ledger)) {
            waiting.push(change);
        } else {
            self.writers.insert((node, ledger), vec![]);
            self.begin(Group { node, ledger, changes: vec![change] });
        }
    }

    fn begin(&mut self, group: Group) {
        let mean = self.system.node.commit;
        self.work(group.node, &[(1, mean)], Event::IsBegun(group));
    }

    fn connect(&mut self, what: Use) {
        if let Some(what) = self.connections[what.node()].enter(self.now, what) {
            self.connected(what);
        }
    }

    /// A read is sent; a group waits for its ledger.
    fn connected(&mut self, what: Use) {
        match what {
            Use::Read(_) => self.send(what, self.system.read_wait),
            Use::Write(group) => {
                let ledger = self.ledgers.entry(group.ledger).or_insert_with(|| Gate::new(1));
                if let Some(group) = ledger.enter(self.now, group) {
                    self.locked(group);
                }
            }
        }
    }

    fn locked(&mut self, group: Group) {
        let wait = self.system.wait;
        let count = u32::try_from(group.changes.len()).expect("a group has at most 256 changes");
        self.send(Use::Write(group), wait.commit + wait.change * f64::from(count));
    }

    fn send(&mut self, what: Use, wait: f64) {
        self.agenda.add(self.now + time(wait), Event::Arrives(what));
    }

    fn work_at_database(&mut self, what: Use) {
        let work = self.system.database;
        let pieces = match &what {
            Use::Read(_) => [(1, work.read), (0, 0.0)],
            Use::Write(group) => [(1, work.commit), (group.changes.len(), work.change)],
        };
        // The last cores are those of the database, or those of the only node.
        self.work(self.cores.len() - 1, &pieces, Event::IsDone(what));
    }

    /// Answers a group, and lets go of its ledger and its connection. Its writer takes what has come meanwhile.
    fn is_durable(&mut self, group: Group) {
        let Group { node, ledger, changes } = group;
        for change in changes {
            self.record.answered(&change, self.now);
        }
        let gate = self.ledgers.get_mut(&ledger).expect("a group holds its ledger");
        let next = gate.leave(self.now);
        if gate.is_idle() && ledger != LARGEST {
            self.ledgers.remove(&ledger);
        }
        if let Some(next) = next {
            self.locked(next);
        }
        self.disconnect(node);

        let waiting = self.writers.get_mut(&(node, ledger)).expect("the group has a writer");
        let changes: Vec<_> = waiting.drain(..waiting.len().min(GROUP)).collect();
        if changes.is_empty() {
            self.writers.remove(&(node, ledger));
        } else {
            self.begin(Group { node, ledger, changes });
        }
    }

    fn disconnect(&mut self, node: usize) {
        if let Some(next) = self.connections[node].leave(self.now) {
            self.connected(next);
        }
    }

    /// Works on these cores: so many pieces of each mean length. What costs nothing does not wait for a core.
    fn work(&mut self, cores: usize, pieces: &[(usize, f64)], then: Event) {
        let mut length = Duration::ZERO;
        for &(count, mean) in pieces {
            for _ in 0..count {
                length += random_time(&mut self.random, mean);
            }
        }
        let is_free = pieces.iter().all(|(_, mean)| *mean <= 0.0);
        let done = if is_free { self.now } else { self.cores[cores].work(self.now, length) };
        self.agenda.add(done, then);
    }

    fn outcome(self) -> Outcome {
        let apart = self.system.database_cores.map(|_| self.cores.len() - 1);
        let (nodes, database) = self.cores.split_at(apart.unwrap_or(self.cores.len()));
        let ledger = self.ledgers.get(&LARGEST).map(|ledger| ledger.held).unwrap_or_default();
        self.record.outcome(nodes, database, &self.disk, &self.connections, ledger)
    }
}

impl Use {
    fn node(&self) -> usize {
        match self {
            Self::Read(request) => request.node,
            Self::Write(group) => group.node,
        }
    }
}

/// A time of this mean, exponentially distributed. In microseconds.
fn random_time(random: &mut Rng, mean: f64) -> Duration {
    time(-mean * (1.0 - random.f64()).ln())
}

/// So many microseconds.
fn time(microseconds: f64) -> Duration {
    Duration::from_secs_f64(microseconds / 1e6)
}
