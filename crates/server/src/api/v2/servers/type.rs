//! `PATCH /v2/community/servers/{serverId}/type`.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::http::body::JsonBody;
use crate::http::caller::{AccountsWrite, Caller};
use crate::http::checks;
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::ServerPath;
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::ops::Command;
use crate::ops::game_servers::parts::SetServerType;
use crate::wire::game_servers::ServerBody;
use crate::wire::problem::Problem;
use crate::wire::text_schemas::OptionalName;

/// The body of Set Server Type.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct TypeBody {
    /// The framework or game that the server runs. Without it, the server knows none, and nothing changes.
    #[schemars(with = "Option<OptionalName>")]
    r#type: Option<String>,
}

impl TypeBody {
    /// The command for this server.
    pub(in crate::api) fn command(
        self,
        caller: Caller<AccountsWrite>,
        server: i64,
    ) -> Result<SetServerType, Problem> {
        let kind = self.r#type.filter(|kind| !kind.trim().is_empty());
        let kind = checks::optional_name("/type", kind.as_deref())?;
        Ok(SetServerType { actor: caller.actor(None), server, kind })
    }
}

/// `PATCH /v2/community/servers/{serverId}/type`: the endpoint of [`set`].
pub static SET: Endpoint = Endpoint::new(Tag::Servers, "setServerType", "Note the type of a game server")
    .per_minute(18)
    .refuses(SetServerType::REFUSES)
    .example(Example {
        path: "/v2/community/servers/1/type",
        body: r#"{"type": "FiveM"}"#,
        data: r#"{
            "id": 1, "name": "Main Server", "description": "Primary gameplay server", "ip": "127.0.0.1",
            "port": "30120", "typeLastUpdated": "2026-04-15T00:00:00.000Z", "type": "FiveM",
            "robloxJoinCode": "ABCD-1234", "aceConfig": {"mappings": [
                {"ranks": ["22222222-2222-2222-2222-222222222222"], "principal": "group:123456"}
            ]},
            "allowedRanks": ["22222222-2222-2222-2222-222222222222"], "blockedRanks": [],
            "robloxMetadata": {}, "pushUrl": null, "hasPushSecret": false, "hasErlcApiKey": false
        }"#,
        ..Example::EMPTY
    });

/// Notes what a game server says that it runs.
pub async fn set(
    write: Write,
    caller: Caller<AccountsWrite>,
    ServerPath(server): ServerPath,
    JsonBody(body): JsonBody<TypeBody>,
) -> Result<Reply<ServerBody>, Problem> {
    write.submit(body.command(caller, server)?, |server| Reply::new(server.into())).await
}
