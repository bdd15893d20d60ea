//! `POST /v2/community/rank-changes/{undoId}/undo`.

use rankledger_domain::account::HeldRank;
use rankledger_domain::ids::{LogId, RankId, UndoId};
use rankledger_domain::undo::OnConflict;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::http::body::JsonBody;
use crate::http::caller::{Caller, RanksUndo};
use crate::http::checks;
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::etag::IfMatch;
use crate::http::own_community::OwnCommunity;
use crate::http::path::ChangePath;
use crate::http::reply::{Recorded, Reply};
use crate::http::write::Write;
use crate::ops::undo_change::{ChangeUndone, UndoChange};
use crate::wire::account::FullAccountBody;
use crate::wire::problem::{Problem, types};
use crate::wire::text_schemas::Reason;
use crate::wire::undo_items::ItemBody;

/// The body of Undo Rank Change.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UndoBody {
    /// The person who acts: an account id, a Discord id, or `discord:` and the id.
    user_id: Option<String>,
    /// The way to handle a conflict: `refuse` (the default) undoes nothing, `skip` undoes the clean part.
    #[schemars(extend("enum" = ["refuse", "skip", null]))]
    on_conflict: Option<String>,
    /// The reason, as it is recorded.
    #[schemars(with = "Option<Reason>")]
    reason: Option<String>,
    /// Whether this is a dry run: the server answers what would happen, and writes nothing.
    dry_run: Option<bool>,
}

/// The answer of Undo Rank Change.
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

/// `POST /v2/community/rank-changes/{undoId}/undo`: the endpoint of [`undo`].
pub static UNDO: Endpoint = Endpoint::new(Tag::Ledger, "undoRankChange", "Undo a rank change")
    .per_minute(13)
    .refuses(&[
        &types::USER_REQUIRED,
        &types::INSUFFICIENT_POWER,
        &types::ACCOUNT_BANNED,
        &types::ACCOUNT_ARCHIVED,
        &types::UNDO_CONFLICT,
        &types::ALREADY_UNDONE,
        &types::GRANT_EXPIRED,
        &types::UNKNOWN_USER,
        &types::COMMUNITY_FROZEN,
    ])
    .refuses_as(&[(409, &types::RANK_RETIRED)])
    .example(Example {
        path: "/v2/community/rank-changes/11111111-1111-1111-1111-111111111111/undo",
        body: r#"{"userId": "11111111-1111-1111-1111-111111111111"}"#,
        data: r#"{
            "undoId": "11111111-1111-1111-1111-111111111111",
            "account": {
                "accId": "00000000-0000-0000-0000-000000000000", "sysStatus": true, "comStatus": true,
                "accName": "ExampleAccount", "comName": "Example Community",
                "joinDate": "2026-04-15T00:00:00.000Z", "lastLogin": "2026-04-15T00:00:00.000Z",
                "owner": false, "banned": false, "banInfo": null, "banExpiration": null,
                "apiIdPreference": 0, "apiIds": {"ids": []}, "activeApiIds": ["discord:1234567890"],
                "identifiers": {
                    "idents": [
                        {
                            "id": "55555555-5555-5555-5555-555555555555",
                            "accId": "00000000-0000-0000-0000-000000000000", "type": "discord",
                            "value": "1234567890", "refCount": 1, "verified": true, "metadata": {},
                            "flagId": null, "createdAt": "2026-04-15T00:00:00.000Z", "updatedAt": null
                        }
                    ]
                },
                "ranks": ["22222222-2222-2222-2222-222222222222"],
                "clockData": {
                    "data": [
                        {
                            "id": "55555555-5555-5555-5555-555555555555",
                            "startTime": "2026-04-15T00:00:00.000Z", "endTime": null,
                            "completed": false, "notes": [], "type": "patrol"
                        }
                    ]
                },
                "profileFields": {"data": [{"id": "discord", "value": "1234567890"}]}, "bio": null,
                "archived": false, "discordId": "1234567890", "robloxId": "987654321", "uniqueId": 1001,
                "customUniqueId": false,
                "notificationPreferences": {
                    "forms": {
                        "statusChange": {
                            "inbox": true, "desktop": true, "mobile": true, "email": true,
                            "discord": true
                        }
                    }
                },
                "teamspeakId": null
            },
            "previousRanks": ["11111111-1111-1111-1111-111111111111"],
            "currentRanks": ["22222222-2222-2222-2222-222222222222"],
            "originalLogId": "44444444-4444-4444-4444-444444444444",
            "reversalUndoId": "33333333-3333-3333-3333-333333333333"
        }"#,
        meta: r#"{"changeNumber": 2}"#,
        ..Example::EMPTY
    });

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
