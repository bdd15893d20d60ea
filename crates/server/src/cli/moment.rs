//! Times on the command line: `2026-04-15T00:00:00Z`, or how long ago, such as `2h` or `3d`.

use std::str::FromStr;

use anyhow::{Context, Result};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use rankledger_domain::time::{Clock, wire_format};

use crate::system::SystemClock;

/// Placeholder for the value of `--from` and `--to` in the help.
pub(super) const FORMAT: &str = "TIME";

/// A point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment(Timestamp);

impl FromStr for Moment {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::read(text, SystemClock::default().now())
    }
}

impl Moment {
    fn read(text: &str, now: Timestamp) -> Result<Self> {
        let advice = "say a time, such as 2026-04-15T00:00:00Z, or how long ago it was, such as 2h or 3d";
        if let Ok(time) = text.parse() {
            return Ok(Self(time));
        }
        let ago: Span = text.parse().ok().context(advice)?;
        let then = now.to_zoned(TimeZone::UTC).checked_sub(ago.abs()).context(advice)?;
        Ok(Self(then.timestamp()))
    }

    /// The time itself.
    pub(super) fn time(self) -> Timestamp {
        self.0
    }

    /// As the API takes it.
    pub(super) fn on_the_wire(self) -> String {
        wire_format(self.0)
    }
}

/// A time for people: UTC, to the second.
pub(super) fn in_words(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S").to_string()
}
