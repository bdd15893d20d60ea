//! `POST /v2/community/servers/{serverId}/activity`: a player comes or goes.

pub mod start;

use rankledger_domain::ids::{AccountId, CommunityId};
use rankledger_storage::ReadTx;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::http::body::JsonBody;
use crate::http::caller::{AccountsWrite, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::ServerPath;
use crate::http::reply::Reply;
use crate::http::selectors::Selectors;
use crate::http::write::Write;
use crate::ops::Command;
use crate::ops::game_servers::activity::{ActivityAction, TrackActivity, TrackedRow};
use crate::wire::loose_text::Text;
use crate::wire::problem::Problem;
use crate::wire::time::Time;

/// The body of Track Activity. Without one of the three that force something, the account comes if it was not
/// there, and else goes.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrackBody {
    /// The id of the account.
    acc_id: Option<Text>,
    /// The same as `accId`.
    account_id: Option<Text>,
    /// The same as `accId`.
    #[serde(rename = "accID")]
    acc_id_in_capitals: Option<Text>,
    /// An id at another service, such as `discord:1234567890`, or its value alone.
    api_id: Option<Text>,
    /// The whole name. Upper and lower case count as the same.
    username: Option<String>,
    /// The Discord id.
    discord: Option<Text>,
    /// The same as `discord`.
    discord_id: Option<Text>,
    /// The number of the account.
    unique_id: Option<Text>,
    /// Whether the player comes. A row that is open is closed first.
    force_start: Option<bool>,
    /// Whether the player goes.
    force_stop: Option<bool>,
    /// Whether the open row is closed because the server lost track of the player.
    force_clear: Option<bool>,
}

impl TrackBody {
    /// Returns the command for this server. Refuses a body that does not mean one account.
    pub(in crate::api) async fn command(
        self,
        tx: &mut dyn ReadTx,
        caller: Caller<AccountsWrite>,
        server: i64,
    ) -> Result<TrackActivity, Problem> {
        let action = self.action()?;
        let account = self.account(tx, caller.community()).await?;
        Ok(TrackActivity { actor: caller.actor(None), server, account, action })
    }

    async fn account(self, tx: &mut dyn ReadTx, community: CommunityId) -> Result<AccountId, Problem> {
        let selectors = Selectors {
            acc_id: self.acc_id,
            account_id: self.account_id,
            acc_id_in_capitals: self.acc_id_in_capitals,
            api_id: self.api_id,
            username: self.username,
            discord: self.discord,
            discord_id: self.discord_id,
            unique_id: self.unique_id,
        };
        let found = selectors.find(tx, community).await?;
        Ok(found.ok_or_else(Problem::nobody_meant)?.id)
    }

    /// Returns the action that the request asks for. Refuses a request that forces two.
    fn action(&self) -> Result<ActivityAction, Problem> {
        let forced = [
            ("/forceStart", self.force_start, ActivityAction::Start),
            ("/forceStop", self.force_stop, ActivityAction::Stop),
            ("/forceClear", self.force_clear, ActivityAction::Clear),
        ];
        let mut forced = forced.into_iter().filter(|(_, force, _)| *force == Some(true));
        let Some((_, _, action)) = forced.next() else { return Ok(ActivityAction::Toggle) };
        match forced.next() {
            None => Ok(action),
            Some((pointer, ..)) => {
                Err(Problem::invalid_body(pointer, "something else is forced as well: choose one"))
            }
        }
    }
}

/// Time of an account in game.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActivityBody {
    id: Uuid,
    /// Whether the account is in game.
    status: bool,
    acc_id: AccountId,
    server_id: i64,
    start: Time,
    end: Option<Time>,
    /// Why the row was closed by something else than its player.
    clear_reason: Option<&'static str>,
    metadata: Map<String, Value>,
}

impl From<TrackedRow> for ActivityBody {
    fn from(TrackedRow { account, server, row, clear_reason }: TrackedRow) -> Self {
        Self {
            id: row.id,
            status: !row.completed,
            acc_id: account,
            server_id: server,
            start: Time(row.start_time),
            end: row.end_time.map(Time),
            clear_reason,
            metadata: Map::new(),
        }
    }
}

/// `POST /v2/community/servers/{serverId}/activity`: the endpoint of [`track`].
pub static TRACK: Endpoint =
    Endpoint::new(Tag::Servers, "activityTracker", "Note that a player comes or goes")
        .per_minute(27)
        .refuses(TrackActivity::REFUSES)
        .example(Example {
            path: "/v2/community/servers/1/activity",
            body: r#"{"accId": "00000000-0000-0000-0000-000000000000", "forceStart": true}"#,
            data: r#"{
                "id": "55555555-5555-5555-5555-555555555555", "status": true,
                "accId": "00000000-0000-0000-0000-000000000000", "serverId": 1,
                "start": "2026-04-15T00:00:00.000Z", "end": null, "clearReason": null, "metadata": {}
            }"#,
            ..Example::EMPTY
        });

/// Opens or closes the time in game of an account on a game server, and returns it. `data` is null if there
/// was nothing to close.
pub async fn track(
    write: Write,
    caller: Caller<AccountsWrite>,
    ServerPath(server): ServerPath,
    JsonBody(body): JsonBody<TrackBody>,
) -> Result<Reply<Option<ActivityBody>>, Problem> {
    let mut tx = write.app.storage.read().await?;
    let command = body.command(tx.as_mut(), caller, server).await?;
    drop(tx);
    write.submit(command, |row| Reply::new(row.map(ActivityBody::from))).await
}
