//! `GET /v2/community/accounts/{accountId}/activity/latest`.

use axum::extract::State;
use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_storage::ReadTx;
use rankledger_storage::clock_rows::LatestRows;

use crate::api::v2::accounts::{SameAccountQuery, require_account};
use crate::http::App;
use crate::http::account_path::AccountPath;
use crate::http::caller::{AccountsRead, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::query::{FromQuery, Query, QueryReader};
use crate::http::reply::Reply;
use crate::wire::account_parts::ClockRowBody;
use crate::wire::problem::{Problem, types};

/// Number of clock rows in an answer.
const CLOCK_ROWS: u32 = 3;

/// Number of activity rows in an answer.
const ACTIVITY_ROWS: u32 = 10;

/// The kinds of rows, and whether each is activity.
const KINDS: [(&str, bool); 2] = [("clockin", false), ("activity", true)];

/// The parameters of the request.
pub struct LatestQuery {
    account: SameAccountQuery,
    which: Which,
}

/// The rows that a request asks for.
pub(in crate::api) struct Which {
    /// Time in game, not time on duty.
    pub(in crate::api) activity: bool,
    /// Of time in game: only on this game server.
    pub(in crate::api) server: Option<i64>,
    /// Of time on duty: only of this type.
    pub(in crate::api) clock_in_type: Option<String>,
}

impl FromQuery for LatestQuery {
    fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        let description = "The kind of rows: time on duty, or time in game. Without it, time on duty.";
        Ok(Self {
            account: SameAccountQuery::read(params)?,
            which: Which {
                activity: params.choice("type", &KINDS, description)?.unwrap_or(false),
                server: params.number("serverId", 0..=i64::MAX, "Only time on this game server.")?,
                clock_in_type: params.text("clockInType", "Only time on duty of this type.")?,
            },
        })
    }
}

/// `GET /v2/community/accounts/{accountId}/activity/latest`: the endpoint of [`list`].
pub static LIST: Endpoint =
    Endpoint::new(Tag::Accounts, "getLatestActivity", "List the latest activity of an account")
        .per_minute(27)
        .refuses(&[&types::ACCOUNT_MISMATCH])
        .example(Example {
            path: "/v2/community/accounts/00000000-0000-0000-0000-000000000000/activity/latest",
            query: r#"{"accId": "00000000-0000-0000-0000-000000000000", "type": "activity"}"#,
            data: r#"[
            {
                "id": "55555555-5555-5555-5555-555555555555", "startTime": "2026-04-15T00:00:00.000Z",
                "endTime": null, "completed": false, "notes": [], "type": "patrol"
            }
        ]"#,
            ..Example::EMPTY
        });

/// Lists the newest rows of an account, newest first.
pub async fn list(
    State(app): State<App>,
    caller: Caller<AccountsRead>,
    AccountPath(account): AccountPath,
    Query(query): Query<LatestQuery>,
) -> Result<Reply<Vec<ClockRowBody>>, Problem> {
    query.account.check(account)?;
    let mut tx = app.storage.read().await?;
    Ok(Reply::new(latest_rows(tx.as_mut(), caller.community(), account, query.which).await?))
}

/// Reads the newest rows of an account, newest first.
pub(in crate::api) async fn latest_rows(
    tx: &mut dyn ReadTx,
    community: CommunityId,
    account: AccountId,
    which: Which,
) -> Result<Vec<ClockRowBody>, Problem> {
    require_account(tx, community, account).await?;
    let rows = if which.activity {
        let which = LatestRows { kind: None, server: which.server, take: ACTIVITY_ROWS };
        tx.latest_activity_rows(community, account, which).await?
    } else {
        let which = LatestRows { kind: which.clock_in_type.as_deref(), server: None, take: CLOCK_ROWS };
        tx.latest_clock_rows(community, account, which).await?
    };
    Ok(rows.into_iter().map(ClockRowBody::from).collect())
}
