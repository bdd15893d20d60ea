//! Transitions: the ranks and the status of an account before and after a rank change.

use crate::account::{Account, HeldRank};
use crate::ids::RankId;

/// One transition of one account's ranks and status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The ranks held before, in order.
    pub before: Vec<HeldRank>,
    /// The ranks held after, in order.
    pub after: Vec<HeldRank>,
    /// `comStatus` before.
    pub status_before: bool,
    /// `comStatus` after.
    pub status_after: bool,
    /// The status that was asked for, if one was. Without it the status follows from the ranks.
    pub active: Option<bool>,
}

impl Transition {
    /// Carries the transition out on the account.
    pub fn apply_to(&self, account: &mut Account) {
        account.ranks.clone_from(&self.after);
        account.com_status = self.status_after;
    }

    /// Returns the grants that are there after but not before, in the order after.
    pub fn added(&self) -> impl Iterator<Item = HeldRank> {
        self.after.iter().filter(|held| !self.before.contains(held)).copied()
    }

    /// Returns the grants that were there before and are gone after, in the order before.
    pub fn removed(&self) -> impl Iterator<Item = HeldRank> {
        self.before.iter().filter(|held| !self.after.contains(held)).copied()
    }

    /// Returns the grants that were shortened, in the order before: the rank stays, and its end comes sooner
    /// or is new.
    pub fn shortened(&self) -> impl Iterator<Item = HeldRank> {
        let is_shorter =
            |held: &HeldRank| self.after.iter().any(|after| after.rank == held.rank && held.outlasts(*after));
        self.before.iter().copied().filter(move |held| is_shorter(held))
    }

    /// Returns whether the rank was added or removed.
    #[must_use]
    pub fn touches_rank(&self, rank: RankId) -> bool {
        grant_of(&self.before, rank) != grant_of(&self.after, rank)
    }

    /// Returns the ranks that were removed, in the order before, then those that were added, in the order
    /// after; each once.
    #[must_use]
    pub fn touched_ranks(&self) -> Vec<RankId> {
        let removed: Vec<_> = self.removed().map(|held| held.rank).collect();
        let only_added = self.added().map(|held| held.rank).filter(|rank| !removed.contains(rank));
        let only_added: Vec<_> = only_added.collect();
        [removed, only_added].concat()
    }

    /// Returns whether ranks were both added and removed: a move, such as a promotion. A different end for a
    /// rank that stays does not count.
    #[must_use]
    pub fn is_move(&self) -> bool {
        let is_new = |held: HeldRank| !self.before.iter().any(|other| other.rank == held.rank);
        let is_gone = |held: HeldRank| !self.after.iter().any(|other| other.rank == held.rank);
        self.added().any(is_new) && self.removed().any(is_gone)
    }

    /// Returns whether the status changed, asked for or not.
    #[must_use]
    pub fn touches_status(&self) -> bool {
        self.status_before != self.status_after
    }

    /// Returns whether both ranks and status stay as they are.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.before == self.after && !self.touches_status()
    }

    /// Returns whether the account gains by the transition: a rank, more time for one, or by request the
    /// active status. A banned or archived account may not gain, and nobody may gain by their own change.
    #[must_use]
    pub fn raises(&self) -> bool {
        let is_gain = |grant: HeldRank| is_gain(grant, &self.before);
        self.added().any(is_gain) || (self.touches_status() && self.active == Some(true))
    }
}

/// Returns the grant of a rank. `None` if the rank is not held.
pub(crate) fn grant_of(ranks: &[HeldRank], rank: RankId) -> Option<HeldRank> {
    ranks.iter().find(|held| held.rank == rank).copied()
}

/// Returns whether the grant is more than what is held: a rank that is not held, or more time for one that
/// is.
pub(crate) fn is_gain(grant: HeldRank, held: &[HeldRank]) -> bool {
    grant_of(held, grant.rank).is_none_or(|held| grant.outlasts(held))
}

/// Returns whether both hold the same ranks, in any order and with any ends.
pub(crate) fn same_ranks(a: &[HeldRank], b: &[HeldRank]) -> bool {
    a.len() == b.len() && a.iter().all(|held| b.iter().any(|other| other.rank == held.rank))
}

/// Returns the status that follows from the ranks when none was asked for: active with at least one rank.
/// With `keeps_inactive` it may become inactive that way, but not active (see
/// [`crate::authority::Authority::keeps_inactive`]).
#[must_use]
pub(crate) fn automatic_status(after: &[HeldRank], current: bool, keeps_inactive: bool) -> bool {
    !after.is_empty() && (current || !keeps_inactive)
}
