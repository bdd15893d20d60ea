//! The community as the documents say that it behaves: naive, in memory, and without a line of the server's
//! rules.
//!
//! The model stores only the list of changes, and the data that is not in it: who is banned or archived, and
//! the powers of ranks. Everything else is computed from the list when it is asked for.

mod authority;
mod change;
mod expiry;
mod freeze;
mod lineage;
mod ranks;
mod rollback;
mod standing;
mod undo;

use crate::community::{ACCOUNTS, Account, OWNER, RANKS, Rank};
use crate::outcome::{Outcome, Refusal};
use crate::steps::{Actor, Hour, Step};

/// A rank that is held, with its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) rank: Rank,
    pub(crate) end: Option<Hour>,
}

/// A recorded change. Its number is its position in the list, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) account: Account,
    pub(crate) before: Vec<Grant>,
    pub(crate) after: Vec<Grant>,
    pub(crate) status_before: bool,
    pub(crate) status_after: bool,
    /// The status that was asked for, if one was.
    pub(crate) active: Option<bool>,
    /// `change`, `undo` or `redo`.
    pub(crate) kind: &'static str,
    pub(crate) source: &'static str,
    /// The actor; `None` if it was imported or an end was reached.
    pub(crate) by: Option<Actor>,
    /// The number of the change that it reverses.
    pub(crate) reverses: Option<usize>,
    /// The rollback that made it: the first is 1.
    pub(crate) batch: Option<usize>,
    pub(crate) at: Hour,
}

/// An account was banned, or archived by a kick or by name.
#[derive(Debug, Clone, Copy)]
struct PutOut {
    account: Account,
    is_ban: bool,
    by: Actor,
    at: Hour,
}

/// A change that is about to be recorded.
#[derive(Debug)]
struct Plan {
    after: Vec<Grant>,
    status: bool,
    active: Option<bool>,
}

/// The community.
pub(crate) struct Model {
    pub(crate) now: Hour,
    pub(crate) powers: [u32; RANKS.len()],
    pub(crate) retired: [bool; RANKS.len()],
    pub(crate) banned: [bool; ACCOUNTS.len()],
    pub(crate) archived: [bool; ACCOUNTS.len()],
    /// Whether the community is frozen.
    frozen: bool,
    pub(crate) changes: Vec<Change>,
    /// Who put whom out, in order.
    put_out: Vec<PutOut>,
    /// Number of rollbacks that have undone something, including the one that is under way.
    pub(crate) batches: usize,
    /// Whether a rollback is under way.
    rolling_back: bool,
    /// The changes that the rollback under way found undone already.
    out_of_the_way: Vec<usize>,
}

impl Model {
    /// Returns the community as it was imported: the ranks that each account begins with are a recorded
    /// change.
    pub(crate) fn imported() -> Self {
        let mut model = Self {
            now: 0,
            powers: RANKS.map(|(_, power)| power),
            retired: [false; RANKS.len()],
            banned: [false; ACCOUNTS.len()],
            archived: [false; ACCOUNTS.len()],
            frozen: false,
            changes: Vec::new(),
            put_out: Vec::new(),
            batches: 0,
            rolling_back: false,
            out_of_the_way: Vec::new(),
        };
        for (account, (_, ranks)) in ACCOUNTS.iter().enumerate() {
            let after: Vec<_> = ranks.iter().map(|rank| Grant { rank: *rank, end: None }).collect();
            if !after.is_empty() {
                model.record(account, Plan { after, status: true, active: None }, "import", None, None);
            }
        }
        model
    }

    /// Plays a step. Returns its outcome.
    pub(crate) fn play(&mut self, step: &Step) -> Outcome {
        match step {
            Step::Change { by, account, request, .. } => {
                self.change(by.on(Some(*account)), *account, request).into()
            }
            Step::Flow { by, .. } if self.is_frozen_for(by.on(None)) => Outcome::Refused(Self::frozen()),
            Step::Flow { by, flow, users, promote, force, .. } => {
                let run = |user: &Account| self.flow(by.on(Some(*user)), *flow, *user, *promote, *force);
                Outcome::Flow(users.iter().map(run).collect())
            }
            Step::Undo { by, change, on_conflict, .. } => {
                let number = change.among(self.changes.len());
                self.undo(by.on(Some(self.change_of(number).account)), number, *on_conflict).into()
            }
            Step::PutOut { by, account, how, keep_ranks } => {
                self.put_out(by.on(Some(*account)), *account, *how, *keep_ranks).into()
            }
            Step::BringBack { by, account, how } => {
                self.bring_back(by.on(Some(*account)), *account, *how).into()
            }
            Step::Retire { by, rank, remove_from_holders } => {
                self.retire(by.on(None), *rank, *remove_from_holders).into()
            }
            Step::Restore { by, rank } => self.restore(by.on(None), *rank).into(),
            Step::Repower { by, rank, power } => self.repower(by.on(None), *rank, *power).into(),
            Step::Wait { hours, noticed } => {
                self.wait(*hours, *noticed);
                Outcome::Done(None)
            }
            Step::Freeze { by, frozen } => self.freeze(by.on(None), *frozen).into(),
            Step::Rollback { by, filter, on_conflict } => {
                self.rollback(by.on(None), filter, *on_conflict).into()
            }
        }
    }

    /// Returns the change with this number.
    pub(crate) fn change_of(&self, number: usize) -> &Change {
        &self.changes[number - 1]
    }

    /// Returns the changes, each with its number.
    fn numbered(&self) -> impl DoubleEndedIterator<Item = (usize, &Change)> {
        self.changes.iter().enumerate().map(|(index, change)| (index + 1, change))
    }

    /// Returns the ranks that an account holds, in order: the ranks after its last change.
    pub(crate) fn held(&self, account: Account) -> Vec<Grant> {
        let last = self.changes.iter().rev().find(|change| change.account == account);
        last.map(|change| change.after.clone()).unwrap_or_default()
    }

    /// Returns whether an account is active.
    pub(crate) fn active(&self, account: Account) -> bool {
        let last = self.changes.iter().rev().find(|change| change.account == account);
        last.is_some_and(|change| change.status_after)
    }

    /// Returns why an account may gain nothing. `None` if it may.
    fn barred(&self, account: Account) -> Option<Refusal> {
        if self.banned[account] {
            Some(Refusal::new(409, "account-banned"))
        } else if self.archived[account] {
            Some(Refusal::new(409, "account-archived"))
        } else {
            None
        }
    }

    fn owns(account: Account) -> bool {
        account == OWNER
    }

    /// Records a change, unless it changes nothing. Returns its number.
    fn record(
        &mut self,
        account: Account,
        plan: Plan,
        source: &'static str,
        by: Option<Actor>,
        reverses: Option<usize>,
    ) -> Option<usize> {
        let (before, status_before) = (self.held(account), self.active(account));
        let Plan { after, status: status_after, active } = plan;
        if before == after && status_before == status_after && reverses.is_none() {
            return None;
        }
        let kind = match reverses {
            None => "change",
            Some(earlier) if self.is_undo(earlier) => "redo",
            Some(_) => "undo",
        };
        let at = self.now;
        let batch = (source == "rollback").then_some(self.batches);
        let change = Change {
            account,
            before,
            after,
            status_before,
            status_after,
            active,
            kind,
            source,
            by,
            reverses,
            batch,
            at,
        };
        self.changes.push(change);
        Some(self.changes.len())
    }
}

/// Returns the grant of a rank in a list. `None` if the list does not have the rank.
fn grant_of(ranks: &[Grant], rank: Rank) -> Option<Grant> {
    ranks.iter().copied().find(|grant| grant.rank == rank)
}

/// Returns whether both lists have the same ranks, in whatever order and with whatever ends.
fn same_ranks(some: &[Grant], others: &[Grant]) -> bool {
    let within =
        |some: &[Grant], others: &[Grant]| some.iter().all(|grant| grant_of(others, grant.rank).is_some());
    within(some, others) && within(others, some)
}

/// Returns whether an end is later than another. No end is the latest.
fn is_later(end: Option<Hour>, other: Option<Hour>) -> bool {
    other.is_some_and(|other| end.is_none_or(|end| end > other))
}

/// Returns whether `after` has a rank, or more time for one, that `before` did not have.
fn gains(before: &[Grant], after: &[Grant]) -> bool {
    after.iter().any(|grant| grant_of(before, grant.rank).is_none_or(|held| is_later(grant.end, held.end)))
}
