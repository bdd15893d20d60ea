//! Times as pages show them: in UTC. A script turns them into the zone of the browser.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rankledger_domain::time::wire_format;

/// A point in time.
#[derive(Debug, Clone)]
pub(in crate::console) struct Moment {
    /// As programs read it.
    pub(in crate::console) wire: String,
    /// Day and time, such as `21 Nov 2026, 01:31 UTC`.
    pub(in crate::console) full: String,
    /// The day alone, such as `Saturday 21 November 2026`.
    pub(in crate::console) day: String,
    /// The time of day, such as `01:31`.
    pub(in crate::console) clock: String,
    /// The day in short, such as `21 Nov`.
    pub(in crate::console) date: String,
}

impl Moment {
    /// Returns the time in its forms.
    pub(in crate::console) fn of(at: Timestamp) -> Self {
        let zoned = at.to_zoned(TimeZone::UTC);
        let written = |format: &str| zoned.strftime(format).to_string();
        Self {
            wire: wire_format(at),
            full: written("%-d %b %Y, %H:%M:%S UTC"),
            day: written("%A %-d %B %Y"),
            clock: written("%H:%M"),
            date: written("%-d %b"),
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.date, self.clock)
    }
}
