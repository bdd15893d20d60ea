//! `POST /v2/community/servers/{serverId}/activity/start`: a game server has started, and nobody is on it.

use rankledger_domain::ids::AccountId;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::http::caller::{AccountsWrite, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::ServerPath;
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::ops::game_servers::activity::{StartServer, TrackedRow};
use crate::wire::problem::Problem;
use crate::wire::time::Time;

/// Time in game that the start of its server has closed.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClosedBody {
    id: Uuid,
    acc_id: AccountId,
    server_id: i64,
    end: Option<Time>,
}

impl From<TrackedRow> for ClosedBody {
    fn from(TrackedRow { account, server, row, .. }: TrackedRow) -> Self {
        Self { id: row.id, acc_id: account, server_id: server, end: row.end_time.map(Time) }
    }
}

/// `POST /v2/community/servers/{serverId}/activity/start`: the endpoint of [`start`].
pub static START: Endpoint =
    Endpoint::new(Tag::Servers, "activityTrackerServerStart", "Note that a game server has started")
        .per_minute(27)
        .example(Example {
            path: "/v2/community/servers/1/activity/start",
            data: r#"[{
                "id": "55555555-5555-5555-5555-555555555555",
                "accId": "00000000-0000-0000-0000-000000000000", "serverId": 1,
                "end": "2026-04-15T00:00:00.000Z"
            }]"#,
            ..Example::EMPTY
        });

/// Closes all time in game on a game server that is still open, and returns what was closed.
pub async fn start(
    write: Write,
    caller: Caller<AccountsWrite>,
    ServerPath(server): ServerPath,
) -> Result<Reply<Vec<ClosedBody>>, Problem> {
    let command = StartServer { actor: caller.actor(None), server };
    write.submit(command, |rows| Reply::new(rows.into_iter().map(ClosedBody::from).collect())).await
}
