//! What an undo means: the section of that name of the design, and decision 2.

use super::{Change, Grant, Model, Plan, grant_of};
use crate::community::{Account, RANKS};
use crate::outcome::{Item, Refusal, Slot, State};
use crate::steps::{Actor, Hour};

/// What stands in a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    /// The rank is not held.
    Absent,
    /// The rank is held, for ever or until an hour.
    Held(Option<Hour>),
    Status(bool),
}

/// A part of a change, as its undo sees it.
#[derive(Debug, Clone, Copy)]
struct Part {
    slot: Slot,
    /// What it left there.
    left: Value,
    /// What stands there once the part is undone.
    undone: Value,
    /// The change that did it: what came later counts, and where a rank stood before it is where it returns to.
    by: usize,
}

/// What stands in a slot of an account.
fn value(ranks: &[Grant], status: bool, slot: Slot) -> Value {
    match slot {
        Slot::Rank(rank) => grant_of(ranks, rank).map_or(Value::Absent, |grant| Value::Held(grant.end)),
        Slot::Status => Value::Status(status),
    }
}

fn slots() -> impl Iterator<Item = Slot> {
    (0..RANKS.len()).map(Slot::Rank).chain([Slot::Status])
}

impl Change {
    fn value_before(&self, slot: Slot) -> Value {
        value(&self.before, self.status_before, slot)
    }

    fn value_after(&self, slot: Slot) -> Value {
        value(&self.after, self.status_after, slot)
    }

    fn touches(&self, slot: Slot) -> bool {
        self.value_before(slot) != self.value_after(slot)
    }
}

impl Model {
    /// Undo Rank Change. Answers the number of the reversal, if there was anything to undo, and what was skipped.
    pub(super) fn undo(
        &mut self,
        by: Actor,
        number: usize,
        skip: bool,
    ) -> Result<(Option<usize>, Vec<Item>), Refusal> {
        let target = self.last_of_chain(number)?;
        let account = self.change_of(target).account;
        let items = self.items(target);
        let all_already = items.iter().all(|item| item.state == State::Already);
        if all_already && !items.is_empty() {
            return Ok((None, Vec::new()));
        }
        if !skip {
            self.check_clean(target, &items)?;
        }
        let plan = self.plan_undo(by, target, &items);
        let gains = plan.after.iter().any(|grant| grant_of(&self.held(account), grant.rank).is_none());
        self.check_change(by, account, &plan)?;
        if gains || (plan.status && !self.active(account)) {
            self.barred(account).map_or(Ok(()), Err)?;
        }
        let reversal = self.record(account, plan, "api", Some(by), Some(target));
        let mut skipped = items;
        skipped.retain(|item| skip && item.state != State::Clean);
        Ok((reversal, skipped))
    }

    /// What undoing a change means once it was undone and redone: the last that was done about it is what is undone. If
    /// that is the undo of it, it is undone already.
    fn last_of_chain(&self, number: usize) -> Result<usize, Refusal> {
        let (mut last, mut reversals) = (number, 0);
        while let Some(next) = self.reversal_of(last) {
            last = next;
            reversals += 1;
        }
        if reversals % 2 == 0 { Ok(last) } else { Err(Refusal::new(409, "already-undone")) }
    }

    fn reversal_of(&self, number: usize) -> Option<usize> {
        let mut later = self.numbered().filter(|(_, change)| change.reverses == Some(number));
        later.next().map(|(number, _)| number)
    }

    /// Whether a change is the undo of another: the reversal of a change, or of a redo.
    fn is_undo(&self, number: usize) -> bool {
        self.change_of(number).reverses.is_some_and(|reversed| !self.is_undo(reversed))
    }

    /// Whether a change counts: it is not an undo, and nothing has reversed it.
    fn is_live(&self, number: usize) -> bool {
        !self.is_undo(number) && self.reversal_of(number).is_none()
    }

    /// The parts of a change: what it did itself; after a redo also what the undo before it had to skip.
    fn parts(&self, number: usize) -> Vec<Part> {
        let change = self.change_of(number);
        let did = |slot: &Slot| change.touches(*slot) && (*slot != Slot::Status || change.active.is_some());
        let own = slots().filter(did);
        let part = |slot| Part {
            slot,
            left: change.value_after(slot),
            undone: change.value_before(slot),
            by: number,
        };
        let mut parts: Vec<_> = own.map(part).collect();
        if let Some(undo) = change.reverses.filter(|reversed| self.is_undo(*reversed)) {
            let more = if self.root_is_move(number) { self.parts(self.root(number)) } else { self.skipped_by(undo) };
            for part in more {
                if parts.iter().all(|own| own.slot != part.slot) {
                    parts.push(part);
                }
            }
        }
        parts
    }

    fn root(&self, n: usize) -> usize { self.change_of(n).reverses.map_or(n, |r| self.root(r)) }

    fn root_is_move(&self, number: usize) -> bool { self.is_move(self.root(number)) }

    /// What an undo should have undone and did not, though it was not so already.
    fn skipped_by(&self, undo: usize) -> Vec<Part> {
        let change = self.change_of(undo);
        let Some(reversed) = change.reverses else { return Vec::new() };
        let mut parts = self.parts(reversed);
        parts.retain(|part| !change.touches(part.slot) && change.value_before(part.slot) != part.undone);
        parts
    }

    /// How each part of a change stands, in one order.
    fn items(&self, number: usize) -> Vec<Item> {
        let account = self.change_of(number).account;
        let items = self.parts(number).into_iter().map(|part| self.item(account, part));
        let mut items: Vec<_> = items.collect();
        items.sort_by_key(|item| item.slot);
        items
    }

    fn item(&self, account: Account, part: Part) -> Item {
        let now = value(&self.held(account), self.active(account), part.slot);
        let mut later = self.numbered().rev().take_while(|(number, _)| *number > part.by);
        let later = later.find(|(number, change)| {
            change.account == account && self.is_live(*number) && change.touches(part.slot)
        });
        let by = later.map(|(number, _)| number);
        let retired = matches!(part.slot, Slot::Rank(rank) if self.retired[rank]);
        let state = match part.undone {
            undone if undone == now => State::Already,
            _ if by.is_some() => State::Superseded,
            Value::Held(_) if now == Value::Absent && retired => State::Retired,
            Value::Held(Some(end)) if end <= self.now => State::Expired,
            _ => State::Clean,
        };
        let by = by.filter(|_| matches!(state, State::Already | State::Superseded));
        Item { slot: part.slot, state, by }
    }

    /// Refuses an undo that is not clean, and would leave a half behind.
    fn check_clean(&self, number: usize, items: &[Item]) -> Result<(), Refusal> {
        let any = |state| items.iter().any(|item| item.state == state);
        let already = |item: &Item| item.slot != Slot::Status && item.state == State::Already;
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

    /// Whether a change gave ranks and took ranks. Another end for a rank that stays is neither.
    fn is_move(&self, number: usize) -> bool {
        let parts = self.parts(number);
        let gives = |part: &Part| part.undone == Value::Absent;
        let takes = |part: &Part| part.left == Value::Absent;
        parts.iter().any(gives) && parts.iter().any(takes)
    }

    /// The account as it is once what is clean is undone.
    fn plan_undo(&self, by: Actor, number: usize, items: &[Item]) -> Plan {
        let target = self.change_of(number);
        let before = self.held(target.account);
        let is_clean = |part: &Part| {
            items.iter().any(|item| item.slot == part.slot && item.state == State::Clean)
        };
        let clean: Vec<_> = self.parts(number).into_iter().filter(is_clean).collect();
        let mut after = before.clone();
        for part in &clean {
            if let (Slot::Rank(rank), Value::Absent) = (part.slot, part.undone) {
                after.retain(|grant| grant.rank != rank);
            }
        }
        let mut givers: Vec<_> = clean.iter().map(|part| part.by).collect();
        givers.dedup();
        for giver in givers {
            let then = &self.change_of(giver).before;
            for (place, grant) in then.iter().enumerate() {
                let given = |part: &&Part| part.by == giver && part.slot == Slot::Rank(grant.rank);
                if clean.iter().any(|part| given(&part)) {
                    give_back(&mut after, *grant, &then[..place]);
                }
            }
        }
        let undone = clean.iter().find_map(|part| match part.undone {
            Value::Status(status) => Some(status),
            _ => None,
        });
        let status = match target.active {
            Some(_) => undone.unwrap_or_else(|| self.active(target.account)),
            None => self.status_after_undo(by, target, &before, &after),
        };
        let active = target.active.map(|_| status);
        Plan { after, status, active }
    }

    /// The status where the change asked for none: as before it, if the ranks are those from before it, in whatever
    /// order; else as it follows from the ranks.
    fn status_after_undo(&self, by: Actor, target: &Change, before: &[Grant], after: &[Grant]) -> bool {
        let account = target.account;
        if slots().all(|slot| value(after, false, slot) == value(&target.before, false, slot)) {
            target.status_before && (self.active(account) || self.may_rise(by, account))
        } else if before == after {
            self.active(account)
        } else {
            self.status_that_follows(by, account, after)
        }
    }
}

/// Puts a rank behind the nearest that preceded it and is still held, else first. One that is held gets its end back.
fn give_back(ranks: &mut Vec<Grant>, grant: Grant, preceded_by: &[Grant]) {
    if let Some(held) = ranks.iter_mut().find(|held| held.rank == grant.rank) {
        held.end = grant.end;
        return;
    }
    let nearest = preceded_by.iter().rev();
    let place = nearest.filter_map(|earlier| ranks.iter().position(|held| held.rank == earlier.rank)).next();
    ranks.insert(place.map_or(0, |place| place + 1), grant);
}
