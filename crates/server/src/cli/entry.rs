//! A rank change as the API tells of it.

use jiff::Timestamp;
use rankledger_domain::ids::{AccountId, BatchId, ChangeNumber, CredentialId, LogId, RankId, UndoId};
use serde::Deserialize;

/// A rank that is held, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Grant {
    pub(super) rank: RankId,
    pub(super) expires_at: Option<Timestamp>,
}

/// A recorded rank change.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    pub(super) undo_id: UndoId,
    pub(super) change_number: ChangeNumber,
    pub(super) log_id: LogId,
    pub(super) acc_id: AccountId,
    pub(super) at: Timestamp,
    pub(super) kind: String,
    pub(super) source: String,
    pub(super) user_id: Option<AccountId>,
    pub(super) credential_id: Option<CredentialId>,
    pub(super) reason: Option<String>,
    pub(super) batch_id: Option<BatchId>,
    pub(super) previous_ranks: Vec<Grant>,
    pub(super) current_ranks: Vec<Grant>,
    pub(super) added: Vec<Grant>,
    pub(super) removed: Vec<Grant>,
    pub(super) previous_status: bool,
    pub(super) current_status: bool,
    pub(super) active: Option<bool>,
    pub(super) reverses: Option<ChangeNumber>,
    pub(super) reversed_by: Option<ChangeNumber>,
    pub(super) hash: String,
}

/// A recorded change, named within another: which, when, by whom.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChangeRef {
    pub(super) change_number: ChangeNumber,
    pub(super) at: Timestamp,
    pub(super) user_id: Option<AccountId>,
    pub(super) credential_id: Option<CredentialId>,
}

/// How one rank stands that an undo is about, or the status.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Item {
    /// None for the status.
    pub(super) rank: Option<RankId>,
    pub(super) state: String,
    pub(super) by: Option<ChangeRef>,
}

/// Why something is refused, within an answer that is no refusal itself.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Problem {
    pub(super) r#type: String,
    pub(super) detail: String,
}
