//! Bursts: many changes by the same person or key, one soon after the other, fold into one row of a list.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::entries::Entry;
use super::names::Doer;

/// Smallest number of changes that fold.
const FEWEST: usize = 5;

/// The longest time between two changes of a burst.
const PAUSE: SignedDuration = SignedDuration::from_mins(5);

/// A row of a list.
pub(in crate::console) struct Item {
    /// The changes of the row, newest first: one, or those of a burst.
    pub(in crate::console) entries: Vec<Entry>,
    /// Whether a day begins with it: the rows of a day stand under its heading.
    pub(in crate::console) begins_day: bool,
}

impl Item {
    /// Returns the newest change.
    pub(in crate::console) fn newest(&self) -> &Entry {
        self.entries.first().expect("a row has an entry")
    }

    /// Returns the oldest change.
    pub(in crate::console) fn oldest(&self) -> &Entry {
        self.entries.last().expect("a row has an entry")
    }

    /// Whether it is a burst.
    pub(in crate::console) fn is_burst(&self) -> bool {
        self.entries.len() > 1
    }

    /// Whether something came of a press on one of its changes.
    pub(in crate::console) fn has_outcome(&self) -> bool {
        self.entries.iter().any(|entry| entry.outcome.is_some())
    }

    /// Returns the number of members that were changed.
    pub(in crate::console) fn members(&self) -> usize {
        let members = self.entries.iter().filter_map(|entry| entry.member.as_ref());
        members.map(|member| (member.number, &member.name)).collect::<HashSet<_>>().len()
    }

    /// Returns how many of its changes took something away.
    pub(in crate::console) fn took(&self) -> usize {
        self.entries.iter().filter(|entry| entry.takes).count()
    }

    /// Returns how many of its changes have been undone.
    pub(in crate::console) fn undone(&self) -> usize {
        self.entries.iter().filter(|entry| entry.is_undone).count()
    }
}

/// Returns entries as rows, each by itself.
pub(in crate::console) fn plain(entries: Vec<Entry>) -> Vec<Item> {
    with_days(entries.into_iter().map(|entry| vec![entry]).collect())
}

/// Returns entries as rows, with bursts folded. Changes of others in between do not part a burst.
pub(in crate::console) fn folded(entries: Vec<Entry>) -> Vec<Item> {
    let mut groups: Vec<Vec<Entry>> = Vec::new();
    for entry in entries {
        let goes_on = |group: &&mut Vec<Entry>| {
            group
                .last()
                .is_some_and(|newer| is_same(&newer.doer, &entry.doer) && is_soon(newer.when, entry.when))
        };
        match groups.iter_mut().rev().find(goes_on) {
            Some(group) if !entry.is_reversal => group.push(entry),
            _ => groups.push(vec![entry]),
        }
    }
    let (bursts, few): (Vec<_>, Vec<_>) = groups.into_iter().partition(|group| group.len() >= FEWEST);
    let mut rows: Vec<Vec<Entry>> =
        few.into_iter().flatten().map(|entry| vec![entry]).chain(bursts).collect();
    rows.sort_by_key(|row| row.first().map(|entry| std::cmp::Reverse(entry.number)));
    with_days(rows)
}

fn with_days(rows: Vec<Vec<Entry>>) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::with_capacity(rows.len());
    for entries in rows {
        let mut item = Item { entries, begins_day: false };
        item.begins_day = items.last().is_none_or(|before| before.newest().at.day != item.newest().at.day);
        items.push(item);
    }
    items
}

fn is_same(one: &Doer, other: &Doer) -> bool {
    one.who.name == other.who.name && one.who.number == other.who.number && one.way == other.way
}

fn is_soon(newer: Timestamp, older: Timestamp) -> bool {
    newer.duration_since(older) < PAUSE
}
