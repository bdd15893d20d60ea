//! `POST /v2/community/accounts/{accountId}/` `ban`, `unban`, `kick`, `archive` and `restore`.

use jiff::Timestamp;
use rankledger_domain::ids::AccountId;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::http::account_path::AccountPath;
use crate::http::body::StrictBody;
use crate::http::caller::{AccountsWrite, Caller};
use crate::http::checks;
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::own_community::own_community;
use crate::http::reply::{Recorded, Reply};
use crate::http::write::Write;
use crate::ops::accounts::membership::{ChangeMembership, MembershipAction, MembershipChanged};
use crate::wire::account::FullAccountBody;
use crate::wire::ends::{DURATION, end_at, end_in};
use crate::wire::problem::{Problem, types};
use crate::wire::text_schemas::Reason;
use crate::wire::time::Time;

/// The body of Kick and Archive Account.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PutOutBody {
    /// Whether the account keeps its ranks and its status. Without it, a recorded change takes both, and that
    /// change can be undone.
    keep_ranks: Option<bool>,
    /// The person who acts: an account id, a Discord id, or `discord:` and the id.
    user_id: Option<String>,
    /// The reason, as it is recorded.
    #[schemars(with = "Option<Reason>")]
    reason: Option<String>,
}

/// The body of Ban Account.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BanBody {
    /// Whether the account keeps its ranks and its status. Without it, a recorded change takes both, and that
    /// change can be undone.
    keep_ranks: Option<bool>,
    /// The time at which the ban ends, and is lifted by the server. Without an end, the ban lasts until it is
    /// lifted; an end that an earlier ban had is removed.
    #[schemars(with = "Option<Time>")]
    expires_at: Option<String>,
    /// The duration of the ban from now, in ISO 8601, such as P7D: instead of `expiresAt`.
    #[schemars(extend("pattern" = DURATION))]
    expires_in: Option<String>,
    /// The person who acts: an account id, a Discord id, or `discord:` and the id.
    user_id: Option<String>,
    /// The reason, as it is recorded. Without it, an earlier ban's stays.
    #[schemars(with = "Option<Reason>")]
    reason: Option<String>,
}

/// The body of Unban and Restore Account.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BringBackBody {
    /// The person who acts: an account id, a Discord id, or `discord:` and the id.
    user_id: Option<String>,
}

impl From<BringBackBody> for PutOutBody {
    fn from(body: BringBackBody) -> Self {
        Self { keep_ranks: Some(true), user_id: body.user_id, reason: None }
    }
}

/// An archived account, as JSON.
const ARCHIVED: &str = r#"{
    "accId": "66666666-6666-6666-6666-666666666666", "sysStatus": true, "comStatus": false,
    "accName": "ExampleUser", "comName": "Example Community", "joinDate": "2026-04-15T00:00:00.000Z",
    "lastLogin": "2026-04-15T00:00:00.000Z", "owner": false, "banned": false, "banInfo": null,
    "banExpiration": null, "apiIdPreference": 0, "apiIds": {"ids": []},
    "activeApiIds": ["discord:1234567891"],
    "identifiers": {
        "idents": [
            {
                "id": "66666666-6666-8408-9dc5-e4188c0d09a0",
                "accId": "66666666-6666-6666-6666-666666666666", "type": "discord",
                "value": "1234567891", "refCount": 1, "verified": true, "metadata": {}, "flagId": null,
                "createdAt": "2026-04-15T00:00:00.000Z", "updatedAt": null
            }
        ]
    },
    "ranks": [],
    "clockData": {
        "data": [
            {
                "id": "66666666-6666-818f-9981-11f6bbc7107e", "startTime": "2026-04-15T00:00:00.000Z",
                "endTime": null, "completed": false, "notes": [], "type": "patrol"
            }
        ]
    },
    "profileFields": {"data": [{"id": "discord", "value": "1234567891"}]}, "bio": null,
    "archived": true, "discordId": "1234567891", "robloxId": "987654322", "uniqueId": 1003,
    "customUniqueId": false,
    "notificationPreferences": {
        "forms": {
            "statusChange": {
                "inbox": true, "desktop": true, "mobile": true, "email": true, "discord": true
            }
        }
    },
    "teamspeakId": null
}"#;

/// An account that is neither archived nor banned, as JSON.
const BACK: &str = r#"{
    "accId": "66666666-6666-6666-6666-666666666666", "sysStatus": true, "comStatus": true,
    "accName": "ExampleUser", "comName": "Example Community", "joinDate": "2026-04-15T00:00:00.000Z",
    "lastLogin": "2026-04-15T00:00:00.000Z", "owner": false, "banned": false, "banInfo": null,
    "banExpiration": null, "apiIdPreference": 0, "apiIds": {"ids": []},
    "activeApiIds": ["discord:1234567891"],
    "identifiers": {
        "idents": [
            {
                "id": "66666666-6666-8408-9dc5-e4188c0d09a0",
                "accId": "66666666-6666-6666-6666-666666666666", "type": "discord",
                "value": "1234567891", "refCount": 1, "verified": true, "metadata": {}, "flagId": null,
                "createdAt": "2026-04-15T00:00:00.000Z", "updatedAt": null
            }
        ]
    },
    "ranks": ["11111111-1111-1111-1111-111111111111"],
    "clockData": {
        "data": [
            {
                "id": "66666666-6666-818f-9981-11f6bbc7107e", "startTime": "2026-04-15T00:00:00.000Z",
                "endTime": null, "completed": false, "notes": [], "type": "patrol"
            }
        ]
    },
    "profileFields": {"data": [{"id": "discord", "value": "1234567891"}]}, "bio": null,
    "archived": false, "discordId": "1234567891", "robloxId": "987654322", "uniqueId": 1003,
    "customUniqueId": false,
    "notificationPreferences": {
        "forms": {
            "statusChange": {
                "inbox": true, "desktop": true, "mobile": true, "email": true, "discord": true
            }
        }
    },
    "teamspeakId": null
}"#;

/// A banned account, as JSON.
const BANNED: &str = r#"{
    "accId": "66666666-6666-6666-6666-666666666666", "sysStatus": true, "comStatus": false,
    "accName": "ExampleUser", "comName": "Example Community", "joinDate": "2026-04-15T00:00:00.000Z",
    "lastLogin": "2026-04-15T00:00:00.000Z", "owner": false, "banned": true,
    "banInfo": "Demoted forty people in a night", "banExpiration": null, "apiIdPreference": 0,
    "apiIds": {"ids": []}, "activeApiIds": ["discord:1234567891"],
    "identifiers": {
        "idents": [
            {
                "id": "66666666-6666-8408-9dc5-e4188c0d09a0",
                "accId": "66666666-6666-6666-6666-666666666666", "type": "discord",
                "value": "1234567891", "refCount": 1, "verified": true, "metadata": {}, "flagId": null,
                "createdAt": "2026-04-15T00:00:00.000Z", "updatedAt": null
            }
        ]
    },
    "ranks": [],
    "clockData": {
        "data": [
            {
                "id": "66666666-6666-818f-9981-11f6bbc7107e", "startTime": "2026-04-15T00:00:00.000Z",
                "endTime": null, "completed": false, "notes": [], "type": "patrol"
            }
        ]
    },
    "profileFields": {"data": [{"id": "discord", "value": "1234567891"}]}, "bio": null,
    "archived": false, "discordId": "1234567891", "robloxId": "987654322", "uniqueId": 1003,
    "customUniqueId": false,
    "notificationPreferences": {
        "forms": {
            "statusChange": {
                "inbox": true, "desktop": true, "mobile": true, "email": true, "discord": true
            }
        }
    },
    "teamspeakId": null
}"#;

/// `POST /v2/community/accounts/{accountId}/archive`: the endpoint of [`archive`].
pub static ARCHIVE: Endpoint = Endpoint::new(Tag::Administration, "archiveAccount", "Archive an account")
    .per_minute(60)
    .refuses(&[
        &types::INSUFFICIENT_POWER,
        &types::UNKNOWN_USER,
        &types::COMMUNITY_FROZEN,
        &types::ABNORMAL_USAGE,
        &types::USER_REQUIRED,
    ])
    .example(Example {
        path: "/v2/community/accounts/66666666-6666-6666-6666-666666666666/archive",
        body: r#"{"reason": "Left the community"}"#,
        data: ARCHIVED,
        meta: r#"{"undoId": "11111111-1111-1111-1111-111111111111", "changeNumber": 4}"#,
        ..Example::EMPTY
    });

/// `POST /v2/community/accounts/{accountId}/restore`: the endpoint of [`restore`].
pub static RESTORE: Endpoint =
    Endpoint::new(Tag::Administration, "restoreAccount", "Restore an archived account")
        .per_minute(60)
        .refuses(&[
            &types::INSUFFICIENT_POWER,
            &types::UNKNOWN_USER,
            &types::COMMUNITY_FROZEN,
            &types::USER_REQUIRED,
        ])
        .example(Example {
            path: "/v2/community/accounts/66666666-6666-6666-6666-666666666666/restore",
            body: "{}",
            data: BACK,
            meta: r#"{"undoId": null, "changeNumber": null}"#,
            ..Example::EMPTY
        });

/// `POST /v2/community/accounts/{accountId}/ban`: the endpoint of [`ban`].
pub static BAN: Endpoint = Endpoint::new(Tag::Administration, "banAccount", "Ban an account")
    .per_minute(60)
    .refuses(&[
        &types::INSUFFICIENT_POWER,
        &types::UNKNOWN_USER,
        &types::COMMUNITY_FROZEN,
        &types::ABNORMAL_USAGE,
        &types::USER_REQUIRED,
    ])
    .example(Example {
        path: "/v2/community/accounts/66666666-6666-6666-6666-666666666666/ban",
        body: r#"{"reason": "Demoted forty people in a night"}"#,
        data: BANNED,
        meta: r#"{"undoId": "11111111-1111-1111-1111-111111111111", "changeNumber": 4}"#,
        ..Example::EMPTY
    });

/// `POST /v2/community/accounts/{accountId}/unban`: the endpoint of [`unban`].
pub static UNBAN: Endpoint = Endpoint::new(Tag::Administration, "unbanAccount", "Lift the ban of an account")
    .per_minute(60)
    .refuses(&[
        &types::INSUFFICIENT_POWER,
        &types::UNKNOWN_USER,
        &types::COMMUNITY_FROZEN,
        &types::USER_REQUIRED,
    ])
    .example(Example {
        path: "/v2/community/accounts/66666666-6666-6666-6666-666666666666/unban",
        body: "{}",
        data: BACK,
        meta: r#"{"undoId": null, "changeNumber": null}"#,
        ..Example::EMPTY
    });

/// `POST /v2/community/accounts/{accountId}/kick`: the endpoint of [`kick`].
pub static KICK: Endpoint =
    Endpoint::new(Tag::Administration, "kickAccount", "Kick an account: archive it and take its ranks")
        .per_minute(60)
        .refuses(&[
            &types::INSUFFICIENT_POWER,
            &types::UNKNOWN_USER,
            &types::COMMUNITY_FROZEN,
            &types::ABNORMAL_USAGE,
            &types::USER_REQUIRED,
        ])
        .example(Example {
            path: "/v2/community/accounts/66666666-6666-6666-6666-666666666666/kick",
            body: r#"{"keepRanks": false, "reason": "Absent for a year"}"#,
            data: ARCHIVED,
            meta: r#"{"undoId": "11111111-1111-1111-1111-111111111111", "changeNumber": 4}"#,
            ..Example::EMPTY
        });

macro_rules! handlers {
    ($($name:ident = $action:ident, $body:ident;)*) => {$(
        #[doc = concat!("`POST /v2/community/accounts/{accountId}/", stringify!($name), "`")]
        pub async fn $name(
            write: Write,
            caller: Caller<AccountsWrite>,
            AccountPath(id): AccountPath,
            StrictBody(body): StrictBody<$body>,
        ) -> Result<Reply<FullAccountBody, Recorded>, Problem> {
            change(write, caller, id, MembershipAction::$action, body.into()).await
        }
    )*};
}

handlers! {
    kick = Kick, PutOutBody;
    archive = Archive, PutOutBody;
    unban = Unban, BringBackBody;
    restore = Restore, BringBackBody;
}

/// `POST /v2/community/accounts/{accountId}/ban`
pub async fn ban(
    write: Write,
    caller: Caller<AccountsWrite>,
    AccountPath(id): AccountPath,
    StrictBody(body): StrictBody<BanBody>,
) -> Result<Reply<FullAccountBody, Recorded>, Problem> {
    let until = body.end(write.app.clock.now())?;
    let BanBody { keep_ranks, user_id, reason, .. } = body;
    let body = PutOutBody { keep_ranks, user_id, reason };
    let command = body.command(caller, id, MembershipAction::Ban)?;
    carry_out(write, ChangeMembership { until, ..command }).await
}

impl BanBody {
    /// Returns the end of the ban. `None` if it has none.
    fn end(&self, now: Timestamp) -> Result<Option<Timestamp>, Problem> {
        let (pointer, end) = match (&self.expires_at, &self.expires_in) {
            (None, None) => return Ok(None),
            (Some(_), Some(_)) => {
                let what = "it comes with expiresIn: give one of them";
                return Err(Problem::invalid_body("/expiresAt", what));
            }
            (Some(time), None) => ("/expiresAt", end_at("/expiresAt", time, now)?),
            (None, Some(duration)) => ("/expiresIn", end_in("/expiresIn", duration, now)?),
        };
        if end <= now {
            return Err(Problem::invalid_body(
                pointer,
                "it has passed: choose a time to come, or leave it out",
            ));
        }
        Ok(Some(end))
    }
}

async fn change(
    write: Write,
    caller: Caller<AccountsWrite>,
    account: AccountId,
    action: MembershipAction,
    body: PutOutBody,
) -> Result<Reply<FullAccountBody, Recorded>, Problem> {
    carry_out(write, body.command(caller, account, action)?).await
}

async fn carry_out(
    write: Write,
    command: ChangeMembership,
) -> Result<Reply<FullAccountBody, Recorded>, Problem> {
    let id = command.actor.community();
    let community = own_community(write.app.storage.read().await?.as_mut(), id).await?;
    let reply = |MembershipChanged { account, change }: MembershipChanged| {
        let version = account.standing.version;
        let held = account.standing.account.ranks.clone();
        Reply::new(FullAccountBody::new(account, community.name))
            .version(version)
            .held(&held)
            .meta("undoId", change.as_ref().map(|change| change.undo_id.to_string()))
            .recorded(change.as_ref())
    };
    write.submit(command, reply).await
}

impl PutOutBody {
    /// Returns the command for this account.
    pub(in crate::api) fn command(
        self,
        caller: Caller<AccountsWrite>,
        account: AccountId,
        action: MembershipAction,
    ) -> Result<ChangeMembership, Problem> {
        let reason = checks::reason(self.reason)?;
        let actor = caller.actor(self.user_id.as_deref());
        let keep_ranks = self.keep_ranks.unwrap_or(false);
        Ok(ChangeMembership { actor, account, action, keep_ranks, until: None, reason })
    }
}
