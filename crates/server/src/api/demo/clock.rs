//! The clock of a demo: that of the machine, or a time that stands still until somebody moves it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rankledger_domain::time::Clock;

use crate::system::SystemClock;

/// The clock of a demo.
pub struct DemoClock {
    machine: SystemClock,
    /// The time at which the clock stands. `None` if it goes with the machine.
    stands_at: Mutex<Option<Timestamp>>,
}

/// A clock was to be moved back.
#[derive(Debug)]
pub(super) struct MovedBack {
    /// The time of the clock.
    pub(super) now: Timestamp,
}

impl DemoClock {
    /// A clock that stands at this time, or goes with the machine.
    #[must_use]
    pub fn new(stands_at: Option<Timestamp>) -> Self {
        Self { machine: SystemClock::default(), stands_at: Mutex::new(stands_at.map(whole_millis)) }
    }

    /// Moves the clock forward to a time, where it stands from then on. Returns that time.
    pub(super) fn move_to(&self, time: Timestamp) -> Result<Timestamp, MovedBack> {
        let mut stands_at = self.stands_at.lock().unwrap_or_else(PoisonError::into_inner);
        let (now, time) = (stands_at.unwrap_or_else(|| self.machine.now()), whole_millis(time));
        if time < now {
            return Err(MovedBack { now });
        }
        *stands_at = Some(time);
        Ok(time)
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Timestamp {
        let stands_at = *self.stands_at.lock().unwrap_or_else(PoisonError::into_inner);
        stands_at.unwrap_or_else(|| self.machine.now())
    }

    /// Goes with the machine: rate limits refill also while the clock stands still.
    fn elapsed(&self) -> Duration {
        self.machine.elapsed()
    }
}

fn whole_millis(time: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(time.as_millisecond()).expect("a whole millisecond of a valid time is valid")
}
