//! Calls about time on duty.

use axum::extract::State;
use serde::Deserialize;

use crate::api::v1::answer::Answer;
use crate::api::v1::request::{Call, Text};
use crate::api::v2::accounts::SameAccountQuery;
use crate::api::v2::accounts::activity::latest;
use crate::api::v2::accounts::activity::latest::LatestQuery;
use crate::api::v2::accounts::clock::{ClockBody, current};
use crate::http::caller::AccountsWrite;
use crate::http::path::AccountPath;
use crate::http::query::Query;
use crate::ops::accounts::clock_in_out::{ClockAction, Clocked};
use crate::wire::problem::Problem;

/// Clocks an account in or out, and says which.
pub(super) async fn clock(call: Call) -> Result<Answer, Problem> {
    let (caller, AccountPath(account)) = call.about::<AccountsWrite>().await?;
    let command = call.body::<ClockBody>()?.command(caller.community(), account)?;
    let forced = command.action == ClockAction::ForceIn;
    Ok(Answer::text(match call.app.ledger.submit(command).await? {
        Clocked::In(_) if forced => "FORCE CLOCKED IN",
        Clocked::In(_) | Clocked::Already { is_in: true } => "CLOCKED IN",
        Clocked::Out(_) | Clocked::Already { is_in: false } => "CLOCKED OUT",
    }))
}

/// The open clock row, or a text if there is none.
pub(super) async fn current(call: Call) -> Result<Answer, Problem> {
    let (caller, account) = call.about().await?;
    let query = Query(SameAccountQuery::default());
    let reply = current::show(State(call.app), caller, account, query).await?;
    Answer::data(&reply.into_data())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LatestRequest {
    r#type: Option<String>,
    server_id: Option<Text>,
    clock_in_type: Option<String>,
}

/// The newest rows, newest first.
pub(super) async fn latest_activity(call: Call) -> Result<Answer, Problem> {
    let (caller, account) = call.about().await?;
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
    let query = LatestQuery { account: SameAccountQuery::default(), activity, server, clock_in_type };
    let reply = latest::list(State(call.app), caller, account, Query(query)).await?;
    Answer::data(&reply.into_data())
}
