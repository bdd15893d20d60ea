//! `POST /v2/community/rank-changes/{undoId}/undo`.

use std::sync::Arc;

use rankledger_domain::account::HeldRank;
use rankledger_domain::ids::{CommunityId, LogId, RankId, UndoId};
use rankledger_domain::undo::OnConflict;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::items::ItemBody;
use crate::api::App;
use crate::api::accounts::row::{FullAccountBody, RowBefore};
use crate::api::body::JsonBody;
use crate::api::caller::{Caller, RanksUndo};
use crate::api::envelope::{Recorded, Reply};
use crate::api::etag::IfMatch;
use crate::api::input;
use crate::api::path::ChangePath;
use crate::api::problem::Problem;
use crate::api::texts::Reason;
use crate::api::write::Write;
use crate::ops::undo_change::{ChangeName, ChangeUndone, UndoChange};

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
    ChangePath(change): ChangePath,
    if_match: IfMatch,
    JsonBody(body): JsonBody<UndoBody>,
) -> Result<Reply<UndoneBody, Recorded>, Problem> {
    let on_conflict = match body.on_conflict.as_deref() {
        None | Some("refuse") => OnConflict::Refuse,
        Some("skip") => OnConflict::Skip,
        Some(_) => return Err(Problem::invalid_body("/onConflict", "it must be \"refuse\" or \"skip\"")),
    };
    let community = caller.community();
    let reason = input::reason(body.reason)?;
    let actor = caller.actor(body.user_id.as_deref());
    let command = UndoChange { actor, change, on_conflict, reason, if_version: if_match.versions()? };
    let row = row_before(&write.app, community, change).await?;
    let dry_run = body.dry_run.unwrap_or(false);
    let tell = move |undone: ChangeUndone| {
        let skipped: Vec<_> = undone.skipped.iter().map(ItemBody::from).collect();
        let reply = tell(undone, row, dry_run);
        if on_conflict == OnConflict::Skip { reply.meta("skipped", json!(skipped)) } else { reply }
    };
    write.dry_run(dry_run).submit(command, tell).await
}

fn tell(undone: ChangeUndone, row: RowBefore, dry_run: bool) -> Reply<UndoneBody, Recorded> {
    let reversal = undone.reversal.filter(|_| !dry_run).map(|reversal| (reversal.undo_id, reversal.number));
    let version = if dry_run { undone.before.version } else { undone.after.version };
    let after = Arc::new(undone.after);
    let data = UndoneBody {
        undo_id: undone.named.undo_id,
        previous_ranks: ids(&undone.before.account.ranks),
        current_ranks: ids(&after.account.ranks),
        account: row.after(Arc::clone(&after)),
        original_log_id: undone.named.log_id,
        reversal_undo_id: reversal.map(|(undo_id, _)| undo_id),
    };
    Reply::new(data).version(version).held(&after.account.ranks).recorded(reversal)
}

/// The row of the account that the change was made on.
async fn row_before(app: &App, community: CommunityId, name: ChangeName) -> Result<RowBefore, Problem> {
    let mut tx = app.storage.read().await?;
    let change = name.find(tx.as_mut(), community).await?;
    RowBefore::read(app, tx.as_mut(), community, change.account).await
}

fn ids(ranks: &[HeldRank]) -> Vec<RankId> {
    ranks.iter().map(|held| held.rank).collect()
}
