//! A change and what became of it: its undo, the redo of that, and so on, each the reversal of the one before.
//!
//! A change and its undo cancel out; a redo makes the change live again, on top. So the last of a lineage says how things
//! stand: the change is live if that is the change itself or a redo, and undone if it is an undo.

use crate::ids::ChangeNumber;
use crate::rank_change::{ChangeKind, RankChange};
use crate::refusal::{ChangeRef, Refusal};
use crate::transition::Transition;

/// A change, and the reversals that lead on from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lineage {
    root: RankChange,
    reversals: Vec<RankChange>,
}

impl Lineage {
    /// The lineage of `root`, a change of its own. Of `reversals` the first reverses it, each other the one before, and the
    /// last has not been reversed.
    #[must_use]
    pub fn new(root: RankChange, reversals: Vec<RankChange>) -> Self {
        Self { root, reversals }
    }

    /// The change that it began with.
    #[must_use]
    pub fn root(&self) -> &RankChange {
        &self.root
    }

    /// The change that it ends with.
    #[must_use]
    pub fn last(&self) -> &RankChange {
        self.reversals.last().unwrap_or(&self.root)
    }

    /// The change that an undo of `named`, one of this lineage, reverses.
    ///
    /// That is the last one, if an even number of reversals leads to it: then `named` stands, itself or through a redo.
    /// Otherwise it is undone already, by the last one.
    pub fn target(&self, named: ChangeNumber) -> Result<&RankChange, Refusal> {
        let reversals_since = self.changes().skip_while(|change| change.number != named).skip(1).count();
        match reversals_since % 2 {
            0 => Ok(self.last()),
            _ => Err(Refusal::AlreadyUndone(ChangeRef::from(self.last()))),
        }
    }

    /// Whether this change belongs to it.
    pub(crate) fn contains(&self, number: ChangeNumber) -> bool {
        self.changes().any(|change| change.number == number)
    }

    /// The change whose ranks an undo of the last one has to look at. While the change that it began with is live, that is
    /// this one, whatever part of it a redo brought back; a redo looks at what the last undo did.
    pub(crate) fn undone(&self) -> &RankChange {
        match self.last().kind {
            ChangeKind::Undo => self.last(),
            ChangeKind::Change | ChangeKind::Redo => &self.root,
        }
    }

    /// Whether an undo of the last one has to look at some part of [`Self::undone`]. After a redo it looks at what that
    /// brought back, and at what the undo before it had to skip; not at what that undo found undone already, for it
    /// left that alone (`found_undone` tells by the undo's transition).
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

    /// The last change of the same direction that did something to what `touches` looks for: what an undo inverts there.
    pub(crate) fn source(&self, touches: impl Fn(&Transition) -> bool) -> &RankChange {
        let undone = self.undone();
        let is_undo = |change: &RankChange| change.kind == ChangeKind::Undo;
        self.changes()
            .filter(|change| is_undo(change) == is_undo(undone) && change.number >= undone.number)
            .filter(|change| touches(&change.transition))
            .last()
            .unwrap_or(undone)
    }

    /// Its changes, from the last to the one it began with.
    pub fn newest_first(&self) -> impl Iterator<Item = &RankChange> {
        self.reversals.iter().rev().chain(std::iter::once(&self.root))
    }

    fn changes(&self) -> impl Iterator<Item = &RankChange> {
        std::iter::once(&self.root).chain(&self.reversals)
    }
}
