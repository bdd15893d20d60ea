//! Plans a rollback: from the matching changes of an account to the steps that undo them.
//!
//! A rollback undoes the matching changes of an account newest first, each by the rules of a single undo, on
//! the account as the steps before left it. A change that cannot be undone is skipped, with the reason.
//!
//! A rollback differs from single undos in one thing. A redo counts as made on top of everything; a change
//! that a step of a rollback brings back returns to its old position, below the changes that were made on top
//! of it. So steps do not conflict with each other.

use jiff::Timestamp;

use crate::account::Account;
use crate::authority::Authority;
use crate::lineage::Lineage;
use crate::rank::CommunityRanks;
use crate::rank_change::{ChangeKind, RankChange};
use crate::refusal::Refusal;
use crate::undo::{Inverse, OnConflict, plan_undo};

/// The changes of one account that a rollback is to undo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountHistory {
    /// The account before the rollback.
    pub account: Account,
    /// Lineages whose last changes are to be undone, newest first.
    pub lineages: Vec<Lineage>,
    /// The account's live changes after the first of those lineages began, oldest first.
    pub live: Vec<RankChange>,
}

/// One change that is to be undone, and the outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The change.
    pub target: RankChange,
    /// Outcome of the undo.
    pub outcome: Outcome,
}

/// Outcome of the undo of one change in a rollback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The change is undone.
    Undone(Inverse),
    /// The account is by now as the undo would leave it: nothing is recorded.
    Already,
    /// The change stays, for this reason.
    Skipped(Refusal),
}

/// A planned rollback, account by account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RollbackPlan {
    /// The accounts, the one that was changed last first.
    pub accounts: Vec<AccountPlan>,
}

/// The planned rollback of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountPlan {
    /// The account before.
    pub before: Account,
    /// The account after.
    pub after: Account,
    /// Changes to be undone, newest first, each with its outcome.
    pub steps: Vec<Step>,
}

impl RollbackPlan {
    /// Returns the steps of all accounts.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.accounts.iter().flat_map(|account| &account.steps)
    }

    /// Returns a text that is the same for two plans exactly if they would do the same. The digest of a plan
    /// is made of it.
    #[must_use]
    pub fn digest_input(&self) -> String {
        let line = |step: &Step| format!("{} {}", step.target.number, digest_input(&step.outcome));
        self.steps().map(line).collect::<Vec<_>>().join("\n")
    }
}

fn digest_input(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Undone(inverse) => {
            let skipped: Vec<_> = inverse.skipped.iter().map(|item| item.slot).collect();
            format!("undone {:?} {skipped:?}", inverse.transition)
        }
        Outcome::Already => "already".to_owned(),
        Outcome::Skipped(_) => "skipped".to_owned(),
    }
}

/// Returns whether a matching change is to be undone, given its lineage: whether the matching changes at the
/// end of the lineage made a difference. A person who undid and redid a change has changed nothing.
#[must_use]
pub fn makes_a_difference(lineage: &Lineage, matches: impl Fn(&RankChange) -> bool) -> bool {
    lineage.newest_first().take_while(|change| matches(change)).count() % 2 == 1
}

/// Plans the steps for one account.
#[must_use]
pub fn plan_rollback(
    history: AccountHistory,
    ranks: &CommunityRanks,
    authority: &Authority,
    on_conflict: OnConflict,
    now: Timestamp,
) -> (Vec<Step>, Account) {
    let AccountHistory { mut account, lineages, mut live } = history;
    let mut steps = Vec::with_capacity(lineages.len());
    for lineage in lineages {
        let planned = plan_undo(&account, ranks, authority, &lineage, &live, on_conflict, now);
        let target = lineage.last().clone();
        let outcome = match planned {
            Ok(Some(inverse)) => {
                inverse.transition.apply_to(&mut account);
                live.retain(|change| change.number != target.number);
                if target.kind == ChangeKind::Undo {
                    bring_back(&lineage, &inverse, &mut live);
                }
                Outcome::Undone(inverse)
            }
            Ok(None) => Outcome::Already,
            Err(refusal) => Outcome::Skipped(refusal),
        };
        steps.push(Step { target, outcome });
    }
    (steps, account)
}

/// Puts the change that the undo at the end of `lineage` had reversed back among the live ones, at its old
/// position.
fn bring_back(lineage: &Lineage, inverse: &Inverse, live: &mut Vec<RankChange>) {
    let Some(undone) = lineage.newest_first().nth(1) else { return };
    let change = RankChange { transition: inverse.transition.clone(), reversed_by: None, ..undone.clone() };
    let position = live.partition_point(|other| other.number < change.number);
    live.insert(position, change);
}
