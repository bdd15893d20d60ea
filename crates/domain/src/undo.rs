//! From a recorded change to the transition that undoes it.
//!
//! An undo applies the inverse of what the change did, rank by rank; it does not restore the snapshot from before it.
//! What later changes did to other ranks stays. The undo of an undo is a redo, under the same rules.

use jiff::Timestamp;

use crate::account::{Account, HeldRank};
use crate::authority::Authority;
use crate::change::refuse_gain;
use crate::ids::RankId;
use crate::rank::CommunityRanks;
use crate::rank_change::RankChange;
use crate::refusal::{ChangeRef, Refusal, RetiredEntry, Slot, SlotState, UndoItem};
use crate::transition::{Transition, automatic_status};

/// What to do where later changes stand in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnConflict {
    /// Write nothing.
    #[default]
    Refuse,
    /// Undo what is clean and list the rest.
    Skip,
}

/// An undo to carry out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoPlan {
    /// What it does to the account.
    pub transition: Transition,
    /// What it leaves undone: empty unless it was told to skip.
    pub skipped: Vec<UndoItem>,
}

/// Plans the undo of `target`, which has not been reversed (see [`crate::rank_change::undo_target`]).
///
/// `later` are the live changes of the same account after `target`, oldest first. `None` if the account is by now as
/// the undo would leave it.
pub fn plan_undo(
    account: &Account,
    ranks: &CommunityRanks,
    authority: &Authority,
    target: &RankChange,
    later: &[RankChange],
    on_conflict: OnConflict,
    now: Timestamp,
) -> Result<Option<UndoPlan>, Refusal> {
    let inverse = Inverse { account, ranks, target, later, now };
    let items = inverse.items();
    if items.iter().all(|item| matches!(item.state, SlotState::Already(_))) {
        return Ok(None);
    }
    if on_conflict == OnConflict::Refuse {
        refuse_unless_undoable(&items, target, ranks)?;
    }
    let (clean, rest): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| item.state == SlotState::Clean);
    let transition = inverse.transition(&clean);
    authority.check(account, &transition, ranks, now).map_err(Refusal::InsufficientPower)?;
    if transition.raises() {
        refuse_gain(account)?;
    }
    let skipped = if on_conflict == OnConflict::Skip { rest } else { Vec::new() };
    Ok(Some(UndoPlan { transition, skipped }))
}

/// A pure change may be partly so already; a move only goes back whole.
fn refuse_unless_undoable(
    items: &[UndoItem],
    target: &RankChange,
    ranks: &CommunityRanks,
) -> Result<(), Refusal> {
    let is_move = target.transition.added().next().is_some() && target.transition.removed().next().is_some();
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

/// The inverse of one change, against the account as it is now.
struct Inverse<'a> {
    account: &'a Account,
    ranks: &'a CommunityRanks,
    target: &'a RankChange,
    later: &'a [RankChange],
    now: Timestamp,
}

impl Inverse<'_> {
    /// One item for each rank that the change added or removed, and one for the status if it was asked for one and
    /// changed it.
    fn items(&self) -> Vec<UndoItem> {
        let done = &self.target.transition;
        let mut items = Vec::new();
        for held in done.removed() {
            items.push(UndoItem { slot: Slot::Rank(held.rank), state: self.state_of_return(held) });
        }
        for held in done.added().filter(|held| !done.removed().any(|removed| removed.rank == held.rank)) {
            items.push(UndoItem { slot: Slot::Rank(held.rank), state: self.state_of_removal(held.rank) });
        }
        if done.active.is_some() && done.touches_status() {
            items.push(UndoItem { slot: Slot::Status, state: self.state_of_status() });
        }
        items
    }

    fn state_of_removal(&self, rank: RankId) -> SlotState {
        let there = !self.account.holds(rank);
        slot_state(there, self.last_touch(|transition| transition.touches_rank(rank)))
    }

    fn state_of_return(&self, held: HeldRank) -> SlotState {
        let there = self.account.ranks.contains(&held);
        match slot_state(there, self.last_touch(|transition| transition.touches_rank(held.rank))) {
            SlotState::Clean if self.ranks.is_retired(held.rank) => SlotState::Retired,
            SlotState::Clean if held.has_ended(self.now) => SlotState::Expired,
            state => state,
        }
    }

    fn state_of_status(&self) -> SlotState {
        let there = self.account.com_status == self.target.transition.status_before;
        slot_state(there, self.last_touch(Transition::touches_status))
    }

    fn last_touch(&self, touches: impl Fn(&Transition) -> bool) -> Option<&RankChange> {
        self.later.iter().rev().find(|change| change.is_live() && touches(&change.transition))
    }

    /// The transition that inverts the clean items and nothing else.
    fn transition(&self, clean: &[UndoItem]) -> Transition {
        let is_clean = |slot: Slot| clean.iter().any(|item| item.slot == slot);
        let done = &self.target.transition;

        let mut after = self.account.ranks.clone();
        after.retain(|held| !(done.touches_rank(held.rank) && is_clean(Slot::Rank(held.rank))));
        for held in done.removed().filter(|held| is_clean(Slot::Rank(held.rank))) {
            let place = place_of_return(held.rank, &done.before, &after);
            after.insert(place, held);
        }
        let status_after = self.status_after(&after, is_clean(Slot::Status));
        Transition {
            before: self.account.ranks.clone(),
            status_before: self.account.com_status,
            active: done.active.map(|_| status_after),
            after,
            status_after,
        }
    }

    /// A status that was asked for is undone like a rank. Otherwise the one from before the change returns if the
    /// ranks from before it do, else it follows from the ranks.
    fn status_after(&self, after: &[HeldRank], status_is_clean: bool) -> bool {
        let Account { com_status, banned, archived, .. } = *self.account;
        let done = &self.target.transition;
        if done.active.is_some() {
            return if status_is_clean { done.status_before } else { com_status };
        }
        let barred = banned || archived;
        if same_ranks(after, &done.before) {
            done.status_before && (com_status || !barred)
        } else if after == self.account.ranks {
            com_status
        } else {
            automatic_status(after, com_status, barred)
        }
    }
}

/// `there`: whether the account is by now as the undo would leave it. `last_touch`: the last live change of the slot.
fn slot_state(there: bool, last_touch: Option<&RankChange>) -> SlotState {
    match last_touch.map(ChangeRef::from) {
        by if there => SlotState::Already(by),
        None => SlotState::Clean,
        Some(by) => SlotState::Superseded(by),
    }
}

/// A rank given back stands behind the nearest rank that preceded it then and is still held, else first.
fn place_of_return(rank: RankId, then: &[HeldRank], now: &[HeldRank]) -> usize {
    let preceding = then.iter().take_while(|held| held.rank != rank);
    let nearest = preceding.filter_map(|held| now.iter().position(|other| other.rank == held.rank)).last();
    nearest.map_or(0, |index| index + 1)
}

/// Whether both hold the same ranks, in whatever order.
fn same_ranks(a: &[HeldRank], b: &[HeldRank]) -> bool {
    a.len() == b.len() && a.iter().all(|held| b.iter().any(|other| other.rank == held.rank))
}
