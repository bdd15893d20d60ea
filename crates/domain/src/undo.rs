//! Plans an undo: from a recorded change to the transition that undoes it.
//!
//! An undo applies the inverse of what the change did, rank by rank; it does not restore the state from
//! before it. Effects of later changes on other ranks stay. The undo of an undo is a redo, under the same
//! rules. The end of a grant is no decision of anybody: an undo that gives a rank back looks through it.

use jiff::Timestamp;

use crate::account::{Account, HeldRank};
use crate::authority::Authority;
use crate::change::refuse_gain;
use crate::ids::{ChangeNumber, RankId};
use crate::lineage::Lineage;
use crate::rank::CommunityRanks;
use crate::rank_change::{RankChange, Source};
use crate::refusal::{ChangeRef, Refusal, RetiredEntry, Slot, SlotState, UndoItem};
use crate::transition::{Transition, automatic_status, grant_of, is_gain, same_ranks};

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
/// live one that touched it, and the last one before the end of a grant. Older ones do not matter, however
/// many there are.
#[derive(Debug)]
pub struct LaterChanges<'a> {
    lineage: &'a Lineage,
    /// The ranks that no later change but the end of a grant was found to touch so far.
    ranks: Vec<RankId>,
    /// The ranks among them that the end of a grant was found to touch.
    ended: Vec<RankId>,
    /// Whether no later change was found to touch the status so far.
    status: bool,
    newest_first: Vec<RankChange>,
}

impl<'a> LaterChanges<'a> {
    /// Returns the changes before any was looked at.
    #[must_use]
    pub fn of(lineage: &'a Lineage) -> Self {
        let undone = &lineage.undone().transition;
        Self {
            lineage,
            ranks: undone.touched_ranks(),
            ended: Vec::new(),
            status: true,
            newest_first: Vec::new(),
        }
    }

    /// Looks at the next live change of the account, from the newest on. Returns whether older ones matter.
    pub fn look_at(&mut self, change: RankChange) -> bool {
        if !self.lineage.contains(change.number) {
            let touches_status = self.status && change.transition.touches_status();
            self.status &= !touches_status;
            if self.touches_rank(&change) || touches_status {
                self.newest_first.push(change);
            }
        }
        self.status || !self.ranks.is_empty()
    }

    /// Whether the change touches a rank in a way that matters. Notes that it does.
    fn touches_rank(&mut self, change: &RankChange) -> bool {
        let touches = |rank: &RankId| change.transition.touches_rank(*rank);
        if change.source == Source::Expiry {
            let count = self.ended.len();
            let ended = self.ranks.iter().filter(|rank| !self.ended.contains(rank) && touches(rank));
            self.ended.extend(ended.copied().collect::<Vec<_>>());
            return self.ended.len() > count;
        }
        let count = self.ranks.len();
        self.ranks.retain(|rank| !touches(rank));
        self.ranks.len() < count
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
    /// Slots that are not undone. With [`OnConflict::Refuse`] only a rollback has any: grants whose end has
    /// passed.
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
    let slots = Slots { account, ranks, lineage, later, now };
    slots.plan(authority, on_conflict, EndedGrants::Refuse)
}

/// Plans the undo of the last change of `lineage` as a step of a rollback: a grant whose end has passed is
/// left out, and listed as skipped, instead of keeping the rest of the change from being undone.
pub(crate) fn plan_step(
    account: &Account,
    ranks: &CommunityRanks,
    authority: &Authority,
    lineage: &Lineage,
    later: &[RankChange],
    on_conflict: OnConflict,
    now: Timestamp,
) -> Result<Option<Inverse>, Refusal> {
    let slots = Slots { account, ranks, lineage, later, now };
    slots.plan(authority, on_conflict, EndedGrants::LeaveOut)
}

/// The way an undo goes on that would give back a grant whose end has passed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum EndedGrants {
    /// The undo is refused, if it refuses conflicts too.
    Refuse,
    /// The rest is undone.
    LeaveOut,
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
    Slots { account, ranks, lineage, later, now }.items()
}

/// Refuses an undo with conflicts, retired ranks or ended grants. A pure change may be partly undone already;
/// a move is only undone as a whole.
fn refuse_unless_undoable(
    items: &[UndoItem],
    undone: &RankChange,
    ranks: &CommunityRanks,
) -> Result<(), Refusal> {
    let is_move = undone.transition.is_move();
    let in_the_way = |item: &&UndoItem| match &item.state {
        SlotState::Superseded(_) => true,
        // A grant that has ended since is over: the rest is not half of a move.
        SlotState::Already(Some(by)) if by.source == Source::Expiry => false,
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
}

impl Slots<'_> {
    /// See [`plan_undo`].
    fn plan(
        &self,
        authority: &Authority,
        on_conflict: OnConflict,
        ended: EndedGrants,
    ) -> Result<Option<Inverse>, Refusal> {
        let Self { account, ranks, lineage, now, .. } = *self;
        let items = self.items();
        // An undo that had to skip everything did nothing. Its redo does nothing either, but makes the change
        // live again.
        if !items.is_empty() && items.iter().all(|item| matches!(item.state, SlotState::Already(_))) {
            return Ok(None);
        }
        let left_out = |item: &UndoItem| ended == EndedGrants::LeaveOut && item.state == SlotState::Expired;
        if on_conflict == OnConflict::Refuse {
            let items: Vec<_> = items.iter().filter(|item| !left_out(item)).cloned().collect();
            refuse_unless_undoable(&items, lineage.undone(), ranks)?;
        }
        let (undone, mut skipped): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| match item.state {
            SlotState::Clean => true,
            SlotState::Superseded(_) => on_conflict == OnConflict::Force,
            SlotState::Already(_) | SlotState::Retired | SlotState::Expired => false,
        });
        let transition = self.transition(&undone, authority.keeps_inactive(account));
        authority.check(account, &transition, ranks, now).map_err(Refusal::InsufficientPower)?;
        if transition.raises() {
            refuse_gain(account)?;
        }
        if on_conflict == OnConflict::Refuse {
            skipped.retain(left_out);
        }
        Ok(Some(Inverse { transition, skipped }))
    }

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
        let inverted = self.inverted(rank);
        let (wanted, since) = (grant_of(&inverted.transition.before, rank), inverted.number);
        let held = grant_of(&self.account.ranks, rank);
        let touches = |change: &RankChange| change.transition.touches_rank(rank);
        let last_touch = if wanted.is_some() && held.is_none() {
            // The rank is given back: that a grant has ended in the meantime is in nobody's way.
            self.last_touch(since, |change| change.source != Source::Expiry && touches(change))
        } else {
            self.last_touch(since, touches)
        };
        match slot_state(wanted == held, last_touch) {
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
        let last_touch = self.last_touch(inverted.number, |change| change.transition.touches_status());
        slot_state(there, last_touch)
    }

    /// Returns the change that an undo inverts in this rank.
    fn inverted(&self, rank: RankId) -> &RankChange {
        self.lineage.inverted(|transition| transition.touches_rank(rank))
    }

    /// Returns the last live change after `since` that is none of the lineage, and for which `touches` is
    /// true.
    fn last_touch(&self, since: ChangeNumber, touches: impl Fn(&RankChange) -> bool) -> Option<&RankChange> {
        self.later
            .iter()
            .rev()
            .take_while(|change| change.number > since)
            .find(|change| change.is_live() && !self.lineage.contains(change.number) && touches(change))
    }

    /// Returns the transition that inverts these items and nothing else.
    fn transition(&self, items: &[UndoItem], keeps_inactive: bool) -> Transition {
        let is_undone = |slot: Slot| items.iter().any(|item| item.slot == slot);
        let done = &self.lineage.undone().transition;

        let wanted = |rank: RankId| grant_of(&self.inverted(rank).transition.before, rank);
        let undone_ranks = done.touched_ranks().into_iter().filter(|&rank| is_undone(Slot::Rank(rank)));
        let undone_ranks: Vec<_> = undone_ranks.map(|rank| (rank, wanted(rank))).collect();

        let mut after = self.account.ranks.clone();
        after.retain(|held| !undone_ranks.contains(&(held.rank, None)));
        for grant in undone_ranks.into_iter().filter_map(|(_, wanted)| wanted) {
            if let Some(held) = after.iter_mut().find(|held| held.rank == grant.rank) {
                *held = grant;
            } else {
                let then = &self.inverted(grant.rank).transition.before;
                let position = position_of_return(grant.rank, then, &after);
                after.insert(position, grant);
            }
        }
        let status_after = self.status_after(&after, is_undone(Slot::Status), keeps_inactive);
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
    /// ranks. A status that the change left alone and that somebody has changed since stays.
    fn status_after(&self, after: &[HeldRank], status_is_undone: bool, keeps_inactive: bool) -> bool {
        let current = self.account.com_status;
        if self.lineage.undone().transition.active.is_some() {
            let inverted = self.lineage.inverted(Transition::touches_status);
            return match self.ended_with(after) {
                _ if status_is_undone => inverted.transition.status_before,
                Some(end) => end.transition.status_before && (current || !keeps_inactive),
                None => current,
            };
        }
        let last = &self.lineage.last().transition;
        let is_decided_since =
            !last.touches_status() && current != last.status_after && self.ended_with(after).is_none();
        if same_ranks(after, &last.before) && !is_decided_since {
            last.status_before && (current || !keeps_inactive)
        } else if same_ranks(after, &self.account.ranks) || is_decided_since {
            current
        } else {
            automatic_status(after, current, keeps_inactive)
        }
    }

    /// Returns the end of a grant that has decided the status, if the undo gives one of its grants back: the
    /// undo looks through it.
    fn ended_with(&self, after: &[HeldRank]) -> Option<&RankChange> {
        let end = self.last_touch(self.lineage.last().number, |change| change.transition.touches_status())?;
        let is_back = |ended: HeldRank| grant_of(after, ended.rank).is_some();
        (end.source == Source::Expiry && end.transition.removed().any(is_back)).then_some(end)
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

/// Returns the index for a rank that is given back: behind the nearest rank that preceded it `then` and is
/// still held, else first.
fn position_of_return(rank: RankId, then: &[HeldRank], now: &[HeldRank]) -> usize {
    let preceding = then.iter().take_while(|held| held.rank != rank);
    let nearest = preceding.filter_map(|held| now.iter().position(|other| other.rank == held.rank)).last();
    nearest.map_or(0, |index| index + 1)
}
