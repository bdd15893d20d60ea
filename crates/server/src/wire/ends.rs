//! Ends as a request gives them: a time, or a duration from now. Of grants, and of bans.

use jiff::fmt::temporal::SpanParser;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use rankledger_domain::grant::{MAX_YEARS, latest_end};

use crate::wire::problem::Problem;

/// An ISO 8601 duration; that it says something, and not too much, is checked by [`span`] and [`end_in`].
pub(crate) const DURATION: &str =
    r"^P([0-9]+Y)?([0-9]+M)?([0-9]+W)?([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]{1,9})?S)?)?$";

static SPANS: SpanParser = SpanParser::new();

/// Reads a time at which something ends, in whole milliseconds; `pointer` is the JSON pointer of the text.
/// Whether the time has passed is not checked.
pub(crate) fn end_at(pointer: &str, text: &str, now: Timestamp) -> Result<Timestamp, Problem> {
    let what = "it must be a time such as 2026-12-31T23:59:59Z, or null for no end";
    let time = text.parse().map_err(|_| Problem::invalid_body(pointer, what))?;
    not_too_late(pointer, time, now)
}

/// Reads a duration after which something ends, and returns the end, in whole milliseconds. Months and years
/// are those of the calendar, in UTC.
pub(crate) fn end_in(pointer: &str, text: &str, now: Timestamp) -> Result<Timestamp, Problem> {
    // A time beyond the calendar is too far ahead as well.
    let end = now.to_zoned(TimeZone::UTC).checked_add(span(pointer, text)?);
    not_too_late(pointer, end.map_or(Timestamp::MAX, |end| end.timestamp()), now)
}

/// Reads a duration that is longer than nothing.
pub(crate) fn span(pointer: &str, text: &str) -> Result<Span, Problem> {
    let what = "it must be an ISO 8601 duration longer than nothing, such as P30D, PT12H or P1Y6M";
    let span = SPANS.parse_span(text).ok().filter(|span| span.is_positive());
    span.ok_or_else(|| Problem::invalid_body(pointer, what))
}

fn not_too_late(pointer: &str, end: Timestamp, now: Timestamp) -> Result<Timestamp, Problem> {
    if end > latest_end(now) {
        let what = format!("it is more than {MAX_YEARS} years ahead: leave it out if there is to be no end");
        return Err(Problem::invalid_body(pointer, &what));
    }
    let millis = Timestamp::from_millisecond(end.as_millisecond());
    Ok(millis.expect("a whole millisecond of a valid time is valid"))
}
