//! `GET /v2/community/flags` and `POST /v2/community/flags/{flagId}/dismiss`: accounts that have the same
//! shared identifier, such as an address.

use axum::extract::State;
use rankledger_domain::ids::AccountId;
use rankledger_storage::identifier_flags::FlagFilter;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::http::body::StrictBody;
use crate::http::caller::{AccountsRead, Admin, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::FlagPath;
use crate::http::query::{FromQuery, Query, QueryReader};
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::http::{App, checks};
use crate::ops::Command;
use crate::ops::accounts::flags::DismissFlag;
use crate::wire::flags::{FlagBody, FlagsBody};
use crate::wire::problem::Problem;
use crate::wire::text_schemas::Reason;

/// Number of flags on a page unless the request asks for another.
const DEFAULT_TAKE: u32 = 25;

/// The flags to list.
pub struct ListQuery {
    skip: u32,
    take: u32,
    filter: FlagFilter,
}

impl FromQuery for ListQuery {
    fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        Ok(Self {
            skip: params.number_or("skip", 0..=u32::MAX, 0, "The number of flags to skip.")?,
            take: params.number_or("take", 1..=100, DEFAULT_TAKE, "The highest number of flags to list.")?,
            filter: FlagFilter {
                dismissed: params.flag("dismissed", "Only flags that are dismissed, or that are open.")?,
                account: params
                    .uuid("accountId", "an account", "Only flags that name this account.")?
                    .map(AccountId),
            },
        })
    }
}

/// `GET /v2/community/flags`: the endpoint of [`list`].
pub static LIST: Endpoint =
    Endpoint::new(Tag::Administration, "getFlags", "List the accounts that share an identifier")
        .per_minute(60)
        .example(Example {
            path: "/v2/community/flags",
            query: r#"{"dismissed": false, "take": 25}"#,
            data: r#"{
            "items": [
                {
                    "id": "77777777-7777-7777-7777-777777777777", "type": "ip", "value": "192.0.2.1",
                    "raisedAt": "2026-04-15T00:00:00.000Z",
                    "accounts": [
                        {
                            "accId": "11111111-1111-1111-1111-111111111111", "accName": "ExampleAdmin",
                            "since": "2026-04-15T00:00:00.000Z"
                        },
                        {
                            "accId": "66666666-6666-6666-6666-666666666666", "accName": "ExampleUser",
                            "since": "2026-04-15T00:00:00.000Z"
                        }
                    ],
                    "dismissed": null
                }
            ],
            "total": 1, "skip": 0, "take": 25
        }"#,
            ..Example::EMPTY
        });

/// Lists the flags, newest first: each names the accounts that have the same identifier, of a type that
/// people share.
pub async fn list(
    State(app): State<App>,
    caller: Caller<AccountsRead>,
    Query(ListQuery { skip, take, filter }): Query<ListQuery>,
) -> Result<Reply<FlagsBody>, Problem> {
    let page = app.storage.read().await?.identifier_flags(caller.community(), filter, skip, take).await?;
    let items = page.items.into_iter().map(FlagBody::from).collect();
    Ok(Reply::new(FlagsBody { items, total: page.total, skip, take }))
}

/// The body of Dismiss Flag.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DismissBody {
    /// The person who acts: an account id, a Discord id, or `discord:` and the id.
    user_id: Option<String>,
    /// The reason, as it is recorded.
    #[schemars(with = "Option<Reason>")]
    reason: Option<String>,
}

/// `POST /v2/community/flags/{flagId}/dismiss`: the endpoint of [`dismiss`].
pub static DISMISS: Endpoint = Endpoint::new(Tag::Administration, "dismissFlag", "Dismiss a flag")
    .per_minute(60)
    .refuses(DismissFlag::REFUSES)
    .example(Example {
        path: "/v2/community/flags/77777777-7777-7777-7777-777777777777/dismiss",
        body: r#"{"reason": "Brother and sister"}"#,
        data: r#"{
            "id": "77777777-7777-7777-7777-777777777777", "type": "ip", "value": "192.0.2.1",
            "raisedAt": "2026-04-15T00:00:00.000Z",
            "accounts": [
                {
                    "accId": "11111111-1111-1111-1111-111111111111", "accName": "ExampleAdmin",
                    "since": "2026-04-15T00:00:00.000Z"
                },
                {
                    "accId": "66666666-6666-6666-6666-666666666666", "accName": "ExampleUser",
                    "since": "2026-04-15T00:00:00.000Z"
                }
            ],
            "dismissed": {
                "at": "2026-04-15T00:00:00.000Z", "userId": null,
                "credentialId": "77777777-7777-7777-7777-777777777777", "reason": "Brother and sister"
            }
        }"#,
        ..Example::EMPTY
    });

/// Dismisses a flag. The same accounts are not flagged again for this value; another account that has it is.
/// A flag that is dismissed already stays as it is.
pub async fn dismiss(
    write: Write,
    caller: Caller<Admin>,
    FlagPath(id): FlagPath,
    StrictBody(body): StrictBody<DismissBody>,
) -> Result<Reply<FlagBody>, Problem> {
    let reason = checks::reason(body.reason)?;
    let command = DismissFlag { actor: caller.actor(body.user_id.as_deref()), id, reason };
    write.submit(command, |flag| Reply::new(flag.into())).await
}
