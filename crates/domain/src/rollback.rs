//! From what somebody did to an account to the steps that take it back.
//!
//! A rollback undoes the matching changes of an account newest first, each by the rules of a single undo, on the account
//! as the steps before left it. What cannot be undone is left, and said.

use jiff::Timestamp;

use crate::account::Account;
use crate::authority::Authority;
use crate::ids::ChangeNumber;
use crate::lineage::Lineage;
use crate::rank::CommunityRanks;
use crate::rank_change::RankChange;
use crate::refusal::Refusal;
use crate::undo::{OnConflict, UndoPlan, plan_undo};

/// What is taken back of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountHistory {
    /// The account as it is.
    pub account: Account,
    /// What is to be taken back: the last change of each lineage, newest first.
    pub lineages: Vec<Lineage>,
    /// The account's live changes after the first of those lineages began, oldest first.
    pub live: Vec<RankChange>,
}

/// One change that is to be taken back, and what becomes of that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The change.
    pub target: RankChange,
    /// What becomes of it.
    pub outcome: Outcome,
}

/// What becomes of one change in a rollback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is undone.
    Undone(UndoPlan),
    /// The account is by now as the undo would leave it: nothing is recorded.
    Already,
    /// It stays, for this reason.
    Skipped(Refusal),
}

/// Whether a change that matches is to be taken back, given its lineage: if the matching changes at the end of the lineage
/// made a difference. Somebody who undid and redid a change has changed nothing.
#[must_use]
pub fn makes_a_difference(lineage: &Lineage, matches: impl Fn(&RankChange) -> bool) -> bool {
    lineage.newest_first().take_while(|change| matches(change)).count() % 2 == 1
}

/// Plans the steps for one account. `next` is the number that the first change it records will have. Answers the account as
/// the steps leave it, too.
#[must_use]
pub fn plan_rollback(
    history: AccountHistory,
    ranks: &CommunityRanks,
    authority: &Authority,
    on_conflict: OnConflict,
    now: Timestamp,
    next: ChangeNumber,
) -> (Vec<Step>, Account) {
    let AccountHistory { mut account, lineages, mut live } = history;
    let (mut steps, mut number) = (Vec::with_capacity(lineages.len()), next);
    for lineage in lineages {
        let planned = plan_undo(&account, ranks, authority, &lineage, &live, on_conflict, now);
        let target = lineage.last().clone();
        let outcome = match planned {
            Ok(Some(plan)) => {
                account.ranks.clone_from(&plan.transition.after);
                account.com_status = plan.transition.status_after;
                let reversal = reversal(&target, &plan, number, now);
                live.retain(|change| change.number != target.number);
                live.extend(Some(reversal).filter(RankChange::is_live));
                number = number.next();
                Outcome::Undone(plan)
            }
            Ok(None) => Outcome::Already,
            Err(refusal) => Outcome::Skipped(refusal),
        };
        steps.push(Step { target, outcome });
    }
    (steps, account)
}

/// What will be recorded of a step, as far as the steps after it look at it.
fn reversal(target: &RankChange, plan: &UndoPlan, number: ChangeNumber, now: Timestamp) -> RankChange {
    RankChange {
        number,
        at: now,
        transition: plan.transition.clone(),
        kind: target.kind.reversal(),
        reverses: Some(target.number),
        reversed_by: None,
        ..target.clone()
    }
}
