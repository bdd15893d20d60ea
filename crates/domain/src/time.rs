//! The clock, and how a time is written on the wire.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Tells the time. Passed in wherever time matters, so that tests own it.
pub trait Clock: Send + Sync {
    /// The current time.
    fn now(&self) -> Timestamp;
}

/// A time as the wire writes it: UTC, milliseconds, `Z`; for example `2026-04-15T00:00:00.000Z`.
#[must_use]
pub fn wire_format(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}
