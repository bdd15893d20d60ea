//! The clock, and how a time is written on the wire.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;

const WIRE: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

/// The source of time. Passed in wherever time matters, so that tests control it.
pub trait Clock: Send + Sync {
    /// Returns the current time, in whole milliseconds.
    fn now(&self) -> Timestamp;

    /// Returns the time since some fixed moment. It never goes back, whatever is done to the machine's date.
    fn elapsed(&self) -> Duration;
}

/// Returns a time as the wire writes it: UTC, milliseconds, `Z`; for example `2026-04-15T00:00:00.000Z`.
#[must_use]
pub fn wire_format(time: Timestamp) -> String {
    WIRE.timestamp_to_string(&time)
}
