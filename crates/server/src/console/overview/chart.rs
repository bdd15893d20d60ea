//! The changes of the last 24 hours, hour by hour: what the chart of the overview shows.

use jiff::{SignedDuration, Timestamp};
use rankledger_storage::history::LinkedChange;

use crate::console::parts::moment::Moment;

/// Number of bars.
const HOURS: usize = 24;

/// Width of a bar with the gap behind it, and the height of the chart.
const STEP: u32 = 12;
const HEIGHT: u32 = 100;

/// The chart.
pub(super) struct Chart {
    pub(super) bars: Vec<Bar>,
    /// The highest number of changes in an hour.
    pub(super) most: u32,
}

/// An hour.
pub(super) struct Bar {
    pub(super) from: Moment,
    pub(super) took: u32,
    pub(super) gave: u32,
    pub(super) x: u32,
    pub(super) took_y: u32,
    pub(super) took_height: u32,
    pub(super) gave_y: u32,
    pub(super) gave_height: u32,
}

impl Chart {
    /// Counts changes by the hour before `now` in which they were made. One that takes something away
    /// counts as such, whatever it gives.
    pub(super) fn of(changes: &[LinkedChange], now: Timestamp) -> Self {
        let mut counts = [(0_u32, 0_u32); HOURS];
        for LinkedChange { change, .. } in changes {
            let ago = usize::try_from(now.duration_since(change.at).as_hours()).unwrap_or(0);
            if let Some((took, gave)) = counts.get_mut(ago) {
                let takes = change.transition.removed().next().is_some();
                *(if takes { took } else { gave }) += 1;
            }
        }
        let most = counts.iter().map(|(took, gave)| took + gave).max().unwrap_or(0);
        let height = |count: u32| (count * HEIGHT).div_ceil(most.max(1));
        let bar = |(index, (took, gave)): (usize, (u32, u32))| {
            let ago = i64::try_from(HOURS - index).unwrap_or(0);
            let from = now.checked_sub(SignedDuration::from_hours(ago)).unwrap_or(now);
            let (took_height, gave_height) = (height(took), height(gave));
            Bar {
                from: Moment::of(from),
                took,
                gave,
                x: u32::try_from(index).unwrap_or(0) * STEP,
                took_y: HEIGHT.saturating_sub(took_height),
                took_height,
                gave_y: HEIGHT.saturating_sub(took_height + gave_height),
                gave_height,
            }
        };
        Self { bars: counts.into_iter().rev().enumerate().map(bar).collect(), most }
    }
}
