//! `GET` and `PATCH /v2/community/accounts/{accountId}/ranks`.

use axum::extract::State;
use jiff::Timestamp;
use rankledger_domain::change::ChangeRequest;
use rankledger_domain::ids::{AccountId, CommunityId, RankId};
use rankledger_domain::rank::RankName;
use rankledger_storage::ReadTx;
use rankledger_storage::standings::Standing;
use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;

use crate::http::account_path::AccountPath;
use crate::http::body::JsonBody;
use crate::http::caller::{AccountsRead, Caller, RanksWrite};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::etag::IfMatch;
use crate::http::own_community::OwnCommunity;
use crate::http::reply::{Held, Recorded, Reply};
use crate::http::write::Write;
use crate::http::{App, checks};
use crate::ops::change_ranks::{ChangeRanks, RanksChanged};
use crate::wire::account::FullAccountBody;
use crate::wire::grants::{MisplacedEnd, RemovedRank, RequestedGrant, add_grants, set_grants};
use crate::wire::problem::{Problem, types};
use crate::wire::text_schemas::Reason;

/// `GET /v2/community/accounts/{accountId}/ranks`: the endpoint of [`list`].
pub static LIST: Endpoint = Endpoint::new(Tag::Accounts, "getAccountRanks", "List the ranks of an account")
    .per_minute(27)
    .example(Example {
        path: "/v2/community/accounts/00000000-0000-0000-0000-000000000000/ranks",
        data: r#"["22222222-2222-2222-2222-222222222222", "33333333-3333-3333-3333-333333333333"]"#,
        ..Example::EMPTY
    });

/// `GET /v2/community/accounts/{accountId}/ranks`: the ids of the ranks held, in order.
pub async fn list(
    State(app): State<App>,
    caller: Caller<AccountsRead>,
    AccountPath(id): AccountPath,
) -> Result<Reply<Vec<RankId>, Held>, Problem> {
    let standing = read_standing(app.storage.read().await?.as_mut(), caller.community(), id).await?;
    let held = &standing.account.ranks;
    Ok(Reply::new(standing.account.rank_ids()).version(standing.version).held(held))
}

/// Reads the standing of an account: the ranks held, and the version.
pub(in crate::api) async fn read_standing(
    tx: &mut dyn ReadTx,
    community: CommunityId,
    id: AccountId,
) -> Result<Standing, Problem> {
    tx.standing(community, id).await?.ok_or_else(|| Problem::account_not_found(id))
}

/// The body of Set Account Ranks.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetRanksBody {
    /// The id of the account again. If it is given, it must be the account of the path.
    #[schemars(with = "Option<Uuid>")]
    acc_id: Option<String>,
    /// The ranks to start from instead of the ranks held, each by id or key, or as an object with its end.
    set: Option<Vec<RequestedGrant>>,
    /// The ranks to give, each by id or key, or as an object with its end.
    add: Option<Vec<RequestedGrant>>,
    /// The ranks to take away, each by id or key.
    remove: Option<Vec<RemovedRank>>,
    /// The status that the account gets (`comStatus`). Without it, the status follows from the ranks.
    active: Option<bool>,
    /// The person who acts: an account id, a Discord id, or `discord:` and the id.
    user_id: Option<String>,
    /// The reason, as it is recorded.
    #[schemars(with = "Option<Reason>")]
    reason: Option<String>,
    /// Whether this is a dry run: the server answers what would happen, and writes nothing.
    dry_run: Option<bool>,
    #[serde(
        default,
        rename = "expiresIn",
        alias = "expiresAt",
        alias = "expires_in",
        alias = "expires_at",
        alias = "expires"
    )]
    #[schemars(skip)]
    _end: MisplacedEnd,
}

/// `PATCH /v2/community/accounts/{accountId}/ranks`: the endpoint of [`set`].
pub static SET: Endpoint = Endpoint::new(Tag::Accounts, "setAccountRanks", "Change the ranks of an account")
    .per_minute(22)
    .refuses(&[
        &types::ACCOUNT_MISMATCH,
        &types::INSUFFICIENT_POWER,
        &types::ACCOUNT_BANNED,
        &types::ACCOUNT_ARCHIVED,
        &types::EMPTY_REQUEST,
        &types::UNKNOWN_RANK,
        &types::RANK_RETIRED,
        &types::END_HAS_PASSED,
        &types::UNKNOWN_USER,
        &types::COMMUNITY_FROZEN,
        &types::ABNORMAL_USAGE,
        &types::USER_REQUIRED,
        &types::READS_BUSY,
    ])
    .example(Example {
        path: "/v2/community/accounts/00000000-0000-0000-0000-000000000000/ranks",
        body: r#"{"accId": "00000000-0000-0000-0000-000000000000", "add": ["rank-1"], "active": true}"#,
        data: r#"{
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
                        "startTime": "2026-04-15T00:00:00.000Z", "endTime": null, "completed": false,
                        "notes": [], "type": "patrol"
                    }
                ]
            },
            "profileFields": {"data": [{"id": "discord", "value": "1234567890"}]}, "bio": null,
            "archived": false, "discordId": "1234567890", "robloxId": "987654321", "uniqueId": 1001,
            "customUniqueId": false,
            "notificationPreferences": {
                "forms": {
                    "statusChange": {
                        "inbox": true, "desktop": true, "mobile": true, "email": true, "discord": true
                    }
                }
            },
            "teamspeakId": null
        }"#,
        meta: r#"{"undoId": "11111111-1111-1111-1111-111111111111", "changeNumber": 2}"#,
        ..Example::EMPTY
    });

/// `PATCH /v2/community/accounts/{accountId}/ranks`: Set Account Ranks.
pub async fn set(
    write: Write,
    caller: Caller<RanksWrite>,
    OwnCommunity(community): OwnCommunity,
    AccountPath(id): AccountPath,
    if_match: IfMatch,
    JsonBody(body): JsonBody<SetRanksBody>,
) -> Result<Reply<FullAccountBody, Recorded>, Problem> {
    let is_dry_run = body.is_dry_run();
    let command = body.command(caller, id, write.app.clock.now())?;
    let command = ChangeRanks { if_version: if_match.versions()?, ..command };
    let reply = move |RanksChanged { after, change, ignored, .. }: RanksChanged| {
        let (version, held) = (after.standing.version, after.standing.account.ranks.clone());
        Reply::new(FullAccountBody::new(after, community.name))
            .version(version)
            .held(&held)
            .ignored(&ignored)
            .meta("undoId", change.as_ref().map(|change| change.undo_id.to_string()))
            .recorded(change.as_ref())
    };
    write.submit_or_dry_run(command, is_dry_run, reply).await
}

impl SetRanksBody {
    /// Whether nothing is to be written.
    pub(in crate::api) fn is_dry_run(&self) -> bool {
        self.dry_run.unwrap_or(false)
    }

    /// Returns the command for this account, whatever version it has.
    pub(in crate::api) fn command(
        self,
        caller: Caller<RanksWrite>,
        account: AccountId,
        now: Timestamp,
    ) -> Result<ChangeRanks, Problem> {
        checks::same_account(self.acc_id.as_deref(), account)?;
        let reason = checks::reason(self.reason)?;
        let request = ChangeRequest {
            set: self.set.map(|entries| set_grants("/set", &entries, now)).transpose()?,
            add: self.add.map(|entries| add_grants("/add", &entries, now)).transpose()?,
            remove: self.remove.as_deref().map(rank_names),
            active: self.active,
        };
        let actor = caller.actor(self.user_id.as_deref());
        Ok(ChangeRanks { actor, account, request, reason, if_version: None })
    }
}

fn rank_names(names: &[RemovedRank]) -> Vec<RankName> {
    names.iter().map(|RemovedRank(name)| RankName::parse(name)).collect()
}
