//! The agenda of a simulation: its events, in the order of their times.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::time::Duration;

/// Events in the order of their times; those of the same time in the order in which they were put down.
pub(super) struct Agenda<E> {
    entries: BinaryHeap<Entry<E>>,
    put_down: u64,
}

struct Entry<E> {
    at: Duration,
    number: u64,
    event: E,
}

impl<E> Agenda<E> {
    /// One with nothing to happen.
    pub(super) fn new() -> Self {
        Self { entries: BinaryHeap::new(), put_down: 0 }
    }

    /// Puts an event down for a time since the beginning.
    pub(super) fn add(&mut self, at: Duration, event: E) {
        self.put_down += 1;
        self.entries.push(Entry { at, number: self.put_down, event });
    }

    /// Takes the next event, with its time.
    pub(super) fn next(&mut self) -> Option<(Duration, E)> {
        self.entries.pop().map(|entry| (entry.at, entry.event))
    }
}

impl<E> Ord for Entry<E> {
    /// The soonest is the greatest, since the heap gives that first.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.number).cmp(&(self.at, self.number))
    }
}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<E> Eq for Entry<E> {}
