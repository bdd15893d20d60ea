//! Times on the command line: `2026-04-15T00:00:00Z`, or how long ago, such as `2h` or `3d`. A lone `m` is
//! refused, for it can mean months or minutes.

use std::str::FromStr;

use anyhow::{Context, Result, bail};
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
        if let Some(count) = count_before_m(text) {
            bail!(
                "m can mean months or minutes: write {count}mo or P{count}M for months, {count}min or PT{count}M for \
                 minutes"
            );
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

/// Returns the count before a lone `m`, which some read as months and others as minutes. `None` if there is
/// no such `m`, as in ISO 8601, where the place tells months from minutes.
fn count_before_m(text: &str) -> Option<&str> {
    if text.trim_start_matches(['+', '-']).starts_with(['P', 'p']) {
        return None;
    }
    text.match_indices(['m', 'M']).find_map(|(at, _)| {
        if text[at + 1..].starts_with(char::is_alphabetic) {
            return None;
        }
        let before = text[..at].trim_end();
        let count = &before[before.trim_end_matches(|c: char| c.is_ascii_digit()).len()..];
        (!count.is_empty()).then_some(count)
    })
}

/// A time for people: UTC, to the second.
pub(super) fn in_words(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S").to_string()
}
