//! Undo Rank Change on the wire.

use rankledger_domain::ids::{LogId, RankId, UndoId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::wire::text_schemas::Reason;

/// The body of Undo Rank Change.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UndoBody {
    /// The person who acts: an account id, a Discord id, or `discord:` and the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_id: Option<String>,
    /// The way to handle a conflict: `refuse` (the default) undoes nothing, `skip` undoes the clean part.
    #[schemars(extend("enum" = ["refuse", "skip", null]))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) on_conflict: Option<String>,
    /// The reason, as it is recorded.
    #[schemars(with = "Option<Reason>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// Whether this is a dry run: the server answers what would happen, and writes nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dry_run: Option<bool>,
}

// The server writes the whole account as `A`; a client may read it in short.
/// The answer of Undo Rank Change.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "UndoneBody")]
pub struct UndoneBody<A> {
    pub(crate) undo_id: UndoId,
    pub(crate) account: A,
    pub(crate) previous_ranks: Vec<RankId>,
    pub(crate) current_ranks: Vec<RankId>,
    pub(crate) original_log_id: LogId,
    pub(crate) reversal_undo_id: Option<UndoId>,
}
