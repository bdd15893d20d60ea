//! Times in a document, and what is said of a text that is none: how the same time is written here.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A time in whole milliseconds, which is what the database keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Time(pub(super) Timestamp);

impl From<Timestamp> for Time {
    fn from(time: Timestamp) -> Self {
        let millis = Timestamp::from_millisecond(time.as_millisecond());
        Self(millis.expect("a whole millisecond of a valid time is valid"))
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TimeVisitor)
    }
}

struct TimeVisitor;

impl Visitor<'_> for TimeVisitor {
    type Value = Time;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a time such as 2026-04-15T00:00:00Z")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Time, E> {
        text.parse::<Timestamp>().map(Time::from).map_err(|_| E::custom(way_out(text.trim())))
    }
}

/// Says how a text that is no time is to be written.
fn way_out(text: &str) -> String {
    if let Some(day) = iso_day(text) {
        return format!(
            "\"{text}\" is a day without a time: write {day}T00:00:00Z, or another time of that day in UTC"
        );
    }
    if let Some(day) = german_day(text) {
        return format!(
            "\"{text}\" is written day first: write it year first and with a time, {day}T00:00:00Z"
        );
    }
    if let Some((day, time)) = text.split_once([' ', 'T'])
        && let (Some(day), Some(time)) = (iso_day(day).or_else(|| german_day(day)), of_day(time.trim()))
    {
        return format!("\"{text}\" does not say in which time zone: if it is UTC, write {day}T{time}Z");
    }
    format!("\"{text}\" is no time: write year, month, day and time in UTC, such as 2026-04-15T00:00:00Z")
}

/// Reads a day written as `2026-01-31`.
pub(super) fn iso_day(text: &str) -> Option<Date> {
    day(text, '-').filter(|(_, parts)| parts[0].len() == 4).and_then(|([y, m, d], _)| date(y, m, d))
}

/// Reads a day written as `31.01.2026`.
pub(super) fn german_day(text: &str) -> Option<Date> {
    day(text, '.').filter(|(_, parts)| parts[2].len() == 4).and_then(|([d, m, y], _)| date(y, m, d))
}

/// Reads a time of day: `18:00` or `18:00:30`. Returns it with seconds.
pub(super) fn of_day(text: &str) -> Option<String> {
    let numbers: Option<Vec<u8>> = text.split(':').map(|part| part.parse().ok()).collect();
    let (hour, minute, second) = match *numbers?.as_slice() {
        [hour, minute] => (hour, minute, 0),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    (hour < 24 && minute < 60 && second < 60).then(|| format!("{hour:02}:{minute:02}:{second:02}"))
}

/// Splits a text into three numbers.
pub(super) fn day(text: &str, separator: char) -> Option<([i16; 3], [&str; 3])> {
    let mut parts = text.split(separator);
    let three = [parts.next()?, parts.next()?, parts.next()?];
    if parts.next().is_some() {
        return None;
    }
    let number =
        |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok()).flatten();
    Some(([number(three[0])?, number(three[1])?, number(three[2])?], three))
}

/// Returns the day of these numbers, if there is such a day.
pub(super) fn date(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}
