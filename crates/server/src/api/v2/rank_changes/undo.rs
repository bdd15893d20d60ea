//! `POST /v2/community/rank-changes/{undoId}/undo`.

use rankledger_domain::undo::OnConflict;
use rankledger_storage::communities::Community;
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
use crate::ops::undo_change::{ChangeName, ChangeUndone, UndoChange};
use crate::wire::account::FullAccountBody;
use crate::wire::problem::{Problem, types};
use crate::wire::undo::{UndoBody, UndoneBody};
use crate::wire::undo_items::ItemBody;

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
        &types::READS_BUSY,
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
) -> Result<Reply<UndoneBody<FullAccountBody>, Recorded>, Problem> {
    let is_dry_run = body.dry_run.unwrap_or(false);
    let command = command(body, caller, change)?;
    let command = UndoChange { if_version: if_match.versions()?, ..command };
    let skips = command.on_conflict == OnConflict::Skip;
    let reply = move |undone: ChangeUndone| {
        let (standing, reversal) = (undone.after.standing.clone(), undone.reversal.clone());
        let skipped = skips.then(|| undone.skipped.iter().map(ItemBody::from).collect::<Vec<_>>());
        let reply = Reply::new(undone_body(undone, community))
            .version(standing.version)
            .held(&standing.account.ranks)
            .recorded(reversal.as_ref());
        match skipped {
            Some(skipped) => reply.meta("skipped", json!(skipped)),
            None => reply,
        }
    };
    write.submit_or_dry_run(command, is_dry_run, reply).await
}

/// Returns the undo of this change, whatever version its account has.
pub(in crate::api) fn command(
    body: UndoBody,
    caller: Caller<RanksUndo>,
    change: ChangeName,
) -> Result<UndoChange, Problem> {
    let on_conflict = match body.on_conflict.as_deref() {
        None | Some("refuse") => OnConflict::Refuse,
        Some("skip") => OnConflict::Skip,
        Some(_) => return Err(Problem::invalid_body("/onConflict", "it must be \"refuse\" or \"skip\"")),
    };
    let reason = checks::reason(body.reason)?;
    let actor = caller.actor(body.user_id.as_deref());
    Ok(UndoChange { actor, change, on_conflict, reason, if_version: None })
}

/// Returns the body of an undo in this community.
pub(in crate::api) fn undone_body(undone: ChangeUndone, community: Community) -> UndoneBody<FullAccountBody> {
    let ChangeUndone { named, before, after, reversal, .. } = undone;
    UndoneBody {
        undo_id: named.undo_id,
        previous_ranks: before.standing.account.rank_ids(),
        current_ranks: after.standing.account.rank_ids(),
        account: FullAccountBody::new(after, community.name),
        original_log_id: named.log_id,
        reversal_undo_id: reversal.map(|reversal| reversal.undo_id),
    }
}
