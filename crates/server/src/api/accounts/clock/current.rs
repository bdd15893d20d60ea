//! `GET /v2/community/accounts/{accountId}/clock/current`.

use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use crate::api::App;
use crate::api::accounts::parts::ClockRowBody;
use crate::api::accounts::{SameAccountQuery, require_account};
use crate::api::caller::{AccountsRead, Caller};
use crate::api::envelope::Reply;
use crate::api::path::AccountPath;
use crate::api::problem::Problem;
use crate::api::query::Query;

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
