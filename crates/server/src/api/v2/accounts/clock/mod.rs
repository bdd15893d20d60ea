//! `POST /v2/community/accounts/{accountId}/clock`.

pub mod current;

use rankledger_domain::ids::AccountId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::http::account_path::AccountPath;
use crate::http::body::JsonBody;
use crate::http::caller::{AccountsWrite, Caller};
use crate::http::checks;
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::ops::accounts::clock_in_out::{ClockAccount, ClockAction, Clocked};
use crate::wire::account_parts::ClockRowBody;
use crate::wire::problem::{Problem, types};
use crate::wire::text_schemas::OptionalName;

/// The body of Clock In and Out. An empty body clocks the account out if it is in, else in.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClockBody {
    /// The id of the account again. If it is given, it must be the account of the path.
    #[schemars(with = "Option<Uuid>")]
    acc_id: Option<String>,
    /// The state that the account gets. If it is in that state already, nothing changes. If it is clocked in
    /// with another type, the type changes.
    intention: Option<Intention>,
    /// Whether to open a new clock row even if the account is clocked in.
    force_clock_in: Option<bool>,
    /// Whether to clock out even if the account is not clocked in.
    force_clock_out: Option<bool>,
    /// The clock-in type, by id or label. Without it, the community's first type.
    #[schemars(with = "Option<OptionalName>")]
    r#type: Option<String>,
}

/// The state that the account gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Intention {
    /// On duty.
    In,
    /// Off duty.
    Out,
}

/// The answer of Clock In and Out: the row that was opened or closed, or true if the account was in the
/// wanted state already.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub enum ClockedBody {
    /// The row.
    Row(ClockRowBody),
    /// The account was in the wanted state already.
    Already(bool),
}

/// `POST /v2/community/accounts/{accountId}/clock`: the endpoint of [`clock`].
pub static CLOCK: Endpoint = Endpoint::new(Tag::Accounts, "clockAccount", "Clock an account in or out")
    .per_minute(22)
    .refuses(&[
        &types::ACCOUNT_MISMATCH,
        &types::ACCOUNT_BANNED,
        &types::ACCOUNT_ARCHIVED,
        &types::UNKNOWN_CLOCKIN_TYPE,
    ])
    .example(Example {
        path: "/v2/community/accounts/00000000-0000-0000-0000-000000000000/clock",
        body: r#"{"accId": "00000000-0000-0000-0000-000000000000", "intention": "in", "type": "regular"}"#,
        data: r#"{
            "id": "55555555-5555-5555-5555-555555555555", "startTime": "2026-04-15T00:00:00.000Z",
            "endTime": null, "completed": false, "notes": [], "type": "patrol"
        }"#,
        ..Example::EMPTY
    });

/// Clocks an account in or out.
pub async fn clock(
    write: Write,
    caller: Caller<AccountsWrite>,
    AccountPath(account): AccountPath,
    JsonBody(body): JsonBody<ClockBody>,
) -> Result<Reply<ClockedBody>, Problem> {
    let command = body.command(caller, account)?;
    write.submit(command, |clocked| Reply::new(clocked.into())).await
}

impl From<Clocked> for ClockedBody {
    fn from(clocked: Clocked) -> Self {
        match clocked {
            Clocked::In(row) | Clocked::Out(row) => Self::Row(row.into()),
            Clocked::Already { .. } => Self::Already(true),
        }
    }
}

impl ClockBody {
    /// The command for this account.
    pub(in crate::api) fn command(
        self,
        caller: Caller<AccountsWrite>,
        account: AccountId,
    ) -> Result<ClockAccount, Problem> {
        checks::same_account(self.acc_id.as_deref(), account)?;
        let action = self.action()?;
        let kind = self.r#type.filter(|kind| !kind.is_empty());
        if let Some(kind) = &kind {
            checks::name("/type", kind)?;
        }
        Ok(ClockAccount { actor: caller.actor(None), account, action, kind })
    }

    /// Returns the action that the request asks for. Refuses a request whose members contradict each other.
    fn action(&self) -> Result<ClockAction, Problem> {
        let force_in = self.force_clock_in == Some(true);
        let force_out = self.force_clock_out == Some(true);
        let refused = |pointer, what| Err(Problem::invalid_body(pointer, what));
        match (self.intention, force_in, force_out) {
            (_, true, true) => refused("/forceClockOut", "forceClockIn is true as well: choose one"),
            (Some(Intention::Out), true, _) => {
                refused("/forceClockIn", "the intention is \"out\": choose one")
            }
            (Some(Intention::In), _, true) => {
                refused("/forceClockOut", "the intention is \"in\": choose one")
            }
            (_, true, false) => Ok(ClockAction::ForceIn),
            (_, false, true) | (Some(Intention::Out), ..) => Ok(ClockAction::Out),
            (Some(Intention::In), ..) => Ok(ClockAction::In),
            (None, false, false) => Ok(ClockAction::Toggle),
        }
    }
}
