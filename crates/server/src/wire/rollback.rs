//! The answers of a rollback on the wire: the preview, the result, and the progress.

use std::borrow::Cow;

use rankledger_domain::ids::{AccountId, BatchId, ChangeNumber, CredentialId, RankId, UndoId};
use rankledger_domain::refusal::Refusal;
use rankledger_domain::rollback::{AccountPlan, Outcome, RollbackPlan, Step};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::wire::packed::keep_text;
use crate::wire::problem::{ProblemSummary, skipped};
use crate::wire::time::Time;
use crate::wire::undo_items::ItemBody;

/// The answer to a rollback request.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RollbackAnswer {
    /// The answer to a filter: the preview.
    Preview(PreviewBody),
    /// The answer to a plan token: the result.
    Done(ReportBody),
    /// The answer to a plan token, if the rollback takes longer: the path of the result.
    Running(RunningBody),
}

/// The preview of a rollback.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PreviewBody {
    /// The plan token that carries the rollback out. It is valid as long as the rollback would do the same.
    pub(crate) plan_token: String,
    /// Other changes in the time of the filter that were not undone and that the filter does not catch: with
    /// the keys that were used, if it asks for a person; by the persons who used the key, if it asks for a
    /// key.
    #[serde(default)]
    pub(crate) not_caught: Vec<NotCaughtBody>,
    #[serde(flatten)]
    pub(crate) effect: EffectBody,
}

/// Changes that the filter of a rollback does not catch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotCaughtBody {
    /// The key that they share with changes that the filter catches; null if it is a person.
    pub(crate) credential_id: Option<CredentialId>,
    /// The person whom they share with changes that the filter catches; null if it is a key.
    pub(crate) user_id: Option<AccountId>,
    /// The number of these changes.
    pub(crate) changes: u32,
    /// How many of them name somebody else than the filter does.
    pub(crate) naming_others: u32,
    /// How many of them name nobody.
    pub(crate) naming_nobody: u32,
}

/// The result of a rollback.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportBody {
    /// The batch id of the recorded changes; null if the rollback undid nothing.
    pub(crate) batch_id: Option<BatchId>,
    #[serde(flatten)]
    pub(crate) effect: EffectBody,
}

/// A rollback that is still being carried out.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunningBody {
    pub(crate) batch_id: BatchId,
    /// `running`.
    pub(crate) status: Cow<'static, str>,
}

/// The progress of a rollback, and its result.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatusBody {
    pub(crate) batch_id: BatchId,
    /// `running`, `done` or `failed`.
    pub(crate) status: Cow<'static, str>,
    /// The result, once the rollback is done.
    // The server leaves it null, and puts the kept report in its place: see `Reply::with_kept`.
    #[schemars(with = "Option<ReportBody>")]
    pub(crate) result: Option<Box<RawValue>>,
    /// The reason why the rollback failed, if it did.
    pub(crate) problem: Option<ProblemSummary>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct EffectBody {
    pub(crate) counts: CountsBody,
    /// The accounts, the one that was changed last first.
    pub(crate) accounts: Vec<AccountEffectBody>,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize, JsonSchema)]
pub(crate) struct CountsBody {
    pub(crate) accounts: usize,
    /// The changes that the filter matches and that still have an effect.
    pub(crate) changes: usize,
    pub(crate) undone: usize,
    /// Changes whose ranks and status are already as the undo would leave them.
    pub(crate) already: usize,
    pub(crate) skipped: usize,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountEffectBody {
    pub(crate) acc_id: AccountId,
    pub(crate) previous_ranks: Vec<RankId>,
    pub(crate) current_ranks: Vec<RankId>,
    pub(crate) previous_status: bool,
    pub(crate) current_status: bool,
    /// Whether the ban is lifted, which the person or the credential of the filter had made. Absent if not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) unbanned: bool,
    /// Whether the account is brought back, which the person or the credential of the filter had kicked or
    /// archived. Absent if not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) restored: bool,
    /// The changes, newest first.
    pub(crate) changes: Vec<StepBody>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StepBody {
    pub(crate) undo_id: UndoId,
    pub(crate) change_number: ChangeNumber,
    pub(crate) at: Time,
    /// `undone`; `already`, if everything is as the undo would leave it; or `skipped`.
    pub(crate) outcome: Cow<'static, str>,
    /// The reason why the change is skipped.
    pub(crate) problem: Option<ProblemSummary>,
    /// The ranks that are not clean, each with the later change and its actor.
    pub(crate) items: Vec<ItemBody>,
}

impl PreviewBody {
    /// Returns the preview of this plan, with the token that carries it out.
    #[must_use]
    pub fn new(plan: &RollbackPlan, plan_token: String) -> Self {
        Self { plan_token, not_caught: Vec::new(), effect: EffectBody::new(plan) }
    }
}

impl ReportBody {
    /// Returns the report of a plan that was carried out under this batch id; without one it undid nothing.
    #[must_use]
    pub fn new(batch_id: Option<BatchId>, plan: &RollbackPlan) -> Self {
        Self { batch_id, effect: EffectBody::new(plan) }
    }

    /// Returns the form in which the report is kept: JSON, packed if it is long.
    #[must_use]
    pub fn keep(&self) -> String {
        let json = serde_json::to_string(self);
        keep_text(json.expect("plain data with string keys always has a JSON form"))
    }
}

impl RunningBody {
    /// Returns the body of a rollback that takes longer.
    #[must_use]
    pub fn new(batch_id: BatchId) -> Self {
        Self { batch_id, status: "running".into() }
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
            previous_ranks: plan.before.rank_ids(),
            current_ranks: plan.after.rank_ids(),
            previous_status: plan.before.com_status,
            current_status: plan.after.com_status,
            unbanned: plan.returned().from_ban,
            restored: plan.returned().from_archive,
            changes: plan.steps.iter().map(StepBody::from).collect(),
        }
    }
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
            outcome: outcome.into(),
            problem,
            items: items.iter().map(ItemBody::from).collect(),
        }
    }
}
