//! What a rollback would do, or did, on the wire.

use rankledger_domain::account::{Account, HeldRank};
use rankledger_domain::ids::{AccountId, BatchId, ChangeNumber, RankId, UndoId};
use rankledger_domain::refusal::Refusal;
use rankledger_domain::rollback::{AccountPlan, Outcome, RollbackPlan, Step};
use schemars::JsonSchema;
use serde::Serialize;

use crate::wire::problem::{ProblemSummary, skipped};
use crate::wire::time::Time;
use crate::wire::undo_items::ItemBody;

/// The preview of a rollback.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PreviewBody {
    /// The plan token that carries the rollback out. It is valid as long as the rollback would do the same.
    plan_token: String,
    #[serde(flatten)]
    effect: EffectBody,
}

/// The result of a rollback.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportBody {
    /// The batch id of the recorded changes; null if the rollback undid nothing.
    batch_id: Option<BatchId>,
    #[serde(flatten)]
    effect: EffectBody,
}

/// A rollback that is still being carried out.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunningBody {
    batch_id: BatchId,
    /// `running`.
    status: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct EffectBody {
    counts: CountsBody,
    /// The accounts, the one that was changed last first.
    accounts: Vec<AccountEffectBody>,
}

#[derive(Serialize, JsonSchema, Default)]
struct CountsBody {
    accounts: usize,
    /// The changes that the filter matches and that still have an effect.
    changes: usize,
    undone: usize,
    /// Changes whose ranks and status are already as the undo would leave them.
    already: usize,
    skipped: usize,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct AccountEffectBody {
    acc_id: AccountId,
    previous_ranks: Vec<RankId>,
    current_ranks: Vec<RankId>,
    previous_status: bool,
    current_status: bool,
    /// The changes, newest first.
    changes: Vec<StepBody>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct StepBody {
    undo_id: UndoId,
    change_number: ChangeNumber,
    at: Time,
    /// `undone`; `already`, if everything is as the undo would leave it; or `skipped`.
    outcome: &'static str,
    /// The reason why the change is skipped.
    problem: Option<ProblemSummary>,
    /// The ranks that are not clean, each with the later change and its actor.
    items: Vec<ItemBody>,
}

impl PreviewBody {
    /// Returns the preview of this plan, with the token that carries it out.
    #[must_use]
    pub fn new(plan: &RollbackPlan, plan_token: String) -> Self {
        Self { plan_token, effect: EffectBody::new(plan) }
    }
}

impl ReportBody {
    /// Returns the report of a plan that was carried out under this batch id; without one it undid nothing.
    #[must_use]
    pub fn new(batch_id: Option<BatchId>, plan: &RollbackPlan) -> Self {
        Self { batch_id, effect: EffectBody::new(plan) }
    }

    /// As it is kept.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("plain data with string keys always has a JSON form")
    }
}

impl RunningBody {
    /// A rollback that is still being carried out.
    #[must_use]
    pub fn new(batch_id: BatchId) -> Self {
        Self { batch_id, status: "running" }
    }
}

impl EffectBody {
    fn new(plan: &RollbackPlan) -> Self {
        let mut counts = CountsBody { accounts: plan.accounts.len(), ..CountsBody::default() };
        for step in plan.steps() {
            counts.changes += 1;
            match step.outcome {
                Outcome::Undone(_) => counts.undone += 1,
                Outcome::Already => counts.already += 1,
                Outcome::Skipped(_) => counts.skipped += 1,
            }
        }
        Self { counts, accounts: plan.accounts.iter().map(AccountEffectBody::from).collect() }
    }
}

impl From<&AccountPlan> for AccountEffectBody {
    fn from(plan: &AccountPlan) -> Self {
        Self {
            acc_id: plan.before.id,
            previous_ranks: ranks(&plan.before),
            current_ranks: ranks(&plan.after),
            previous_status: plan.before.com_status,
            current_status: plan.after.com_status,
            changes: plan.steps.iter().map(StepBody::from).collect(),
        }
    }
}

fn ranks(account: &Account) -> Vec<RankId> {
    account.ranks.iter().map(|held: &HeldRank| held.rank).collect()
}

impl From<&Step> for StepBody {
    fn from(step: &Step) -> Self {
        let (outcome, problem, items) = match &step.outcome {
            Outcome::Undone(plan) => ("undone", None, plan.skipped.as_slice()),
            Outcome::Already => ("already", None, [].as_slice()),
            Outcome::Skipped(refusal) => {
                let items = match refusal {
                    Refusal::UndoConflict(items) => items.as_slice(),
                    _ => &[],
                };
                ("skipped", Some(skipped(refusal.clone())), items)
            }
        };
        Self {
            undo_id: step.target.undo_id,
            change_number: step.target.number,
            at: Time(step.target.at),
            outcome,
            problem,
            items: items.iter().map(ItemBody::from).collect(),
        }
    }
}
