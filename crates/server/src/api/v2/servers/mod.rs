//! `/v2/community/servers` and `/v2/community/servers/{serverId}/type`: the game servers of the community.

pub mod ace_config;
pub mod activity;
pub mod r#type;
pub mod whitelist;

use axum::extract::State;
use rankledger_domain::credential::Scope;
use rankledger_domain::game_server::{GameServer, MOST_SERVERS};
use rankledger_domain::ids::CommunityId;
use rankledger_storage::ReadTx;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::api::webhooks::Webhooks;
use crate::http::App;
use crate::http::body::JsonBody;
use crate::http::caller::{AccountsWrite, Admin, Caller, CommunityRead, Needs};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::ops::Command;
use crate::ops::game_servers::put::PutServers;
use crate::wire::game_servers::{ServerEntry, ServersBody};
use crate::wire::objects::objects;
use crate::wire::problem::Problem;

/// The body of Add Game Servers and Set Game Servers.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PutBody {
    /// The game servers.
    #[serde(deserialize_with = "objects")]
    #[schemars(length(max = MOST_SERVERS))]
    servers: Vec<ServerEntry>,
    /// The person who acts: an account id, a Discord id, or `discord:` and the id.
    user_id: Option<String>,
}

impl PutBody {
    /// Returns a body with these servers, which names no person.
    pub(in crate::api) fn of(servers: Vec<ServerEntry>) -> Self {
        Self { servers, user_id: None }
    }

    /// Returns the command that adds the servers. Who may join, permissions, and where secrets are sent are
    /// set by administrators only.
    pub(in crate::api) fn add(self, app: &App, caller: Caller<AccountsWrite>) -> Result<PutServers, Problem> {
        if self.servers.iter().any(ServerEntry::needs_admin) {
            caller.require(Scope::Admin)?;
        }
        Ok(self.command(app, caller, false))
    }

    /// Returns the command that replaces all servers by these.
    pub(in crate::api) fn set(self, app: &App, caller: Caller<Admin>) -> PutServers {
        self.command(app, caller, true)
    }

    fn command<S: Needs>(self, app: &App, caller: Caller<S>, replace: bool) -> PutServers {
        let actor = caller.actor(self.user_id.as_deref());
        let webhooks = app.feature::<Webhooks>().settings().clone();
        PutServers { actor, entries: self.servers, replace, place: "/servers", webhooks }
    }
}

/// `GET /v2/community/servers`: the endpoint of [`list`].
pub static LIST: Endpoint =
    Endpoint::new(Tag::Servers, "getServers", "List the game servers").per_minute(13).example(Example {
        path: "/v2/community/servers",
        data: r#"{"servers": [{
            "id": 1, "name": "Main Server", "description": "Primary gameplay server", "ip": "127.0.0.1",
            "port": "30120", "typeLastUpdated": "2026-04-15T00:00:00.000Z", "type": "erlc",
            "robloxJoinCode": "ABCD-1234", "aceConfig": {"mappings": [
                {"ranks": ["22222222-2222-2222-2222-222222222222"], "principal": "group:123456"}
            ]},
            "allowedRanks": ["22222222-2222-2222-2222-222222222222"], "blockedRanks": [],
            "robloxMetadata": {}, "pushUrl": null, "hasPushSecret": false, "hasErlcApiKey": false
        }]}"#,
        ..Example::EMPTY
    });

/// Lists the game servers, by id.
pub async fn list(
    State(app): State<App>,
    caller: Caller<CommunityRead>,
) -> Result<Reply<ServersBody>, Problem> {
    let servers = app.storage.read().await?.game_servers(caller.community()).await?;
    Ok(Reply::new(servers.into()))
}

/// `POST /v2/community/servers`: the endpoint of [`add`].
pub static ADD: Endpoint = Endpoint::new(Tag::Servers, "addServers", "Add game servers")
    .per_minute(9)
    .refuses(PutServers::REFUSES)
    .example(Example {
        path: "/v2/community/servers",
        body: r#"{"servers": [{
            "id": 9, "name": "Night Server", "description": "Open until dawn", "ip": "127.0.0.1",
            "port": "30120", "type": "FiveM", "erlcApiKey": "", "robloxJoinCode": "ABC123", "aceConfig": {},
            "robloxMetadata": {}
        }]}"#,
        data: LIST.example.data,
        ..Example::EMPTY
    });

/// Adds game servers, and returns all there are. Members other than who may join, permissions, the push URL
/// and the push secret need no administrator: a game server adds itself.
pub async fn add(
    write: Write,
    caller: Caller<AccountsWrite>,
    JsonBody(body): JsonBody<PutBody>,
) -> Result<Reply<ServersBody>, Problem> {
    let command = body.add(&write.app, caller)?;
    write.submit(command, |servers| Reply::new(servers.into())).await
}

/// `PUT /v2/community/servers`: the endpoint of [`set`].
pub static SET: Endpoint = Endpoint::new(Tag::Servers, "setServers", "Replace all game servers")
    .per_minute(9)
    .refuses(PutServers::REFUSES)
    .example(Example {
        path: "/v2/community/servers",
        body: r#"{"servers": [{
            "id": 1, "name": "Main Server", "description": "Primary community server", "ip": "127.0.0.1",
            "port": "30120", "type": "FiveM", "erlcApiKey": "", "robloxJoinCode": "ABC123", "aceConfig": {},
            "robloxMetadata": {}
        }]}"#,
        data: LIST.example.data,
        ..Example::EMPTY
    });

/// Replaces the whole list of game servers, and returns it. A server that is in both lists keeps the members
/// that the request does not name; one that is left out is removed, and whoever was on it is not any more.
pub async fn set(
    write: Write,
    caller: Caller<Admin>,
    JsonBody(body): JsonBody<PutBody>,
) -> Result<Reply<ServersBody>, Problem> {
    let command = body.set(&write.app, caller);
    write.submit(command, |servers| Reply::new(servers.into())).await
}

/// Returns a game server, or the refusal that there is none.
pub(in crate::api) async fn read_server(
    tx: &mut dyn ReadTx,
    community: CommunityId,
    id: i64,
) -> Result<GameServer, Problem> {
    tx.game_server(community, id).await?.ok_or_else(|| Problem::server_not_found(id))
}
