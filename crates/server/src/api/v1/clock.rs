//! Calls about time on duty.

use serde::Deserialize;
use serde_json::json;

use crate::api::v1::reply::LegacyReply;
use crate::api::v1::request::Call;
use crate::api::v2::accounts::activity::latest::{Which, latest_rows};
use crate::api::v2::accounts::clock::ClockBody;
use crate::api::v2::accounts::clock::current::{NOT_CLOCKED_IN, open_row};
use crate::http::caller::{AccountsRead, AccountsWrite};
use crate::ops::accounts::clock_in_out::Clocked;
use crate::wire::account_parts::ClockRowBody;
use crate::wire::loose_text::Text;
use crate::wire::problem::Problem;

/// Clocks an account in or out, and answers the clock row: one that is completed says that the account is out
/// now. The page of this call shows a text, but the programs that send it read the row.
pub(super) async fn clock(call: Call) -> Result<LegacyReply, Problem> {
    let (caller, account) = call.about::<AccountsWrite>().await?;
    let command = call.body::<ClockBody>()?.command(caller, account)?;
    match call.app.ledger.submit(command).await? {
        Clocked::In(row) | Clocked::Out(row) | Clocked::Already { row: Some(row) } => {
            LegacyReply::json(&ClockRowBody::from(row))
        }
        // The account is out, and has never been in.
        Clocked::Already { row: None } => LegacyReply::json(&json!({ "completed": true })),
    }
}

/// The open clock row, or a text if there is none.
pub(super) async fn current(call: Call) -> Result<LegacyReply, Problem> {
    let (caller, account) = call.about::<AccountsRead>().await?;
    let mut tx = call.app.storage.read().await?;
    match open_row(tx.as_mut(), caller.community(), account).await? {
        Some(row) => LegacyReply::json(&row),
        None => Ok(LegacyReply::text(NOT_CLOCKED_IN)),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LatestRequest {
    r#type: Option<String>,
    server_id: Option<Text>,
    clock_in_type: Option<String>,
}

/// The newest rows, newest first.
pub(super) async fn latest_activity(call: Call) -> Result<LegacyReply, Problem> {
    let (caller, account) = call.about::<AccountsRead>().await?;
    let request: LatestRequest = call.body()?;
    let activity = match request.r#type.as_deref() {
        None | Some("" | "clockin") => false,
        Some("activity") => true,
        Some(_) => {
            return Err(Problem::invalid_body("/data/0/type", "it must be \"clockin\" or \"activity\""));
        }
    };
    let server = match request.server_id.and_then(Text::given).map(|text| text.parse::<i64>()) {
        None => None,
        Some(Ok(number @ 0..)) => Some(number),
        Some(_) => {
            return Err(Problem::invalid_body("/data/0/serverId", "it must be the number of a server"));
        }
    };
    let clock_in_type = request.clock_in_type.filter(|kind| !kind.is_empty());
    let which = Which { activity, server, clock_in_type };
    let mut tx = call.app.storage.read().await?;
    LegacyReply::json(&latest_rows(tx.as_mut(), caller.community(), account, which).await?)
}
