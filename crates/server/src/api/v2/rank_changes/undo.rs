//! `POST /v2/community/rank-changes/{undoId}/undo`.

use rankledger_domain::account::HeldRank;
use rankledger_domain::ids::{LogId, RankId, UndoId};
use rankledger_domain::undo::OnConflict;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::api::v2::community::OwnCommunity;
use crate::http::body::JsonBody;
use crate::http::caller::{Caller, RanksUndo};
use crate::http::checks;
use crate::http::etag::IfMatch;
use crate::http::path::ChangePath;
use crate::http::reply::{Recorded, Reply};
use crate::http::write::Write;
use crate::ops::undo_change::{ChangeUndone, UndoChange};
use crate::wire::account::FullAccountBody;
use crate::wire::problem::Problem;
use crate::wire::texts::Reason;
use crate::wire::undo_items::ItemBody;

/// What Undo Rank Change takes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UndoBody {
    /// Who acts: an account id, a Discord id, or `discord:` and the id.
    user_id: Option<String>,
    /// What to do if a part of the change cannot be undone: nothing, which is usual, or the rest.
    #[schemars(extend("enum" = ["refuse", "skip", null]))]
    on_conflict: Option<String>,
    /// Why, for the record.
    #[schemars(with = "Option<Reason>")]
    reason: Option<String>,
    /// Whether to answer only what would happen, and write nothing.
    dry_run: Option<bool>,
}

/// What Undo Rank Change answers.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UndoneBody {
    undo_id: UndoId,
    account: FullAccountBody,
    previous_ranks: Vec<RankId>,
    current_ranks: Vec<RankId>,
    original_log_id: LogId,
    reversal_undo_id: Option<UndoId>,
}

/// `POST /v2/community/rank-changes/{undoId}/undo`: Undo Rank Change.
pub async fn undo(
    write: Write,
    caller: Caller<RanksUndo>,
    OwnCommunity(community): OwnCommunity,
    ChangePath(change): ChangePath,
    if_match: IfMatch,
    JsonBody(body): JsonBody<UndoBody>,
) -> Result<Reply<UndoneBody, Recorded>, Problem> {
    let on_conflict = match body.on_conflict.as_deref() {
        None | Some("refuse") => OnConflict::Refuse,
        Some("skip") => OnConflict::Skip,
        Some(_) => return Err(Problem::invalid_body("/onConflict", "it must be \"refuse\" or \"skip\"")),
    };
    let reason = checks::reason(body.reason)?;
    let operation = UndoChange {
        actor: caller.actor(body.user_id.as_deref()),
        change,
        on_conflict,
        reason,
        if_version: if_match.versions()?,
    };
    let reply = move |undone: ChangeUndone| {
        let ChangeUndone { named, before, after, skipped, reversal } = undone;
        let (version, held) = (after.standing.version, after.standing.account.ranks.clone());
        let data = UndoneBody {
            undo_id: named.undo_id,
            previous_ranks: ids(&before.standing.account.ranks),
            current_ranks: ids(&held),
            account: FullAccountBody::new(after, community.name),
            original_log_id: named.log_id,
            reversal_undo_id: reversal.as_ref().map(|reversal| reversal.undo_id),
        };
        let reply = Reply::new(data).version(version).held(&held).recorded(reversal.as_ref());
        if on_conflict == OnConflict::Skip {
            let skipped: Vec<_> = skipped.iter().map(ItemBody::from).collect();
            reply.meta("skipped", json!(skipped))
        } else {
            reply
        }
    };
    write.submit_or_preview(operation, body.dry_run.unwrap_or(false), reply).await
}

fn ids(ranks: &[HeldRank]) -> Vec<RankId> {
    ranks.iter().map(|held| held.rank).collect()
}
