//! Times on the command line: a time such as `2026-04-15T00:00:00Z` or `2026-04-15`, how long ago, such as
//! `2h` or `3d`, and how long something lasts. A lone `m` is refused, for it can mean months or minutes.

use std::str::FromStr;

use anyhow::{Context, Result, bail};
use clap::Args;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use rankledger_domain::time::{Clock, wire_format};
use serde_json::{Map, Value};

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
        let advice = "say a time in UTC, such as 2026-04-15 or 2026-04-15T18:30:00Z, or how long ago it was, such as \
                      2h, 3d or 2 weeks";
        if let Some(time) = point(text) {
            return Ok(Self(time));
        }
        refuse_lone_m(text)?;
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

/// Reads a point in time. Without a time zone it is of UTC, and without a time of day the beginning of the
/// day.
pub(super) fn point(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let of_utc = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok();
    text.parse().ok().or_else(|| Some(of_utc()?.timestamp()))
}

/// Reads how long something lasts.
fn duration(text: &str) -> Result<Span> {
    if point(text).is_some() {
        bail!("this is a time: --until takes it");
    }
    refuse_lone_m(text)?;
    let span = text.parse::<Span>().ok().filter(|span| span.is_positive());
    span.context("say how long, such as 7d, 2 weeks or 12h")
}

/// Reads the time at which something ends.
fn deadline(text: &str) -> Result<Deadline> {
    if text.trim() == "never" {
        return Ok(Deadline(None));
    }
    let advice = "say a time in UTC, such as 2027-01-01 or 2027-01-01T18:30:00Z, or never";
    match point(text) {
        None if duration(text).is_ok() => bail!("this is how long something lasts: --for takes it"),
        found => found.context(advice).map(|end| Deadline(Some(end))),
    }
}

fn refuse_lone_m(text: &str) -> Result<()> {
    let Some(count) = count_before_m(text) else { return Ok(()) };
    bail!(
        "m can mean months or minutes: write {count}mo or P{count}M for months, {count}min or PT{count}M for minutes"
    );
}

/// When something ends that is given now.
#[derive(Debug, Args)]
pub(super) struct EndArgs {
    /// How long it lasts from now, such as 7d, 2 weeks or 12h
    #[arg(long = "for", value_name = "DURATION", value_parser = duration, conflicts_with = "until")]
    lasting: Option<Span>,
    /// When it ends: a time in UTC, such as 2027-01-01 or 2027-01-01T18:30:00Z, or never
    #[arg(long, value_name = "TIME", value_parser = deadline)]
    until: Option<Deadline>,
}

/// The end of something; `None` for no end.
#[derive(Debug, Clone, Copy)]
struct Deadline(Option<Timestamp>);

impl EndArgs {
    /// Returns the members of a request that say it: `expiresIn` or `expiresAt`; none if no end is given.
    pub(super) fn members(&self) -> Map<String, Value> {
        let mut members = Map::new();
        if let Some(span) = self.lasting {
            members.insert("expiresIn".to_owned(), span.to_string().into());
        }
        if let Some(Deadline(end)) = self.until {
            members.insert("expiresAt".to_owned(), end.map(wire_format).into());
        }
        members
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
