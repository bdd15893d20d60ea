//! The lineage of a change: its undo, the redo of that, and so on. Which parts of it are live, and which ones
//! an undo looks at. The section "What an undo means" of the design, and decision 2.

use super::{Change, Grant, Model, grant_of};
use crate::community::RANKS;
use crate::outcome::{Refusal, Slot};
use crate::steps::Hour;

/// The content of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    /// The rank is not held.
    Absent,
    /// The rank is held, for ever or until an hour.
    Held(Option<Hour>),
    Status(bool),
}

/// A part of a change, as its undo sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) slot: Slot,
    /// The content of the slot once the part is undone.
    pub(super) undone: Value,
    /// The change that touched the slot: only later changes can supersede it, and a rank returns to its
    /// position before that change.
    pub(super) by: usize,
}

/// Returns the content of a slot of an account.
pub(super) fn value(ranks: &[Grant], status: bool, slot: Slot) -> Value {
    match slot {
        Slot::Rank(rank) => grant_of(ranks, rank).map_or(Value::Absent, |grant| Value::Held(grant.end)),
        Slot::Status => Value::Status(status),
    }
}

pub(super) fn slots() -> impl Iterator<Item = Slot> {
    (0..RANKS.len()).map(Slot::Rank).chain([Slot::Status])
}

impl Change {
    fn value_before(&self, slot: Slot) -> Value {
        value(&self.before, self.status_before, slot)
    }

    pub(super) fn touches(&self, slot: Slot) -> bool {
        self.value_before(slot) != value(&self.after, self.status_after, slot)
    }
}

impl Model {
    /// Returns the last change of the lineage, which is the one to undo after undos and redos. Refuses if
    /// that last change is an undo: then the change is undone already.
    pub(super) fn last_of_chain(&self, number: usize) -> Result<usize, Refusal> {
        let (mut last, mut reversals) = (number, 0);
        while let Some(next) = self.reversal_of(last) {
            last = next;
            reversals += 1;
        }
        if reversals % 2 == 0 { Ok(last) } else { Err(Refusal::new(409, "already-undone")) }
    }

    pub(super) fn reversal_of(&self, number: usize) -> Option<usize> {
        let mut later = self.numbered().filter(|(_, change)| change.reverses == Some(number));
        later.next().map(|(number, _)| number)
    }

    /// Returns whether a change is an undo: the reversal of a change, or of a redo.
    pub(super) fn is_undo(&self, number: usize) -> bool {
        self.change_of(number).reverses.is_some_and(|reversed| !self.is_undo(reversed))
    }

    /// Returns whether a change is live: it is not an undo, and nothing has reversed it.
    pub(super) fn is_live(&self, number: usize) -> bool {
        !self.is_undo(number) && self.reversal_of(number).is_none()
    }

    /// Returns the position of a change among the others: its number. A change that the current rollback
    /// brought back has the position it had before, so that the steps of the rollback do not conflict.
    pub(super) fn place(&self, number: usize) -> usize {
        let change = self.change_of(number);
        let brought_back = self.rolling_back && change.batch == Some(self.batches) && change.kind == "redo";
        let undone = change.reverses.filter(|_| brought_back);
        undone.and_then(|undo| self.change_of(undo).reverses).unwrap_or(number)
    }

    /// Returns the parts of a change: the slots that it touched. A redo also has the parts that the undo
    /// before it left to be looked at again.
    pub(super) fn parts(&self, number: usize) -> Vec<Part> {
        let change = self.change_of(number);
        let did = |slot: &Slot| change.touches(*slot) && (*slot != Slot::Status || change.active.is_some());
        let own = slots().filter(did);
        let part = |slot| Part { slot, undone: change.value_before(slot), by: number };
        let mut parts: Vec<_> = own.map(part).collect();
        if let Some(undo) = change.reverses.filter(|reversed| self.is_undo(*reversed)) {
            let mut again = self.looked_at_again(undo);
            again.retain(|part| parts.iter().all(|own| own.slot != part.slot));
            parts.append(&mut again);
        }
        parts
    }

    /// Returns the parts to be looked at again once this undo was undone, beside those that the redo touched:
    /// the parts that the undo skipped although they were not already as wanted, and every rank of a move,
    /// because half a move is not undone unless asked for.
    fn looked_at_again(&self, undo: usize) -> Vec<Part> {
        let change = self.change_of(undo);
        let Some(reversed) = change.reverses else { return Vec::new() };
        let is_move = self.is_move(reversed);
        let mut parts = self.parts(reversed);
        parts.retain(|part| {
            let was_skipped = !change.touches(part.slot) && change.value_before(part.slot) != part.undone;
            was_skipped || (is_move && part.slot != Slot::Status)
        });
        parts
    }

    /// Returns whether a change is a move: it gave ranks and took ranks. Another end for a rank that stays is
    /// neither. A redo is a move if the change is one that it brought back.
    pub(super) fn is_move(&self, number: usize) -> bool {
        let change = self.change_of(number);
        if change.kind == "redo" {
            let undo = change.reverses.map(|undo| self.change_of(undo));
            return undo.and_then(|undo| undo.reverses).is_some_and(|redone| self.is_move(redone));
        }
        let goes = |some: &[Grant], others: &[Grant]| {
            some.iter().any(|grant| grant_of(others, grant.rank).is_none())
        };
        goes(&change.before, &change.after) && goes(&change.after, &change.before)
    }
}
