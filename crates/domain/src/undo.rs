//! Plans an undo: from a recorded change to the transition that undoes it.
//!
//! An undo applies the inverse of what the change did, rank by rank; it does not restore the state from
//! before it. Effects of later changes on other ranks stay. The undo of an undo is a redo, under the same
//! rules.

use jiff::Timestamp;

use crate::account::{Account, HeldRank};
use crate::authority::Authority;
use crate::change::refuse_gain;
use crate::ids::RankId;
use crate::lineage::Lineage;
use crate::rank::CommunityRanks;
use crate::rank_change::RankChange;
use crate::refusal::{ChangeRef, Refusal, RetiredEntry, Slot, SlotState, UndoItem};
use crate::transition::{Transition, automatic_status, is_gain, same_ranks};

/// How an undo deals with conflicting later changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnConflict {
    /// Write nothing.
    #[default]
    Refuse,
    /// Undo the clean slots and list the rest.
    Skip,
    /// Undo superseded slots too, and list those that cannot be given back.
    Force,
}

/// The later changes that the undo of the last change of a lineage has to look at: for each slot the last
/// live one that touched it. Older ones do not matter, however many there are.
#[derive(Debug)]
pub struct LaterChanges<'a> {
    lineage: &'a Lineage,
    /// The ranks that no later change was found to touch so far.
    ranks: Vec<RankId>,
    /// Whether no later change was found to touch the status so far.
    status: bool,
    newest_first: Vec<RankChange>,
}

impl<'a> LaterChanges<'a> {
    /// Returns the changes before any was looked at.
    #[must_use]
    pub fn of(lineage: &'a Lineage) -> Self {
        let undone = &lineage.undone().transition;
        let (ranks, status) = (undone.touched_ranks(), undone.touches_status());
        Self { lineage, ranks, status, newest_first: Vec::new() }
    }

    /// Looks at the next live change of the account, from the newest on. Returns whether older ones matter.
    pub fn look_at(&mut self, change: RankChange) -> bool {
        if !self.lineage.contains(change.number) {
            let (transition, count) = (&change.transition, self.ranks.len());
            self.ranks.retain(|rank| !transition.touches_rank(*rank));
            let touches_status = self.status && transition.touches_status();
            self.status &= !touches_status;
            if touches_status || self.ranks.len() < count {
                self.newest_first.push(change);
            }
        }
        self.status || !self.ranks.is_empty()
    }

    /// Returns them as [`plan_undo`] takes them: oldest first.
    #[must_use]
    pub fn oldest_first(mut self) -> Vec<RankChange> {
        self.newest_first.reverse();
        self.newest_first
    }
}

/// A planned undo: the inverse of what a change did, as far as it is still there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inverse {
    /// Transition that the undo makes.
    pub transition: Transition,
    /// Slots that are not undone. Empty with [`OnConflict::Refuse`].
    pub skipped: Vec<UndoItem>,
}

/// Plans the undo of the last change of `lineage` (see [`Lineage::target`]). `None` if the account is by now
/// as the undo would leave it.
///
/// `later` are the live changes of the same account after the first change of the lineage, oldest first; or
/// of these only [`LaterChanges`].
pub fn plan_undo(
    account: &Account,
    ranks: &CommunityRanks,
    authority: &Authority,
    lineage: &Lineage,
    later: &[RankChange],
    on_conflict: OnConflict,
    now: Timestamp,
) -> Result<Option<Inverse>, Refusal> {
    let keeps_inactive = authority.keeps_inactive(account);
    let slots = Slots { account, ranks, lineage, later, now, keeps_inactive };
    let items = slots.items();
    // An undo that had to skip everything did nothing. Its redo does nothing either, but makes the change
    // live again.
    if !items.is_empty() && items.iter().all(|item| matches!(item.state, SlotState::Already(_))) {
        return Ok(None);
    }
    if on_conflict == OnConflict::Refuse {
        refuse_unless_undoable(&items, lineage.undone(), ranks)?;
    }
    let (undone, rest): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| match item.state {
        SlotState::Clean => true,
        SlotState::Superseded(_) => on_conflict == OnConflict::Force,
        SlotState::Already(_) | SlotState::Retired | SlotState::Expired => false,
    });
    let transition = slots.transition(&undone);
    authority.check(account, &transition, ranks, now).map_err(Refusal::InsufficientPower)?;
    if transition.raises() {
        refuse_gain(account)?;
    }
    let skipped = if on_conflict == OnConflict::Refuse { Vec::new() } else { rest };
    Ok(Some(Inverse { transition, skipped }))
}

/// Returns the state of each slot for the undo of the last change of `lineage`. `later` as for [`plan_undo`].
#[must_use]
pub fn undo_items(
    account: &Account,
    ranks: &CommunityRanks,
    lineage: &Lineage,
    later: &[RankChange],
    now: Timestamp,
) -> Vec<UndoItem> {
    Slots { account, ranks, lineage, later, now, keeps_inactive: false }.items()
}

/// Refuses an undo with conflicts, retired ranks or ended grants. A pure change may be partly undone already;
/// a move is only undone as a whole.
fn refuse_unless_undoable(
    items: &[UndoItem],
    undone: &RankChange,
    ranks: &CommunityRanks,
) -> Result<(), Refusal> {
    let is_move = undone.transition.is_move();
    let in_the_way = |item: &&UndoItem| match item.state {
        SlotState::Superseded(_) => true,
        SlotState::Already(_) => is_move && item.slot != Slot::Status,
        SlotState::Clean | SlotState::Retired | SlotState::Expired => false,
    };
    if items.iter().any(|item| in_the_way(&item)) {
        let not_clean = items.iter().filter(|item| item.state != SlotState::Clean).cloned().collect();
        return Err(Refusal::UndoConflict(not_clean));
    }
    let ranks_in = |state: SlotState| {
        items.iter().filter(move |item| item.state == state).filter_map(|item| match item.slot {
            Slot::Rank(rank) => Some(rank),
            Slot::Status => None,
        })
    };
    let retired: Vec<_> = ranks_in(SlotState::Retired)
        .map(|rank| RetiredEntry { pointer: None, rank, label: ranks.label(rank) })
        .collect();
    let expired: Vec<_> = ranks_in(SlotState::Expired).collect();
    match (retired.is_empty(), expired.is_empty()) {
        (false, _) => Err(Refusal::RankRetired(retired)),
        (true, false) => Err(Refusal::GrantExpired(expired)),
        (true, true) => Ok(()),
    }
}

/// The slots that the undo of the last change of a lineage looks at, and the account as it is now.
struct Slots<'a> {
    account: &'a Account,
    ranks: &'a CommunityRanks,
    lineage: &'a Lineage,
    later: &'a [RankChange],
    now: Timestamp,
    keeps_inactive: bool,
}

impl Slots<'_> {
    /// Returns one item for each rank that the change added or removed, and one for the status if it was
    /// asked for one and changed it.
    fn items(&self) -> Vec<UndoItem> {
        let done = &self.lineage.undone().transition;
        let mut items = Vec::new();
        for rank in done.touched_ranks() {
            let is_as_before =
                |undo: &Transition| grant_of(&undo.after, rank) == grant_of(&done.before, rank);
            let touches = |transition: &Transition| transition.touches_rank(rank);
            if done.is_move() || self.lineage.concerns(touches, is_as_before) {
                items.push(UndoItem { slot: Slot::Rank(rank), state: self.state_of_rank(rank) });
            }
        }
        let is_as_before = |undo: &Transition| undo.status_after == done.status_before;
        let has_status = done.active.is_some() && done.touches_status();
        if has_status && self.lineage.concerns(Transition::touches_status, is_as_before) {
            items.push(UndoItem { slot: Slot::Status, state: self.state_of_status() });
        }
        items
    }

    fn state_of_rank(&self, rank: RankId) -> SlotState {
        let wanted = grant_of(&self.inverted(rank).before, rank);
        let there = wanted == grant_of(&self.account.ranks, rank);
        match slot_state(there, self.last_touch(|transition| transition.touches_rank(rank))) {
            SlotState::Clean if self.gives_retired(wanted) => SlotState::Retired,
            SlotState::Clean if wanted.is_some_and(|held| held.has_ended(self.now)) => SlotState::Expired,
            state => state,
        }
    }

    /// Returns whether the undo would give a retired rank back, or give it for longer than it is held.
    fn gives_retired(&self, wanted: Option<HeldRank>) -> bool {
        wanted.is_some_and(|held| self.ranks.is_retired(held.rank) && is_gain(held, &self.account.ranks))
    }

    fn state_of_status(&self) -> SlotState {
        let inverted = self.lineage.inverted(Transition::touches_status);
        let there = self.account.com_status == inverted.transition.status_before;
        slot_state(there, self.last_touch(Transition::touches_status))
    }

    /// Returns the transition that an undo inverts in this rank.
    fn inverted(&self, rank: RankId) -> &Transition {
        &self.lineage.inverted(|transition| transition.touches_rank(rank)).transition
    }

    /// Returns the last live change, after the lineage's own, for which `touches` is true.
    fn last_touch(&self, touches: impl Fn(&Transition) -> bool) -> Option<&RankChange> {
        let since = self.lineage.inverted(&touches).number;
        self.later.iter().rev().take_while(|change| change.number > since).find(|change| {
            change.is_live() && !self.lineage.contains(change.number) && touches(&change.transition)
        })
    }

    /// Returns the transition that inverts these items and nothing else.
    fn transition(&self, items: &[UndoItem]) -> Transition {
        let is_undone = |slot: Slot| items.iter().any(|item| item.slot == slot);
        let done = &self.lineage.undone().transition;

        let undone_ranks = || done.touched_ranks().into_iter().filter(|&rank| is_undone(Slot::Rank(rank)));
        let wanted = |rank: RankId| grant_of(&self.inverted(rank).before, rank);

        let mut after = self.account.ranks.clone();
        after.retain(|held| undone_ranks().all(|rank| rank != held.rank || wanted(rank).is_some()));
        for grant in undone_ranks().filter_map(wanted) {
            if let Some(held) = after.iter_mut().find(|held| held.rank == grant.rank) {
                *held = grant;
            } else {
                let position = position_of_return(grant.rank, &self.inverted(grant.rank).before, &after);
                after.insert(position, grant);
            }
        }
        let status_after = self.status_after(&after, is_undone(Slot::Status));
        Transition {
            before: self.account.ranks.clone(),
            status_before: self.account.com_status,
            active: done.active.map(|_| status_after),
            after,
            status_after,
        }
    }

    /// Returns the status after the undo. A status that was asked for is undone like a rank. Otherwise the
    /// status from before the change returns if the ranks from before it do, else the status follows from the
    /// ranks.
    fn status_after(&self, after: &[HeldRank], status_is_undone: bool) -> bool {
        let current = self.account.com_status;
        if self.lineage.undone().transition.active.is_some() {
            let inverted = self.lineage.inverted(Transition::touches_status);
            return if status_is_undone { inverted.transition.status_before } else { current };
        }
        let last = &self.lineage.last().transition;
        if same_ranks(after, &last.before) {
            last.status_before && (current || !self.keeps_inactive)
        } else if same_ranks(after, &self.account.ranks) {
            current
        } else {
            automatic_status(after, current, self.keeps_inactive)
        }
    }
}

/// Returns the state of a slot. `there`: whether the account is by now as the undo would leave it.
/// `last_touch`: the last live change of the slot.
fn slot_state(there: bool, last_touch: Option<&RankChange>) -> SlotState {
    match last_touch.map(ChangeRef::from) {
        by if there => SlotState::Already(by),
        None => SlotState::Clean,
        Some(by) => SlotState::Superseded(by),
    }
}

fn grant_of(ranks: &[HeldRank], rank: RankId) -> Option<HeldRank> {
    ranks.iter().find(|held| held.rank == rank).copied()
}

/// Returns the index for a rank that is given back: behind the nearest rank that preceded it `then` and is
/// still held, else first.
fn position_of_return(rank: RankId, then: &[HeldRank], now: &[HeldRank]) -> usize {
    let preceding = then.iter().take_while(|held| held.rank != rank);
    let nearest = preceding.filter_map(|held| now.iter().position(|other| other.rank == held.rank)).last();
    nearest.map_or(0, |index| index + 1)
}
