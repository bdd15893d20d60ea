//! The community as the documents say that it behaves: naive, in memory, and without a line of the server's rules.
//!
//! All that is kept is the list of changes, and what is not in it: who is banned or archived, and what ranks are worth.
//! Everything else is worked out from the list whenever it is asked for.

mod authority;
mod change;
mod expiry;
mod lineage;
mod ranks;
mod rollback;
mod standing;
mod undo;

use crate::community::{ACCOUNTS, Account, OWNER, RANKS, Rank};
use crate::outcome::{Outcome, Refusal};
use crate::steps::{Actor, Hour, Step};

/// A rank that is held, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) rank: Rank,
    pub(crate) end: Option<Hour>,
}

/// A recorded change. Its number is its place in the list, from 1.
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
    /// Who made it; nobody, if it was imported or an end was reached.
    pub(crate) by: Option<Actor>,
    /// The number of the change that it reverses.
    pub(crate) reverses: Option<usize>,
    /// The rollback that made it: the first is 1.
    pub(crate) batch: Option<usize>,
    pub(crate) at: Hour,
}

/// What is to be recorded of an account.
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
    pub(crate) changes: Vec<Change>,
    /// How many rollbacks have undone something, with the one that is under way.
    pub(crate) batches: usize,
    /// Whether a rollback is under way.
    rolling_back: bool,
}

impl Model {
    /// The community as it was imported: what each account begins with is a recorded change.
    pub(crate) fn imported() -> Self {
        let mut model = Self {
            now: 0,
            powers: RANKS.map(|(_, power)| power),
            retired: [false; RANKS.len()],
            banned: [false; ACCOUNTS.len()],
            archived: [false; ACCOUNTS.len()],
            changes: Vec::new(),
            batches: 0,
            rolling_back: false,
        };
        for (account, (_, ranks)) in ACCOUNTS.iter().enumerate() {
            let after: Vec<_> = ranks.iter().map(|rank| Grant { rank: *rank, end: None }).collect();
            if !after.is_empty() {
                model.record(account, Plan { after, status: true, active: None }, "import", None, None);
            }
        }
        model
    }

    /// What happens, and what is answered.
    pub(crate) fn play(&mut self, step: &Step) -> Outcome {
        match step {
            Step::Change { by, account, request, .. } => {
                self.change(by.on(Some(*account)), *account, request).into()
            }
            Step::Flow { by, flow, users, promote, .. } => {
                let runs = users.iter().map(|user| self.flow(by.on(Some(*user)), *flow, *user, *promote));
                Outcome::Flow(runs.collect())
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
            Step::Rollback { by, filter, on_conflict } => {
                self.rollback(by.on(None), filter, *on_conflict).into()
            }
        }
    }

    /// The change with this number.
    pub(crate) fn change_of(&self, number: usize) -> &Change {
        &self.changes[number - 1]
    }

    /// The changes, each with its number.
    fn numbered(&self) -> impl DoubleEndedIterator<Item = (usize, &Change)> {
        self.changes.iter().enumerate().map(|(index, change)| (index + 1, change))
    }

    /// The ranks that an account holds, in order: what its last change left it with.
    pub(crate) fn held(&self, account: Account) -> Vec<Grant> {
        let last = self.changes.iter().rev().find(|change| change.account == account);
        last.map(|change| change.after.clone()).unwrap_or_default()
    }

    /// Whether an account is active.
    pub(crate) fn active(&self, account: Account) -> bool {
        let last = self.changes.iter().rev().find(|change| change.account == account);
        last.is_some_and(|change| change.status_after)
    }

    /// Why an account may gain nothing, if it may not.
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

    /// Writes a change down, unless it changes nothing. Answers its number.
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

/// How a list of ranks has a rank: not at all, or until when.
fn grant_of(ranks: &[Grant], rank: Rank) -> Option<Grant> {
    ranks.iter().copied().find(|grant| grant.rank == rank)
}

/// Whether the same ranks are held, in whatever order and until whenever.
fn same_ranks(some: &[Grant], others: &[Grant]) -> bool {
    let within =
        |some: &[Grant], others: &[Grant]| some.iter().all(|grant| grant_of(others, grant.rank).is_some());
    within(some, others) && within(others, some)
}

/// Whether an end is later than another; none is the latest.
fn is_later(end: Option<Hour>, other: Option<Hour>) -> bool {
    other.is_some_and(|other| end.is_none_or(|end| end > other))
}

/// Whether there is a rank, or more time for one, that was not there before.
fn gains(before: &[Grant], after: &[Grant]) -> bool {
    after.iter().any(|grant| grant_of(before, grant.rank).is_none_or(|held| is_later(grant.end, held.end)))
}
