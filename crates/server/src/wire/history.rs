//! The history on the wire: a page of it, one change with its undo outlook, and a line of the export.

use rankledger_domain::ids::ChangeNumber;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::wire::problem::ProblemSummary;
use crate::wire::rank_change::RankChangeBody;
use crate::wire::undo_items::{ChangeRefBody, ItemBody};

/// A page of the history.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryBody {
    /// The changes, newest first.
    pub(crate) rank_changes: Vec<RankChangeBody>,
    /// The value of `cursor` for the next page; null on the last page.
    pub(crate) next_cursor: Option<String>,
}

/// A recorded rank change, with what it reverses, what reversed it, and what its undo would find now.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DetailBody {
    #[serde(flatten)]
    pub(crate) change: RankChangeBody,
    /// The change that it reverses.
    pub(crate) reversed_change: Option<ChangeRefBody>,
    /// The change that reversed it. That may itself have been reversed since: see `inForce`.
    pub(crate) reversal: Option<ChangeRefBody>,
    /// Whether the change counts now: it was not reversed, or it was brought back since.
    pub(crate) in_force: bool,
    /// The change that undid it in the end, or brought it back; null if it was never reversed.
    pub(crate) last_reversal: Option<ChangeRefBody>,
    pub(crate) undo: OutlookBody,
}

/// The result that an undo of the change would have now.
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct OutlookBody {
    /// Whether the undo would be carried out.
    pub(crate) clean: bool,
    /// The state of each rank that the change touched, and of the status if the change asked for one.
    pub(crate) items: Vec<ItemBody>,
    /// The reason why the undo would be refused, if it would be.
    pub(crate) problem: Option<ProblemSummary>,
}

/// A line of the export.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub enum ExportLine {
    /// A change.
    Change(Box<RankChangeBody>),
    /// The line that stands for a change that the server cannot read.
    Unreadable(UnreadableBody),
}

/// Stands for a change whose row cannot be read.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnreadableBody {
    pub(crate) change_number: ChangeNumber,
    /// Always true: tells this line from a change.
    pub(crate) unreadable: bool,
}
