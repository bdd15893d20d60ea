//! `POST /v2/community/accounts`.

use rankledger_domain::ids::AccountId;
use rankledger_storage::standings::AccountSnapshot;
use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;

use crate::api::v2::accounts::identifiers::{IdentifierEntry, MOST_IDENTIFIERS, names_of};
use crate::http::body::StrictBody;
use crate::http::caller::{AccountsWrite, Caller};
use crate::http::checks;
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::own_community::own_community;
use crate::http::reply::{Reply, Versioned};
use crate::http::write::Write;
use crate::ops::Command;
use crate::ops::accounts::create::{CreateAccount, MAX_CHOSEN_UNIQUE_ID};
use crate::wire::account::FullAccountBody;
use crate::wire::objects::optional_objects;
use crate::wire::problem::Problem;
use crate::wire::text_schemas::AccountName;
use crate::wire::whole_number;

/// The body of Create Account.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateBody {
    /// The name of the account. It has a character that is not a digit.
    #[schemars(with = "AccountName")]
    name: String,
    /// The id of the account. Without it, the server makes one.
    acc_id: Option<Uuid>,
    /// The account number. Without it, the number after the highest one.
    #[serde(default, deserialize_with = "whole_number::optional")]
    #[schemars(range(min = 1, max = MAX_CHOSEN_UNIQUE_ID))]
    unique_id: Option<i64>,
    /// The identifiers of the account. Each has one owner in the community.
    #[schemars(length(max = MOST_IDENTIFIERS))]
    #[serde(default, deserialize_with = "optional_objects")]
    identifiers: Option<Vec<IdentifierEntry>>,
}

/// `POST /v2/community/accounts`: the endpoint of [`create`].
pub static CREATE: Endpoint = Endpoint::new(Tag::Administration, "createAccount", "Create an account")
    .per_minute(60)
    .refuses(CreateAccount::REFUSES)
    .example(Example {
        path: "/v2/community/accounts",
        body: r#"{
            "name": "New Member", "identifiers": [{"type": "discord", "value": "100000000000000009"}]
        }"#,
        data: r#"{
            "accId": "99999999-9999-9999-9999-999999999999", "sysStatus": true, "comStatus": false,
            "accName": "New Member", "comName": "Example Community",
            "joinDate": "2026-04-15T00:00:00.000Z", "lastLogin": null, "owner": false, "banned": false,
            "banInfo": null, "banExpiration": null, "apiIdPreference": 0, "apiIds": {"ids": []},
            "activeApiIds": ["discord:100000000000000009"],
            "identifiers": {
                "idents": [
                    {
                        "id": "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa",
                        "accId": "99999999-9999-9999-9999-999999999999", "type": "discord",
                        "value": "100000000000000009", "refCount": 1, "verified": true, "metadata": {},
                        "flagId": null, "createdAt": "2026-04-15T00:00:00.000Z", "updatedAt": null
                    }
                ]
            },
            "ranks": [], "clockData": {"data": []}, "profileFields": {"data": []}, "bio": null,
            "archived": false, "discordId": "100000000000000009", "robloxId": null, "uniqueId": 1004,
            "customUniqueId": false, "notificationPreferences": {}, "teamspeakId": null
        }"#,
        ..Example::EMPTY
    });

/// Creates an account, inactive and without ranks. Set Account Ranks gives it ranks.
pub async fn create(
    write: Write,
    caller: Caller<AccountsWrite>,
    StrictBody(body): StrictBody<CreateBody>,
) -> Result<Reply<FullAccountBody, Versioned>, Problem> {
    let name = checks::account_name("/name", &body.name)?;
    if let Some(unique_id) = body.unique_id {
        checks::number("/uniqueId", unique_id, 1..=MAX_CHOSEN_UNIQUE_ID)?;
    }
    let community = own_community(write.app.storage.read().await?.as_mut(), caller.community()).await?;
    let command = CreateAccount {
        actor: caller.actor(None),
        id: body.acc_id.map(AccountId),
        name,
        unique_id: body.unique_id,
        identifiers: names_of(&body.identifiers.unwrap_or_default())?,
    };
    let tell = |account: AccountSnapshot| {
        let version = account.standing.version;
        Reply::new(FullAccountBody::new(account, community.name)).version(version)
    };
    write.submit(command, tell).await
}
