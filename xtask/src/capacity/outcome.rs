//! The outcome of a simulation: how long requests took, and how busy everything was.

use std::time::Duration;

use super::load::LARGEST;
use super::simulation::Request;
use super::stations::{Cores, Disk};
use crate::numbers::float;

/// The outcome.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Outcome {
    /// Requests that came.
    pub(super) came: u64,
    /// Requests that were answered.
    pub(super) answered: u64,
    /// How long changes took.
    pub(super) changes: Latency,
    /// How long those of the largest community took, on which the bursts fall.
    pub(super) largest: Latency,
    /// How long reads took.
    pub(super) reads: Latency,
    /// The work of each part.
    pub(super) busy: Busy,
}

/// How long requests took, from their coming to their answer; zero if there were none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Latency {
    /// Half of them took at most this.
    pub(super) median: Duration,
    /// 99 of 100 took at most this.
    pub(super) slowest: Duration,
    /// The mean.
    pub(super) mean: Duration,
}

/// Returns the work of each part, divided by what it could have done while requests came. A part above 1
/// fell behind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Busy {
    /// The cores of the nodes.
    pub(super) nodes: f64,
    /// The cores of the database; 0 if it has none of its own.
    pub(super) database: f64,
    /// The connections that read, of the nodes.
    pub(super) readers: f64,
    /// The writers of the nodes. At 1 they are not at their limit, for groups grow.
    pub(super) writers: f64,
    /// The disk. At 1 it is not at its limit: whoever comes during a sync shares the next.
    pub(super) disk: f64,
    /// The ledger of the largest community. At 1 it is not at its limit either, for groups grow.
    pub(super) ledger: f64,
}

/// How long places were taken, all together, and how many there are.
#[derive(Clone, Copy)]
pub(super) struct Taken {
    pub(super) readers: (Duration, usize),
    pub(super) writers: (Duration, usize),
    /// The ledger of the largest community.
    pub(super) ledger: (Duration, usize),
}

/// The notes that are taken while a simulation runs.
pub(super) struct Record {
    /// How long requests come.
    window: Duration,
    came: u64,
    answered: u64,
    changes: Vec<Duration>,
    largest: Vec<Duration>,
    reads: Vec<Duration>,
}

impl Record {
    /// One with nothing in it.
    pub(super) fn new(window: Duration) -> Self {
        Self { window, came: 0, answered: 0, changes: vec![], largest: vec![], reads: vec![] }
    }

    /// A request comes.
    pub(super) fn came(&mut self) {
        self.came += 1;
    }

    /// A request is answered. Those of the first tenth of the time do not count: everything was idle before.
    pub(super) fn answered(&mut self, request: &Request, now: Duration) {
        self.answered += 1;
        if request.came < self.window / 10 {
            return;
        }
        let took = now.saturating_sub(request.came);
        if !request.is_change {
            self.reads.push(took);
            return;
        }
        self.changes.push(took);
        if request.community == LARGEST {
            self.largest.push(took);
        }
    }

    /// The outcome.
    pub(super) fn outcome(self, nodes: &[Cores], database: &[Cores], disk: &Disk, taken: Taken) -> Outcome {
        let window = self.window;
        let part = |(busy, places): (Duration, usize)| {
            let could = window.as_secs_f64() * float(places as u64);
            if could > 0.0 { busy.as_secs_f64() / could } else { 0.0 }
        };
        let of_cores = |machines: &[Cores]| {
            let worked = machines.iter().map(|cores| cores.worked).sum();
            part((worked, machines.iter().map(Cores::count).sum()))
        };
        let busy = Busy {
            nodes: of_cores(nodes),
            database: of_cores(database),
            readers: part(taken.readers),
            writers: part(taken.writers),
            disk: part((disk.worked, 1)),
            ledger: part(taken.ledger),
        };
        Outcome {
            came: self.came,
            answered: self.answered,
            changes: Latency::of(self.changes),
            largest: Latency::of(self.largest),
            reads: Latency::of(self.reads),
            busy,
        }
    }
}

impl Latency {
    fn of(mut times: Vec<Duration>) -> Self {
        let Some(count) = u32::try_from(times.len()).ok().filter(|count| *count > 0) else {
            return Self::default();
        };
        times.sort_unstable();
        let at_most = |percent: usize| times[(times.len() * percent).div_ceil(100) - 1];
        Self { median: at_most(50), slowest: at_most(99), mean: times.iter().sum::<Duration>() / count }
    }
}

impl Outcome {
    /// The slowest of its 99 in 100: of changes, of those of the largest community, and of reads.
    pub(super) fn slowest(&self) -> Duration {
        self.changes.slowest.max(self.largest.slowest).max(self.reads.slowest)
    }
}
