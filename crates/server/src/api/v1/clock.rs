//! Calls about time on duty.

use serde::Deserialize;

use crate::api::v1::reply::LegacyReply;
use crate::api::v1::request::Call;
use crate::api::v2::accounts::activity::latest::{Which, latest_rows};
use crate::api::v2::accounts::clock::ClockBody;
use crate::api::v2::accounts::clock::current::{NOT_CLOCKED_IN, open_row};
use crate::http::caller::{AccountsRead, AccountsWrite};
use crate::ops::accounts::clock_in_out::{ClockAction, Clocked};
use crate::wire::loose_text::Text;
use crate::wire::problem::Problem;

/// Clocks an account in or out, and says which.
pub(super) async fn clock(call: Call) -> Result<LegacyReply, Problem> {
    let (caller, account) = call.about::<AccountsWrite>().await?;
    let command = call.body::<ClockBody>()?.command(caller, account)?;
    let forced = command.action == ClockAction::ForceIn;
    Ok(LegacyReply::text(match call.app.ledger.submit(command).await? {
        Clocked::In(_) if forced => "FORCE CLOCKED IN",
        Clocked::In(_) | Clocked::Already { is_in: true } => "CLOCKED IN",
        Clocked::Out(_) | Clocked::Already { is_in: false } => "CLOCKED OUT",
    }))
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
