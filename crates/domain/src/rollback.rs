//! Plans a rollback: from the matching changes of an account to the steps that undo them.
//!
//! A rollback undoes the matching changes of an account newest first, each by the rules of a single undo, on
//! the account as the steps before left it. A change that cannot be undone is skipped, with the reason.
//!
//! A rollback differs from single undos in three things. A redo counts as made on top of everything; a change
//! that a step of a rollback brings back returns to its old position, below the changes that were made on top
//! of it. A change that needs no undo because what it gave has ended is out of the way of older ones. A grant
//! whose end has passed is left out, and the rest of its change is undone. So steps do not conflict with each
//! other.

use jiff::Timestamp;

use crate::account::Account;
use crate::authority::Authority;
use crate::guard::removals;
use crate::ids::ChangeNumber;
use crate::lineage::Lineage;
use crate::rank::CommunityRanks;
use crate::rank_change::{ChangeKind, RankChange, Source};
use crate::refusal::Refusal;
use crate::undo::{Inverse, OnConflict, plan_step};

/// The standing that a rollback gives back to an account that was put out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Returned {
    /// The ban is lifted.
    pub from_ban: bool,
    /// The account is brought back from the archive, after a kick too.
    pub from_archive: bool,
}

/// The changes of one account that a rollback is to undo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountHistory {
    /// The account before the rollback.
    pub account: Account,
    /// Lineages whose last changes are to be undone, newest first.
    pub lineages: Vec<Lineage>,
    /// The account's live changes after the first of those lineages began, oldest first.
    pub live: Vec<RankChange>,
    /// The standing that it gets back before its ranks, if the authority reaches the account.
    pub returned: Returned,
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

    /// Returns how much the rollback takes away, which the guard counts.
    #[must_use]
    pub fn removals(&self) -> u32 {
        let of_step = |step: &Step| match &step.outcome {
            Outcome::Undone(inverse) => removals(&inverse.transition),
            Outcome::Already | Outcome::Skipped(_) => 0,
        };
        self.steps().map(of_step).fold(0, u32::saturating_add)
    }

    /// Returns a text that is the same for two plans exactly if they would do the same. The digest of a plan
    /// is made of it.
    #[must_use]
    pub fn digest_input(&self) -> String {
        let line = |step: &Step| format!("{} {}", step.target.number, digest_input(&step.outcome));
        let returned = |account: &AccountPlan| {
            let Returned { from_ban, from_archive } = account.returned();
            let is_returned = from_ban || from_archive;
            is_returned.then(|| format!("{} returns {from_ban} {from_archive}", account.before.id))
        };
        let returned = self.accounts.iter().filter_map(returned);
        returned.chain(self.steps().map(line)).collect::<Vec<_>>().join("\n")
    }
}

impl AccountPlan {
    /// Returns the standing that the account gets back.
    #[must_use]
    pub fn returned(&self) -> Returned {
        Returned {
            from_ban: self.before.banned && !self.after.banned,
            from_archive: self.before.archived && !self.after.archived,
        }
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

/// Returns whether a rollback that found this matching change is to undo the last change of its lineage.
///
/// The last change is to be undone if the matching changes at the end of the lineage, of which `found` is
/// the last, made a difference: a person who undid and redid a change has changed nothing. A rollback and the
/// undo of that rollback cancel out, and do not count: what lives again through them is found by what made it
/// first.
#[must_use]
pub fn is_to_be_undone(
    lineage: &Lineage,
    found: ChangeNumber,
    matches: impl Fn(&RankChange) -> bool,
) -> bool {
    let is_of_others = |change: &RankChange| change.batch.is_some() && !matches(change);
    let mut counting: Vec<&RankChange> = Vec::new();
    for change in lineage.oldest_first() {
        if is_of_others(change) && counting.last().is_some_and(|last| is_of_others(last)) {
            counting.pop();
        } else {
            counting.push(change);
        }
    }
    counting.last().is_some_and(|last| last.number == found)
        && counting.iter().rev().take_while(|change| matches(change)).count() % 2 == 1
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
    let AccountHistory { mut account, lineages, mut live, returned } = history;
    if authority.check_account(&account, ranks, now).is_ok() {
        account.banned &= !returned.from_ban;
        account.archived &= !returned.from_archive;
    }
    let mut steps = Vec::with_capacity(lineages.len());
    for lineage in lineages {
        let planned = plan_step(&account, ranks, authority, &lineage, &live, on_conflict, now);
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
            Ok(None) => {
                if has_ended(&target, &live) {
                    live.retain(|change| change.number != target.number);
                }
                Outcome::Already
            }
            Err(refusal) => Outcome::Skipped(refusal),
        };
        steps.push(Step { target, outcome });
    }
    (steps, account)
}

/// Returns whether what a change gave has ended since: then the change is in the way of no older one.
fn has_ended(target: &RankChange, live: &[RankChange]) -> bool {
    let ends = |change: &&RankChange| change.source == Source::Expiry && change.number > target.number;
    let touched = target.transition.touched_ranks();
    live.iter().filter(ends).any(|end| touched.iter().any(|rank| end.transition.touches_rank(*rank)))
}

/// Puts the change that the undo at the end of `lineage` had reversed back among the live ones, at its old
/// position.
fn bring_back(lineage: &Lineage, inverse: &Inverse, live: &mut Vec<RankChange>) {
    let Some(undone) = lineage.newest_first().nth(1) else { return };
    let change = RankChange { transition: inverse.transition.clone(), reversed_by: None, ..undone.clone() };
    let position = live.partition_point(|other| other.number < change.number);
    live.insert(position, change);
}
