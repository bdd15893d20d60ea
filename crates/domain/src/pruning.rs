//! Pruning: how much of the beginning of a ledger can be deleted.
//!
//! The part that is kept must be complete in itself. An undo looks at the change it reverses and at the whole
//! lineage of that change, so a change and its reversals are deleted together or kept together.

use crate::ids::ChangeNumber;

/// A change and the one that reversed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reversal {
    /// The change that was reversed.
    pub of: ChangeNumber,
    /// The change that reversed it.
    pub by: ChangeNumber,
}

/// Returns the last number, `up_to` at the most, such that no change after it reverses one up to it.
/// `reversals` are those of changes up to `up_to`, in the order of the changes that they reverse.
#[must_use]
pub fn last_cut(up_to: ChangeNumber, reversals: impl IntoIterator<Item = Reversal>) -> ChangeNumber {
    // The last part of the ledger that reversals keep together.
    let mut held: Option<Reversal> = None;
    for reversal in reversals {
        match &mut held {
            Some(held) if reversal.of <= held.by => held.by = held.by.max(reversal.by),
            _ => held = Some(reversal),
        }
    }
    match held {
        Some(held) if held.by > up_to => held.of.previous(),
        _ => up_to,
    }
}
