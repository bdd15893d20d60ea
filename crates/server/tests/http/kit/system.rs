//! A clock and ids that the tests control.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rankledger_domain::ids::Ids;
use rankledger_domain::time::Clock;
use uuid::Uuid;

/// A clock that stays at noon of 2026-05-01 until a test advances it, or sets it back.
#[derive(Default)]
pub(crate) struct SteppingClock {
    elapsed: Mutex<Duration>,
    set_back: Mutex<Duration>,
}

impl SteppingClock {
    pub(crate) fn advance(&self, by: Duration) {
        *self.elapsed.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }

    /// Sets the date of the machine back. The time that has passed does not go back.
    pub(crate) fn set_back(&self, by: Duration) {
        *self.set_back.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

impl Clock for SteppingClock {
    fn now(&self) -> Timestamp {
        let noon: Timestamp = "2026-05-01T12:00:00Z".parse().expect("a time");
        noon + self.elapsed() - *self.set_back.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn elapsed(&self) -> Duration {
        *self.elapsed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// UUIDs that count up, in a series of their own.
pub(super) struct CountingIds {
    series: u32,
    last: AtomicU64,
}

impl CountingIds {
    pub(super) fn new(series: u32) -> Self {
        Self { series, last: AtomicU64::new(0) }
    }
}

impl Ids for CountingIds {
    fn uuid(&self) -> Uuid {
        let count = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        Uuid::from_u64_pair(u64::from(self.series) << 32 | 0x7000, 0x8000_0000_0000_0000 | count)
    }
}
