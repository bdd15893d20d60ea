//! Days as spreadsheets write them: year first, or day or month first, which the whole column decides.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;

use super::super::times::{Time, date, day, german_day, iso_day, of_day};

/// The order of day and month where they stand between strokes: `31/01/2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// `31/01/2026`
    DayFirst,
    /// `01/31/2026`
    MonthFirst,
}

impl FromStr for DateOrder {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "day-first" => Ok(Self::DayFirst),
            "month-first" => Ok(Self::MonthFirst),
            _ => Err("write day-first (31/01/2026) or month-first (01/31/2026)"),
        }
    }
}

/// Reads the days of one column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Days {
    order: Option<DateOrder>,
}

impl Days {
    /// Reads days in the order that was said, or else in the one that the column shows: 13 and more is no
    /// month.
    pub(super) fn of<'a>(said: Option<DateOrder>, mut cells: impl Iterator<Item = &'a str>) -> Self {
        let shown = || {
            cells.find_map(|cell| match strokes(cell)?.0 {
                [first, second, _] if first > 12 && second <= 12 => Some(DateOrder::DayFirst),
                [first, second, _] if first <= 12 && second > 12 => Some(DateOrder::MonthFirst),
                _ => None,
            })
        };
        Self { order: said.or_else(shown) }
    }

    /// Reads a cell: a day, which begins at midnight in UTC, or a time. The error says how to write it.
    pub(super) fn read(self, cell: &str) -> Result<Time, String> {
        if let Ok(time) = cell.parse::<Timestamp>() {
            return Ok(Time::from(time));
        }
        let (day, time) = match cell.split_once([' ', 'T']) {
            Some((day, time)) => (day, of_day(time.trim())),
            None => (cell, Some("00:00:00".to_owned())),
        };
        let day = iso_day(day).or_else(|| german_day(day)).map_or_else(|| self.stroked(day, cell), Ok)?;
        let time = time.and_then(|time| format!("{day}T{time}Z").parse::<Timestamp>().ok());
        time.map(Time::from).ok_or_else(|| unknown(cell))
    }

    fn stroked(self, day: &str, cell: &str) -> Result<Date, String> {
        let ([first, second, year], _) = strokes(day).ok_or_else(|| unknown(cell))?;
        let found = match self.order {
            _ if first == second => date(year, first, second),
            Some(DateOrder::DayFirst) => date(year, second, first),
            Some(DateOrder::MonthFirst) => date(year, first, second),
            None => {
                return Err(format!(
                    "\"{cell}\" has the day or the month first, and no other row shows which: say it with --dates day-first \
                     or --dates month-first"
                ));
            }
        };
        found.ok_or_else(|| unknown(cell))
    }
}

/// Splits `31/01/2026` into its numbers.
fn strokes(cell: &str) -> Option<([i16; 3], [&str; 3])> {
    let cell = cell.split_whitespace().next()?;
    day(cell, '/').filter(|(_, parts)| parts[2].len() == 4)
}

fn unknown(cell: &str) -> String {
    let serial = cell.parse::<f64>().is_ok_and(|number| (10_000.0..100_000.0).contains(&number));
    if serial {
        return format!(
            "\"{cell}\" is the number by which spreadsheets count days: format the column as a date, year first, and save it \
             again"
        );
    }
    format!("\"{cell}\" is no date: write it like 2026-01-31, 31.01.2026 or 2026-01-31 18:00 (UTC)")
}
