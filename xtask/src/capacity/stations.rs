//! The stations at which requests wait: processor cores, a disk, and gates that let only so many through.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Duration;

/// The cores of a machine. Each does one piece of work at a time, in the order in which the pieces come.
pub(super) struct Cores {
    free_at: BinaryHeap<Reverse<Duration>>,
    /// How long they have worked, all together.
    pub(super) worked: Duration,
}

impl Cores {
    /// So many of them.
    pub(super) fn new(count: usize) -> Self {
        Self { free_at: vec![Reverse(Duration::ZERO); count].into(), worked: Duration::ZERO }
    }

    /// Takes on a piece of work that comes now. Answers when it is done.
    pub(super) fn work(&mut self, now: Duration, length: Duration) -> Duration {
        let Reverse(free) = self.free_at.pop().expect("a machine has a core, and each is put back");
        let done = now.max(free) + length;
        self.free_at.push(Reverse(done));
        self.worked += length;
        done
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.free_at.len()
    }
}

/// A disk that makes one sync at a time. Requests that come during a sync share the next one.
#[derive(Default)]
pub(super) struct Disk {
    begins: Duration,
    ends: Duration,
    /// How long it was busy.
    pub(super) worked: Duration,
}

impl Disk {
    /// Asks for a sync. Answers when it is done. `length` is asked for if this one begins a sync.
    pub(super) fn sync(&mut self, now: Duration, length: impl FnOnce() -> Duration) -> Duration {
        let is_ahead = now < self.begins;
        if !is_ahead {
            let length = length();
            self.begins = now.max(self.ends);
            self.ends = self.begins + length;
            self.worked += length;
        }
        self.ends
    }
}

/// Lets so many through at a time; the others wait in line.
pub(super) struct Gate<T> {
    places: usize,
    taken: usize,
    waiting: VecDeque<T>,
    last: Duration,
    /// How long its places were taken, all together.
    pub(super) held: Duration,
}

impl<T> Gate<T> {
    /// One with so many places.
    pub(super) fn new(places: usize) -> Self {
        Self { places, taken: 0, waiting: VecDeque::new(), last: Duration::ZERO, held: Duration::ZERO }
    }

    /// Comes to the gate. Gets itself back if it is let through, else it waits.
    pub(super) fn enter(&mut self, now: Duration, who: T) -> Option<T> {
        self.pass_time(now);
        if self.taken == self.places {
            self.waiting.push_back(who);
            return None;
        }
        self.taken += 1;
        Some(who)
    }

    /// Comes to the gate, and goes away if it would have to wait. Answers whether it is let through.
    pub(super) fn enter_if_free(&mut self, now: Duration) -> bool {
        self.pass_time(now);
        let is_free = self.taken < self.places;
        self.taken += usize::from(is_free);
        is_free
    }

    /// Gives a place back. Answers who is let through for it.
    pub(super) fn leave(&mut self, now: Duration) -> Option<T> {
        self.pass_time(now);
        let next = self.waiting.pop_front();
        if next.is_none() {
            self.taken -= 1;
        }
        next
    }

    /// How many places it has.
    pub(super) fn places(&self) -> usize {
        self.places
    }

    /// Whether nobody is behind it or waits for it.
    pub(super) fn is_idle(&self) -> bool {
        self.taken == 0
    }

    fn pass_time(&mut self, now: Duration) {
        let taken = u32::try_from(self.taken).expect("fewer places than four billion are taken");
        self.held += now.saturating_sub(self.last) * taken;
        self.last = now;
    }
}
