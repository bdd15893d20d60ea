//! Whether the clock of this machine is behind what was recorded: then times in the ledger go back.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rankledger_domain::time::Clock;
use rankledger_storage::HealthWarning;
use rankledger_storage::checkup::behind;

/// How often the newest changes of all communities are looked up, at the most.
const LOOK_PERIOD: Duration = Duration::from_mins(1);

/// How long the latest time is remembered after it was last seen. A clock that went back is told of for so
/// long, and so is one that was ahead for a moment.
const MEMORY: Duration = Duration::from_hours(1);

/// The latest time that was recorded, as far as this process knows.
#[derive(Debug, Default)]
pub struct ClockWatch(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    latest: Option<Recorded>,
    /// The time since the start at which the newest changes were looked up.
    looked: Option<Duration>,
}

/// A time that was recorded.
#[derive(Debug, Clone, Copy)]
struct Recorded {
    at: Timestamp,
    /// The time since the start at which it was seen.
    seen: Duration,
}

impl Recorded {
    fn is_remembered(self, elapsed: Duration) -> bool {
        elapsed <= self.seen + MEMORY
    }
}

impl ClockWatch {
    /// Notes a time that was recorded; `elapsed` is the time since the start.
    pub fn note(&self, at: Timestamp, elapsed: Duration) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.latest.is_none_or(|latest| latest.at <= at || !latest.is_remembered(elapsed)) {
            known.latest = Some(Recorded { at, seen: elapsed });
        }
    }

    /// Returns the warning for the operator, if the clock is behind.
    #[must_use]
    pub fn warning(&self, clock: &dyn Clock) -> Option<HealthWarning> {
        let latest = self.0.lock().unwrap_or_else(PoisonError::into_inner).latest;
        let latest = latest.filter(|latest| latest.is_remembered(clock.elapsed()))?;
        let behind = behind(clock.now(), latest.at)?;
        let text = format!(
            "the clock of this machine is {} seconds behind the time of what was recorded last: set it by NTP. Until it has caught \
             up, what is recorded bears times that go back",
            behind.as_secs()
        );
        Some(HealthWarning { is_grave: false, text })
    }

    /// Whether the newest changes should be looked up. Then that counts as done.
    pub(super) fn is_due(&self, elapsed: Duration) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = known.looked.is_none_or(|looked| elapsed >= looked + LOOK_PERIOD);
        if is_due {
            known.looked = Some(elapsed);
        }
        is_due
    }
}
