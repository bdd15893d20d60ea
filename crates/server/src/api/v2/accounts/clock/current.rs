//! `GET /v2/community/accounts/{accountId}/clock/current`.

use axum::extract::State;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_storage::ReadTx;
use schemars::JsonSchema;
use serde::Serialize;

use crate::api::v2::accounts::{SameAccountQuery, require_account};
use crate::http::App;
use crate::http::account_path::AccountPath;
use crate::http::caller::{AccountsRead, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::query::Query;
use crate::http::reply::Reply;
use crate::wire::account_parts::ClockRowBody;
use crate::wire::problem::{Problem, types};

/// The answer for an account that is off duty.
pub const NOT_CLOCKED_IN: &str = "Not Clocked In";

/// The open clock row, or a text if there is none.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub enum CurrentBody {
    /// The row.
    Row(ClockRowBody),
    /// `Not Clocked In`.
    Text(&'static str),
}

/// `GET /v2/community/accounts/{accountId}/clock/current`: the endpoint of [`show`].
pub static SHOW: Endpoint =
    Endpoint::new(Tag::Accounts, "getCurrentClockIn", "Get the open clock row of an account")
        .per_minute(27)
        .refuses(&[&types::ACCOUNT_MISMATCH])
        .example(Example {
            path: "/v2/community/accounts/00000000-0000-0000-0000-000000000000/clock/current",
            query: r#"{"accId": "00000000-0000-0000-0000-000000000000"}"#,
            data: r#"{
            "id": "55555555-5555-5555-5555-555555555555", "startTime": "2026-04-15T00:00:00.000Z",
            "endTime": null, "completed": false, "notes": [], "type": "patrol"
        }"#,
            ..Example::EMPTY
        });

/// Returns the open clock row of an account, or a text if there is none.
pub async fn show(
    State(app): State<App>,
    caller: Caller<AccountsRead>,
    AccountPath(account): AccountPath,
    Query(query): Query<SameAccountQuery>,
) -> Result<Reply<CurrentBody>, Problem> {
    query.check(account)?;
    let mut tx = app.storage.read().await?;
    let open = open_row(tx.as_mut(), caller.community(), account).await?;
    Ok(Reply::new(open.map_or(CurrentBody::Text(NOT_CLOCKED_IN), CurrentBody::Row)))
}

/// Reads the open clock row of an account. `None` if the account is off duty.
pub(in crate::api) async fn open_row(
    tx: &mut dyn ReadTx,
    community: CommunityId,
    account: AccountId,
) -> Result<Option<ClockRowBody>, Problem> {
    require_account(tx, community, account).await?;
    Ok(tx.open_clock_row(community, account).await?.map(ClockRowBody::from))
}
