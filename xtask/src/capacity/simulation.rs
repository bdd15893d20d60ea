//! The simulation: requests come at random, wait for cores, connections, their community's ledger and the
//! disk, and are answered.
//!
//! The way of a read: the node's cores, a connection that reads, round trips, the database's cores. The way
//! of a change: the node's cores; a connection that reads, to look up who asks; a writer of the node, and
//! the ledger of the community, which one writer of all nodes has at a time. A writer claims the ledgers
//! for which something waits at its node and that no other of the node has claimed, and takes all that
//! waits for them as a group: round trips, the database's cores, a sync; then all of it are answered. The
//! same load on the same system always comes out the same.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use fastrand::Rng;

use super::agenda::Agenda;
use super::load::{LARGEST, Stream};
use super::outcome::{Outcome, Record, Taken};
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

/// The ledgers that a writer has claimed for its node.
struct Claim {
    node: usize,
    /// In the order in which they are waited for: that of their numbers.
    ledgers: Vec<u64>,
    /// How many of them it has.
    held: usize,
}

/// Changes that share a commit.
struct Group {
    claim: Claim,
    changes: Vec<Request>,
}

/// The changes that wait at a node.
#[derive(Default)]
struct Lanes {
    /// The changes that wait for each ledger. Where there is nothing, not even an empty list, nobody has
    /// claimed it.
    waiting: HashMap<u64, Vec<Request>>,
    /// Ledgers for which something waits and that nobody has claimed.
    ready: VecDeque<u64>,
}

enum Event {
    /// A request of this stream comes.
    Comes(usize),
    /// The node has worked on it.
    IsUnderstood(Request),
    /// The read's questions have travelled to the database.
    HasAsked(Request),
    /// The database has answered a read.
    IsAnswered(Request),
    /// The node has begun a group.
    IsBegun(Group),
    /// The group's statements have travelled to the database.
    IsSent(Group),
    /// The database has written it.
    IsWritten(Group),
    /// The group is on the disk.
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
    /// The connections that read, of each node.
    readers: Vec<Gate<Request>>,
    /// The writers of each node. What waits for them is in its lanes.
    writers: Vec<Gate<()>>,
    lanes: Vec<Lanes>,
    /// The ledgers that are being written to.
    ledgers: HashMap<u64, Gate<Claim>>,
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
            readers: (0..system.nodes).map(|_| Gate::new(system.readers)).collect(),
            writers: (0..system.nodes).map(|_| Gate::new(system.writers)).collect(),
            lanes: (0..system.nodes).map(|_| Lanes::default()).collect(),
            ledgers: HashMap::new(),
            record: Record::new(window),
            next_node: 0,
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Comes(stream) => self.comes(stream),
            Event::IsUnderstood(request) => {
                if let Some(request) = self.readers[request.node].enter(self.now, request) {
                    self.ask(request);
                }
            }
            Event::HasAsked(change) if change.is_change => {
                self.end_reading(change.node);
                self.queue(change);
            }
            Event::HasAsked(read) => {
                let work = [(1, self.system.database.read), (0, 0.0)];
                self.work(self.database(), work, Event::IsAnswered(read));
            }
            Event::IsAnswered(read) => {
                self.record.answered(&read, self.now);
                self.end_reading(read.node);
            }
            Event::IsBegun(group) => {
                self.wait(self.system.wait, Event::IsSent(group));
            }
            Event::IsSent(group) => {
                let work = self.system.database;
                let pieces = [(1, work.commit), (group.changes.len(), work.change)];
                self.work(self.database(), pieces, Event::IsWritten(group));
            }
            Event::IsWritten(group) => {
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
        self.work(node, [(1, mean), (0, 0.0)], Event::IsUnderstood(request));
    }

    fn ask(&mut self, request: Request) {
        let trips = if request.is_change { self.system.change_wait } else { self.system.read_wait };
        self.wait(trips, Event::HasAsked(request));
    }

    fn end_reading(&mut self, node: usize) {
        if let Some(next) = self.readers[node].leave(self.now) {
            self.ask(next);
        }
    }

    /// Puts a change into its lane.
    fn queue(&mut self, change: Request) {
        let ledger = if self.system.has_one_writer() { LARGEST } else { change.community };
        let lanes = &mut self.lanes[change.node];
        if !lanes.waiting.contains_key(&ledger) {
            lanes.ready.push_back(ledger);
        }
        lanes.waiting.entry(ledger).or_default().push(change);
        self.claim(change.node);
    }

    /// A writer that is free claims what is ready.
    fn claim(&mut self, node: usize) {
        let Lanes { ready, waiting } = &mut self.lanes[node];
        if ready.is_empty() || !self.writers[node].enter_if_free(self.now) {
            return;
        }
        let (mut ledgers, mut changes) = (Vec::new(), 0);
        while changes < GROUP
            && let Some(ledger) = ready.pop_front()
        {
            changes += waiting[&ledger].len();
            ledgers.push(ledger);
        }
        ledgers.sort_unstable();
        self.wait_for_ledgers(Claim { node, ledgers, held: 0 });
    }

    fn wait_for_ledgers(&mut self, mut claim: Claim) {
        while let Some(ledger) = claim.ledgers.get(claim.held) {
            let ledger = self.ledgers.entry(*ledger).or_insert_with(|| Gate::new(1));
            match ledger.enter(self.now, claim) {
                Some(through) => claim = Claim { held: through.held + 1, ..through },
                None => return,
            }
        }
        self.begin(claim);
    }

    /// A writer has its ledgers: what waits for them is the group.
    fn begin(&mut self, claim: Claim) {
        let lanes = &mut self.lanes[claim.node];
        let mut changes: Vec<Request> = Vec::new();
        for ledger in &claim.ledgers {
            let waiting = lanes.waiting.get_mut(ledger).expect("something waits for what is claimed");
            changes.extend(waiting.drain(..waiting.len().min(GROUP - changes.len())));
        }
        let work = [(1, self.system.node.commit), (changes.len(), self.system.writer)];
        self.work(claim.node, work, Event::IsBegun(Group { claim, changes }));
    }

    /// Answers a group; its ledgers and its writer go on.
    fn is_durable(&mut self, group: Group) {
        let Group { claim: Claim { node, ledgers, .. }, changes } = group;
        for change in changes {
            self.record.answered(&change, self.now);
        }
        for id in ledgers {
            let ledger = self.ledgers.get_mut(&id).expect("a group has its ledgers");
            let next = ledger.leave(self.now);
            if ledger.is_idle() && id != LARGEST {
                self.ledgers.remove(&id);
            }
            if let Some(next) = next {
                self.wait_for_ledgers(Claim { held: next.held + 1, ..next });
            }
            let lanes = &mut self.lanes[node];
            if lanes.waiting[&id].is_empty() {
                lanes.waiting.remove(&id);
            } else {
                lanes.ready.push_back(id);
            }
        }
        self.writers[node].leave(self.now);
        self.claim(node);
    }

    fn wait(&mut self, microseconds: f64, then: Event) {
        self.agenda.add(self.now + time(microseconds), then);
    }

    /// Which of the cores are the database's: the last, which may be those of the only node.
    fn database(&self) -> usize {
        self.cores.len() - 1
    }

    /// Works on these cores: so many pieces of each mean length. What costs nothing does not wait for a core.
    fn work(&mut self, cores: usize, pieces: [(usize, f64); 2], then: Event) {
        let mut length = Duration::ZERO;
        for (count, mean) in pieces {
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
        let ledger = self.ledgers.get(&LARGEST).map_or((Duration::ZERO, 1), |gate| (gate.held, 1));
        let taken = Taken { readers: taken(&self.readers), writers: taken(&self.writers), ledger };
        self.record.outcome(nodes, database, &self.disk, taken)
    }
}

/// How long the places of gates were taken, and how many places there are.
fn taken<T>(gates: &[Gate<T>]) -> (Duration, usize) {
    let places = gates.iter().fold(0, |sum: usize, gate| sum.saturating_add(gate.places()));
    (gates.iter().map(|gate| gate.held).sum(), places)
}

/// A time of this mean, exponentially distributed. In microseconds.
fn random_time(random: &mut Rng, mean: f64) -> Duration {
    time(-mean * (1.0 - random.f64()).ln())
}

/// So many microseconds.
fn time(microseconds: f64) -> Duration {
    Duration::from_secs_f64(microseconds / 1e6)
}
