//! `GET /v2/community/accounts/{accountId}/clock/current`.

use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use crate::api::v2::accounts::{SameAccountQuery, require_account};
use crate::http::App;
use crate::http::caller::{AccountsRead, Caller};
use crate::http::path::AccountPath;
use crate::http::query::Query;
use crate::http::reply::Reply;
use crate::wire::account_parts::ClockRowBody;
use crate::wire::problem::Problem;

/// What is answered for an account that is off duty.
pub const NOT_CLOCKED_IN: &str = "Not Clocked In";

/// The open clock row; a text if there is none.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub enum CurrentBody {
    /// The row.
    Row(ClockRowBody),
    /// `Not Clocked In`.
    Text(&'static str),
}

/// `GET /v2/community/accounts/{accountId}/clock/current`
pub async fn show(
    State(app): State<App>,
    caller: Caller<AccountsRead>,
    AccountPath(account): AccountPath,
    Query(query): Query<SameAccountQuery>,
) -> Result<Reply<CurrentBody>, Problem> {
    query.check(account)?;
    let mut tx = app.storage.read().await?;
    require_account(tx.as_mut(), caller.community(), account).await?;
    let open = tx.open_clock_row(caller.community(), account).await?;
    Ok(Reply::new(open.map_or(CurrentBody::Text(NOT_CLOCKED_IN), |row| CurrentBody::Row(row.into()))))
}
