//! `POST /v2/community/rank-changes/{undoId}/undo`.

use std::sync::Arc;

use rankledger_domain::account::HeldRank;
use rankledger_domain::ids::{AccountId, CommunityId, LogId, RankId, UndoId};
use rankledger_domain::undo::OnConflict;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::api::v2::community::OwnCommunity;
use crate::http::body::JsonBody;
use crate::http::caller::{Caller, RanksUndo};
use crate::http::etag::IfMatch;
use crate::http::path::ChangePath;
use crate::http::reply::{Recorded, Reply};
use crate::http::write::Write;
use crate::http::{App, checks};
use crate::ops::undo_change::{ChangeName, ChangeUndone, UndoChange};
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
    let if_version = if_match.versions()?;
    let app = write.app.clone();
    let account = account_of(&app, community.id, change).await?;
    let known = app.rows.last(community.id, account);
    let command = UndoChange {
        actor: caller.actor(body.user_id.as_deref()),
        change,
        on_conflict,
        reason,
        if_version,
        account,
        row: known.wanted(),
    };
    let dry_run = body.dry_run.unwrap_or(false);
    let tell = move |undone: ChangeUndone| {
        let after = Arc::new(undone.after);
        let row = known.or_read(undone.row, &app.rows);
        let reversal =
            undone.reversal.filter(|_| !dry_run).map(|reversal| (reversal.undo_id, reversal.number));
        let version = if dry_run { undone.before.version } else { after.version };
        let data = UndoneBody {
            undo_id: undone.named.undo_id,
            previous_ranks: ids(&undone.before.account.ranks),
            current_ranks: ids(&after.account.ranks),
            account: FullAccountBody::of(Arc::clone(&after), row, community.name),
            original_log_id: undone.named.log_id,
            reversal_undo_id: reversal.map(|(undo_id, _)| undo_id),
        };
        let reply = Reply::new(data).version(version).held(&after.account.ranks).recorded(reversal);
        if on_conflict == OnConflict::Skip {
            let skipped: Vec<_> = undone.skipped.iter().map(ItemBody::from).collect();
            reply.meta("skipped", json!(skipped))
        } else {
            reply
        }
    };
    write.dry_run(dry_run).submit(command, tell).await
}

/// The account that the change was made on.
async fn account_of(app: &App, community: CommunityId, change: ChangeName) -> Result<AccountId, Problem> {
    let mut tx = app.storage.read().await?;
    Ok(change.find(tx.as_mut(), community).await?.account)
}

fn ids(ranks: &[HeldRank]) -> Vec<RankId> {
    ranks.iter().map(|held| held.rank).collect()
}
