//! Lineages: a change, its undo, the redo of that undo, and so on. Each reverses the one before it.
//!
//! A change and its undo cancel out; a redo makes the change live again, on top. So the last change of a
//! lineage decides: the first change is live if the last one is that change itself or a redo, and undone if
//! the last one is an undo.

use crate::ids::ChangeNumber;
use crate::rank_change::{ChangeKind, RankChange};
use crate::refusal::{ChangeRef, Refusal};
use crate::transition::Transition;

/// A change, and the reversals that follow from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lineage {
    root: RankChange,
    reversals: Vec<RankChange>,
}

impl Lineage {
    /// Returns the lineage of `root`, a change of its own. The first of `reversals` reverses `root`, each
    /// other one reverses the one before it, and the last one has not been reversed.
    #[must_use]
    pub fn new(root: RankChange, reversals: Vec<RankChange>) -> Self {
        Self { root, reversals }
    }

    /// Returns the first change of the lineage.
    #[must_use]
    pub fn root(&self) -> &RankChange {
        &self.root
    }

    /// Returns the last change of the lineage.
    #[must_use]
    pub fn last(&self) -> &RankChange {
        self.reversals.last().unwrap_or(&self.root)
    }

    /// Returns the change that an undo of `named`, a change of this lineage, reverses.
    ///
    /// This is the last change if an even number of reversals follows `named`: then `named` counts, itself or
    /// through a redo. Otherwise `named` has been undone already, and the error names the last change as the
    /// one that did it.
    pub fn target(&self, named: ChangeNumber) -> Result<&RankChange, Refusal> {
        let reversals_since = self.changes().skip_while(|change| change.number != named).skip(1).count();
        match reversals_since % 2 {
            0 => Ok(self.last()),
            _ => Err(Refusal::AlreadyUndone(ChangeRef::from(self.last()))),
        }
    }

    /// Returns the last change of the lineage, if it came after `named`, a change of this lineage: it is what
    /// has undone `named` in the end, or what has brought it back. `None` if `named` was never reversed.
    #[must_use]
    pub fn last_after(&self, named: ChangeNumber) -> Option<&RankChange> {
        Some(self.last()).filter(|last| last.number > named)
    }

    /// Returns whether this change belongs to the lineage.
    pub(crate) fn contains(&self, number: ChangeNumber) -> bool {
        self.changes().any(|change| change.number == number)
    }

    /// Returns the change whose ranks an undo of the last change has to look at. While the first change of
    /// the lineage is live, this is the first change, whatever part of it a redo brought back. A redo looks
    /// at what the last undo did.
    pub(crate) fn undone(&self) -> &RankChange {
        match self.last().kind {
            ChangeKind::Undo => self.last(),
            ChangeKind::Change | ChangeKind::Redo => &self.root,
        }
    }

    /// Returns whether an undo of the last change has to look at some part of [`Self::undone`]. After a redo
    /// it looks at the part that the redo brought back, and at the part that the undo before it had to skip.
    /// The part that the undo found undone already is left out, because the undo left it alone
    /// (`found_undone` decides by the undo's transition).
    pub(crate) fn concerns(
        &self,
        touches: impl Fn(&Transition) -> bool,
        found_undone: impl Fn(&Transition) -> bool,
    ) -> bool {
        if self.last().kind == ChangeKind::Undo {
            return true;
        }
        self.reversals.chunks_exact(2).fold(true, |concerned, pair| {
            let [undo, redo] = [&pair[0].transition, &pair[1].transition];
            touches(redo) || (concerned && !found_undone(undo))
        })
    }

    /// Returns the change that an undo inverts where `touches` is true: the last change of the same direction
    /// that touched it.
    pub(crate) fn inverted(&self, touches: impl Fn(&Transition) -> bool) -> &RankChange {
        let undone = self.undone();
        let is_undo = |change: &RankChange| change.kind == ChangeKind::Undo;
        self.changes()
            .filter(|change| is_undo(change) == is_undo(undone) && change.number >= undone.number)
            .filter(|change| touches(&change.transition))
            .last()
            .unwrap_or(undone)
    }

    /// Returns the changes of the lineage, from the last to the first.
    pub fn newest_first(&self) -> impl Iterator<Item = &RankChange> {
        self.reversals.iter().rev().chain(std::iter::once(&self.root))
    }

    /// Returns the changes of the lineage, from the first to the last.
    pub fn oldest_first(&self) -> impl Iterator<Item = &RankChange> {
        self.changes()
    }

    fn changes(&self) -> impl Iterator<Item = &RankChange> {
        std::iter::once(&self.root).chain(&self.reversals)
    }
}
