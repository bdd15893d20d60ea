//! Times as people write them: `7d`, `PT12H`, `2026-12-05`, `5 December`, `5 Dec 20:00`. In UTC.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

/// The sentence for a text that is no end.
const NO_END: &str = "Write 7d, PT12H or a date, such as 5 December.";

/// The sentence for a text that is no time that has passed.
const NO_PAST: &str = "Write 2h or 3d for how long ago, or a date, such as 5 December.";

/// The sentence for a span whose unit is not clear.
const UNCLEAR: &str = "m can mean months or minutes: write 2mo or 30min.";

/// The first letters of the months.
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads the end of a rank, which must be to come. `None` if nothing was written: the rank has no end then.
/// The error says what to write.
pub(in crate::console) fn end(text: &str, now: Timestamp) -> Result<Option<Timestamp>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let end = match span(text)? {
        Some(span) => now.to_zoned(TimeZone::UTC).checked_add(span).ok().map(|end| end.timestamp()),
        None => times(text, now, Side::ToCome).map(|(_, end)| end),
    };
    let end = end.ok_or_else(|| NO_END.to_owned())?;
    let end = Timestamp::from_millisecond(end.as_millisecond()).unwrap_or(end);
    if end > now { Ok(Some(end)) } else { Err("That time has passed. Write a later one.".to_owned()) }
}

/// Reads a time that has passed. Returns where it begins and where it ends: a day lasts until the next one, a
/// time of day is both. `None` if nothing was written. The error says what to write.
pub(in crate::console) fn past(text: &str, now: Timestamp) -> Result<Option<(Timestamp, Timestamp)>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let found = match span(text)? {
        Some(span) => {
            let then = now.to_zoned(TimeZone::UTC).checked_sub(span.abs()).ok();
            then.map(|then| (then.timestamp(), then.timestamp()))
        }
        None => times(text, now, Side::Past),
    };
    found.map(Some).ok_or_else(|| NO_PAST.to_owned())
}

/// Reads a span. `None` if the text is none.
fn span(text: &str) -> Result<Option<Span>, String> {
    let is_count = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit());
    if text.strip_suffix(['m', 'M']).is_some_and(|rest| is_count(rest.trim_end())) {
        return Err(UNCLEAR.to_owned());
    }
    Ok(text.parse().ok())
}

/// Which of the dates without a year is meant.
#[derive(Clone, Copy)]
enum Side {
    /// The last one.
    Past,
    /// The next one.
    ToCome,
}

/// Returns where a day or a moment begins and ends.
fn times(text: &str, now: Timestamp, side: Side) -> Option<(Timestamp, Timestamp)> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some((time, time));
    }
    let (date, time) = date(text, now, side)?;
    let at = |date: Date, time| Some(date.to_datetime(time).to_zoned(TimeZone::UTC).ok()?.timestamp());
    match time {
        Some(time) => at(date, time).map(|at| (at, at)),
        None => Some((at(date, Time::midnight())?, at(date.checked_add(1.day()).ok()?, Time::midnight())?)),
    }
}

/// Reads a date, and the time of day if there is one.
fn date(text: &str, now: Timestamp, side: Side) -> Option<(Date, Option<Time>)> {
    let mut words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let time = match words.last() {
        Some(last) if last.contains(':') => {
            let time = last.parse().ok()?;
            words.pop();
            Some(time)
        }
        _ => None,
    };
    let today = now.to_zoned(TimeZone::UTC).date();
    let date = match words.as_slice() {
        [word] if word.eq_ignore_ascii_case("today") => today,
        [date] => date.parse().ok()?,
        [day, month] => {
            let of = |year| Date::new(year, month_of(month)?, day.parse().ok()?).ok();
            match side {
                Side::Past => of(today.year()).filter(|date| *date <= today).or_else(|| of(today.year() - 1)),
                Side::ToCome => {
                    of(today.year()).filter(|date| *date >= today).or_else(|| of(today.year() + 1))
                }
            }?
        }
        [day, month, year] => Date::new(year.parse().ok()?, month_of(month)?, day.parse().ok()?).ok()?,
        _ => return None,
    };
    Some((date, time))
}

fn month_of(word: &str) -> Option<i8> {
    let word = word.to_lowercase();
    let found = MONTHS.iter().position(|month| word.starts_with(month))?;
    i8::try_from(found + 1).ok()
}
