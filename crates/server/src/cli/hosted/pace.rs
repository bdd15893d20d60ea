//! How fast the hosted original is asked: for each operation, no faster than its documented limit.

use std::collections::HashMap;
use std::str::FromStr;
use std::time::{Duration, Instant};

use crate::api::endpoints::Row;

const MINUTE: Duration = Duration::from_mins(1);

/// What the documented limits are multiplied by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Factor(f64);

impl Default for Factor {
    fn default() -> Self {
        Self(1.0)
    }
}

impl FromStr for Factor {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let factor = text.parse().ok().filter(|factor| (0.01..=1000.0).contains(factor));
        factor.map(Self).ok_or("it must be a number from 0.01 to 1000, such as 0.5")
    }
}

/// Keeps the requests of each operation apart. The time between two of them counts from the answer to the
/// first, so that no delay on the way brings them closer together.
pub(super) struct Pace {
    factor: Factor,
    free_at: HashMap<&'static str, Instant>,
}

impl Pace {
    pub(super) fn new(factor: Factor) -> Self {
        Self { factor, free_at: HashMap::new() }
    }

    /// Returns the shortest time between two requests of this operation.
    pub(super) fn interval(&self, row: &Row) -> Duration {
        MINUTE.div_f64(f64::from(row.endpoint.per_minute.max(1)) * self.factor.0)
    }

    /// Waits until the next request of this operation may be sent.
    pub(super) fn wait(&self, row: &Row) {
        if let Some(free_at) = self.free_at.get(row.endpoint.operation_id) {
            std::thread::sleep(free_at.saturating_duration_since(Instant::now()));
        }
    }

    /// Notes that a request of this operation was answered.
    pub(super) fn answered(&mut self, row: &Row) {
        self.free_at.insert(row.endpoint.operation_id, Instant::now() + self.interval(row));
    }
}
