//! Meaning of an undo: the section "What an undo means" of the design, and decisions 2 and 10.

use super::authority::Authority;
use super::lineage::{Part, Value, slots, value};
use super::{Change, Grant, Model, Plan, gains, grant_of, is_later, same_ranks};
use crate::community::Account;
use crate::outcome::{Item, Outlook, Refusal, Slot, State};
use crate::steps::{Actor, OnConflict};

/// Result of an undo that is not refused.
pub(super) struct Undo {
    /// The change to be recorded; `None` if everything is already as the undo would leave it.
    pub(super) plan: Option<Plan>,
    /// The parts that are not undone.
    pub(super) skipped: Vec<Item>,
}

impl Model {
    /// Carries out Undo Rank Change. Returns the number of the reversal, if there was anything to undo, and
    /// the skipped parts.
    pub(super) fn undo(
        &mut self,
        by: Actor,
        number: usize,
        on_conflict: OnConflict,
    ) -> Result<(Option<usize>, Vec<Item>), Refusal> {
        let target = self.last_of_chain(number)?;
        let Undo { plan, skipped } = self.undo_of(self.authority(by), target, on_conflict)?;
        if plan.is_some() {
            self.check_frozen(by)?;
        }
        let account = self.change_of(target).account;
        let reversal = plan.and_then(|plan| self.record(account, plan, "api", Some(by), Some(target)));
        Ok((reversal, skipped))
    }

    /// Returns the undo outlook of a change for an actor: the state of each part, and the problem if the undo
    /// would be refused.
    pub(crate) fn outlook(&self, by: Actor, number: usize) -> Outlook {
        let target = self.last_of_chain(number);
        let items = target.as_ref().map(|target| self.items(*target)).unwrap_or_default();
        let refusal =
            target.and_then(|target| self.undo_of(self.authority(by), target, OnConflict::Refuse)).err();
        Outlook { items, problem: refusal.map(|refusal| refusal.kind) }
    }

    /// Returns the result of undoing the last change of a lineage.
    pub(super) fn undo_of(
        &self,
        authority: Authority,
        target: usize,
        on_conflict: OnConflict,
    ) -> Result<Undo, Refusal> {
        let account = self.change_of(target).account;
        let items = self.items(target);
        if !items.is_empty() && items.iter().all(|item| item.state == State::Already) {
            return Ok(Undo { plan: None, skipped: Vec::new() });
        }
        // A rollback leaves out grants that have ended.
        let left_out = |item: &Item| self.rolling_back && item.state == State::Expired;
        if on_conflict == OnConflict::Refuse {
            let items: Vec<_> = items.iter().filter(|item| !left_out(item)).copied().collect();
            self.check_clean(target, &items)?;
        }
        let is_undone = |item: &Item| match item.state {
            State::Clean => true,
            State::Superseded => on_conflict == OnConflict::Force,
            State::Already | State::Retired | State::Expired => false,
        };
        let (undone, mut skipped): (Vec<_>, Vec<_>) = items.into_iter().partition(is_undone);
        let plan = self.plan_undo(authority.by, target, &undone);
        self.check_change(authority, account, &plan)?;
        if gains(&self.held(account), &plan.after) || (plan.status && !self.active(account)) {
            self.barred(account).map_or(Ok(()), Err)?;
        }
        if on_conflict == OnConflict::Refuse {
            skipped.retain(left_out);
        }
        Ok(Undo { plan: Some(plan), skipped })
    }

    /// Returns the state of each part of a change, in a fixed order.
    fn items(&self, number: usize) -> Vec<Item> {
        let account = self.change_of(number).account;
        let items = self.parts(number).into_iter().map(|part| self.item(account, part));
        let mut items: Vec<_> = items.collect();
        items.sort_by_key(|item| item.slot);
        items
    }

    fn item(&self, account: Account, part: Part) -> Item {
        let now = value(&self.held(account), self.active(account), part.slot);
        // An undo that gives a rank back looks through the end of a grant.
        let looks_through = matches!((now, part.undone), (Value::Absent, Value::Held(_)));
        let touches = |number: usize, change: &Change| {
            change.account == account
                && self.is_live(number)
                && change.touches(part.slot)
                && !(looks_through && change.source == "expiry")
                && !self.out_of_the_way.contains(&number)
        };
        let touching = self.numbered().filter(|(number, change)| touches(*number, change));
        let by = touching.map(|(number, _)| self.place(number)).filter(|place| *place > part.by).max();
        let retired = matches!(part.slot, Slot::Rank(rank) if self.retired[rank]);
        let state = match part.undone {
            undone if undone == now => State::Already,
            _ if by.is_some() => State::Superseded,
            undone if retired && is_more(now, undone) => State::Retired,
            Value::Held(Some(end)) if end <= self.now => State::Expired,
            _ => State::Clean,
        };
        let by = by.filter(|_| matches!(state, State::Already | State::Superseded));
        Item { slot: part.slot, state, by }
    }

    /// Refuses an undo that is not clean, and one that would undo only half a move.
    fn check_clean(&self, number: usize, items: &[Item]) -> Result<(), Refusal> {
        let any = |state| items.iter().any(|item| item.state == state);
        let has_ended = |item: &Item| item.by.is_some_and(|by| self.change_of(by).source == "expiry");
        let already =
            |item: &Item| item.slot != Slot::Status && item.state == State::Already && !has_ended(item);
        if any(State::Superseded) || (self.is_move(number) && items.iter().any(already)) {
            let unclean = items.iter().filter(|item| item.state != State::Clean).copied();
            return Err(Refusal { items: unclean.collect(), ..Refusal::new(409, "undo-conflict") });
        }
        if any(State::Retired) {
            return Err(Refusal::new(409, "rank-retired"));
        }
        if any(State::Expired) {
            return Err(Refusal::new(409, "grant-expired"));
        }
        Ok(())
    }

    /// Returns the account as it is once these parts of a change are undone.
    fn plan_undo(&self, by: Actor, number: usize, undone: &[Item]) -> Plan {
        let target = self.change_of(number);
        let before = self.held(target.account);
        let mut parts = self.parts(number);
        parts.retain(|part| undone.iter().any(|item| item.slot == part.slot));
        let mut after = before.clone();
        for part in &parts {
            if let (Slot::Rank(rank), Value::Absent) = (part.slot, part.undone) {
                after.retain(|grant| grant.rank != rank);
            }
        }
        let mut givers: Vec<_> = parts.iter().map(|part| part.by).collect();
        givers.dedup();
        for giver in givers {
            let then = &self.change_of(giver).before;
            for (place, grant) in then.iter().enumerate() {
                let given = |part: &&Part| part.by == giver && part.slot == Slot::Rank(grant.rank);
                if parts.iter().any(|part| given(&part)) {
                    give_back(&mut after, *grant, &then[..place]);
                }
            }
        }
        let status_undone = parts.iter().find_map(|part| match part.undone {
            Value::Status(status) => Some(status),
            _ => None,
        });
        let status = match target.active {
            Some(_) => status_undone.unwrap_or_else(|| self.status_without_end(by, number, &after)),
            None => self.status_after_undo(by, number, &before, &after),
        };
        let active = target.active.map(|_| status);
        Plan { after, status, active }
    }

    /// Returns the status of the account as it is; or as it was before the end of a grant that the undo of a
    /// change gives back, if nothing has touched the status since that end.
    fn status_without_end(&self, by: Actor, number: usize, after: &[Grant]) -> bool {
        let account = self.change_of(number).account;
        let touches = |(other, change): &(usize, &Change)| {
            change.account == account
                && self.place(*other) > number
                && self.is_live(*other)
                && change.touches(Slot::Status)
                && !self.out_of_the_way.contains(other)
        };
        let last = self.numbered().filter(touches).max_by_key(|(other, _)| self.place(*other));
        let is_back = |end: &Change| {
            slots().any(|slot| matches!(slot, Slot::Rank(rank) if end.touches(slot) && grant_of(after, rank).is_some()))
        };
        match last {
            Some((_, end)) if end.source == "expiry" && is_back(end) => {
                end.status_before && (self.active(account) || self.may_rise(by, account))
            }
            _ => self.active(account),
        }
    }

    /// Returns the status if the change asked for none: the status before it, if the ranks are those from
    /// before it in whatever order; else the status that follows from the ranks. A status that the change
    /// left alone and that somebody has changed since stays.
    fn status_after_undo(&self, by: Actor, number: usize, before: &[Grant], after: &[Grant]) -> bool {
        let target = self.change_of(number);
        let account = target.account;
        let left_alone = target.status_before == target.status_after;
        let is_by_end = self.status_without_end(by, number, after) != self.active(account);
        if left_alone && self.active(account) != target.status_after && !is_by_end {
            self.active(account)
        } else if same_ranks(after, &target.before) {
            target.status_before && (self.active(account) || self.may_rise(by, account))
        } else if same_ranks(before, after) {
            self.active(account)
        } else {
            self.status_that_follows(by, account, after)
        }
    }
}

/// Returns whether a rank would be given, or given for longer.
fn is_more(now: Value, then: Value) -> bool {
    match (now, then) {
        (Value::Absent, Value::Held(_)) => true,
        (Value::Held(now), Value::Held(then)) => is_later(then, now),
        _ => false,
    }
}

/// Puts a rank after the nearest one that preceded it and is still held, else first. A rank that is held gets
/// its end back.
fn give_back(ranks: &mut Vec<Grant>, grant: Grant, preceded_by: &[Grant]) {
    if let Some(held) = ranks.iter_mut().find(|held| held.rank == grant.rank) {
        held.end = grant.end;
        return;
    }
    let place_of = |earlier: &Grant| ranks.iter().position(|held| held.rank == earlier.rank);
    let place = preceded_by.iter().rev().find_map(place_of);
    ranks.insert(place.map_or(0, |place| place + 1), grant);
}
