//! Divides the rows to be written into portions, each small enough that nobody waits for long behind it.
//!
//! A document that fits into one portion is one. Of a larger one, an import into a community that is there
//! already writes accounts as a whole, for they are seen at once. An import that makes its community is seen
//! by nobody before its end: it writes the accounts first, in the order in which they are stored, and then
//! what they begin with, because that is several times as fast.

use std::ops::Range;

use super::accounts::beginning;
use super::document::{AccountEntry, Document};
use super::outcome::Outcome;
use super::plan::Plan;

/// The approximate number of rows in a portion.
#[derive(Debug, Clone, Copy)]
pub struct PortionSize(pub usize);

impl Default for PortionSize {
    /// One or two thousand accounts. With smaller portions an import takes longer, because each commit writes
    /// pages that the next one changes once more.
    fn default() -> Self {
        Self(10_000)
    }
}

impl PortionSize {
    /// How many rank changes fit.
    fn changes(self) -> usize {
        (self.0 / CHANGE).max(1)
    }
}

/// The rows of a rank change: the account's standing, its ranks, the change and its event.
const CHANGE: usize = 4;

/// The part of an import that one command writes.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Portion {
    /// Whether it writes the community, its structure and its definitions.
    pub(super) structure: bool,
    /// The accounts to be written, by their index in the document, in the order of their ids.
    pub(super) accounts: Vec<usize>,
    /// The accounts whose beginning is recorded, by their index in the document.
    pub(super) beginnings: Vec<usize>,
    /// The changes of the planned history to be recorded.
    pub(super) changes: Range<usize>,
    /// Whether the import is finished with it.
    pub(super) is_last: bool,
}

/// Divides the rows that are still to be written. Returns no portion if all of them are stored.
pub(super) fn portions(plan: &Plan, document: &Document, size: PortionSize) -> Vec<Portion> {
    let entries = &document.accounts;
    let written = plan.written_before();
    let (accounts, beginnings) = (skip(in_order(plan), written.accounts), new_holders(plan, entries));
    let beginnings = skip(beginnings, written.beginnings);
    let begun = usize::try_from(written.changes).unwrap_or(0);
    let changes = begun.min(plan.history.planned.len())..plan.history.planned.len();

    let rows: usize = accounts.iter().map(|&index| rows_of(&entries[index])).sum();
    let mut portions = if rows + (beginnings.len() + changes.len()) * CHANGE <= size.0 {
        vec![Portion { accounts, beginnings, changes, ..Portion::default() }]
    } else {
        let mut portions = if plan.makes_community {
            in_two_passes(accounts, &beginnings, entries, size)
        } else {
            as_a_whole(&accounts, &beginnings, entries, size)
        };
        portions.extend(of_changes(changes, size));
        portions
    };
    if plan.stored.is_some() && plan.unfinished.is_none() && !plan.changes_structure() {
        portions.retain(|portion| *portion != Portion::default());
    }
    if let Some(first) = portions.first_mut() {
        first.structure = !plan.makes_community || plan.stored.is_none();
    }
    if let Some(last) = portions.last_mut() {
        last.is_last = true;
    }
    portions
}

/// Returns the accounts that are to be written, in the order of their ids.
fn in_order(plan: &Plan) -> Vec<usize> {
    let is_written = |index: &usize| plan.accounts[*index].0 != Outcome::Unchanged;
    let mut order: Vec<usize> = (0..plan.accounts.len()).filter(is_written).collect();
    order.sort_by_key(|&index| plan.accounts[index].1.id);
    order
}

/// Returns the new accounts that begin with ranks or a status, in the document's order.
pub(super) fn new_holders(plan: &Plan, entries: &[AccountEntry]) -> Vec<usize> {
    let begins = |index: &usize| {
        plan.accounts[*index].1.is_new && !beginning(&entries[*index], &plan.structure.all_ranks).is_nothing()
    };
    (0..entries.len()).filter(begins).collect()
}

fn skip(mut indices: Vec<usize>, written: i64) -> Vec<usize> {
    let written = usize::try_from(written).unwrap_or(0).min(indices.len());
    indices.drain(..written);
    indices
}

/// All accounts, and then all beginnings.
fn in_two_passes(
    accounts: Vec<usize>,
    beginnings: &[usize],
    entries: &[AccountEntry],
    size: PortionSize,
) -> Vec<Portion> {
    let accounts = chunks(accounts, size, |index| rows_of(&entries[*index]));
    let of_accounts = accounts.into_iter().map(|accounts| Portion { accounts, ..Portion::default() });
    let beginnings = beginnings.chunks(size.changes());
    let of_beginnings = beginnings.map(|some| Portion { beginnings: some.to_vec(), ..Portion::default() });
    of_accounts.chain(of_beginnings).collect()
}

/// Each account with its beginning, in the document's order.
fn as_a_whole(
    accounts: &[usize],
    beginnings: &[usize],
    entries: &[AccountEntry],
    size: PortionSize,
) -> Vec<Portion> {
    let mut position = vec![usize::MAX; entries.len()];
    for (order, &index) in accounts.iter().enumerate() {
        position[index] = order;
    }
    let in_document = (0..entries.len()).filter(|&index| position[index] != usize::MAX).collect();
    let of_whole =
        chunks(in_document, size, |index| rows_of(&entries[*index]) + CHANGE).into_iter().map(|mut some| {
            let within = |index: &&usize| some.binary_search(index).is_ok();
            let beginnings = beginnings.iter().filter(within).copied().collect();
            some.sort_by_key(|&index| position[index]);
            Portion { accounts: some, beginnings, ..Portion::default() }
        });
    of_whole.collect()
}

fn of_changes(changes: Range<usize>, size: PortionSize) -> impl Iterator<Item = Portion> {
    let end = changes.end;
    changes.step_by(size.changes()).map(move |start| {
        let changes = start..end.min(start + size.changes());
        Portion { changes, ..Portion::default() }
    })
}

/// Divides a list so that each part has about as many rows as make a portion.
fn chunks(indices: Vec<usize>, most: PortionSize, rows: impl Fn(&usize) -> usize) -> Vec<Vec<usize>> {
    let (mut chunks, mut size) = (Vec::new(), most.0);
    for index in indices {
        if size >= most.0 {
            chunks.push(Vec::new());
            size = 0;
        }
        size += rows(&index);
        if let Some(chunk) = chunks.last_mut() {
            chunk.push(index);
        }
    }
    chunks
}

/// The rows of an account: profile, standing, one notification preference, and its parts.
fn rows_of(entry: &AccountEntry) -> usize {
    let preferences = entry.notification_preferences.as_ref();
    let preferences =
        preferences.map_or(1, |topics| topics.values().map(std::collections::BTreeMap::len).sum());
    2 + preferences
        + entry.identifiers.len()
        + entry.api_ids.as_ref().map_or(0, Vec::len)
        + entry.profile_fields.len()
        + entry.clock_rows.len()
        + entry.activity_rows.len()
}
