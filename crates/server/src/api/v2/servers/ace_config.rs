//! `GET` and `PATCH /v2/community/servers/{serverId}/ace-config`: the permissions that ranks have on a game
//! server.

use std::convert::Infallible;

use aide::OperationInput;
use axum::extract::{FromRequestParts, State};
use http::HeaderName;
use http::request::Parts;
use rankledger_domain::game_server::AceMapping;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::read_server;
use crate::http::App;
use crate::http::body::JsonBody;
use crate::http::caller::{Admin, Caller, CommunityRead};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::ServerPath;
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::ops::Command;
use crate::ops::game_servers::parts::SetAceConfig;
use crate::wire::game_servers::{AceConfigBody, MappingBody, MappingEntry};
use crate::wire::objects::optional_objects;
use crate::wire::problem::Problem;

/// The header by which the FiveM resource names itself.
const RESOURCE_VERSION: HeaderName = HeaderName::from_static("x-sonorancms-version");

/// Whether a request comes from the FiveM resource. That reads `data.mappings` where the documentation has
/// `data`, and takes a list for nothing.
pub struct FromResource(bool);

impl FromRequestParts<App> for FromResource {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self(parts.headers.contains_key(RESOURCE_VERSION)))
    }
}

impl OperationInput for FromResource {}

/// The permissions of a server: the list of mappings, or an object with it for the FiveM resource.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub enum ShownBody {
    /// The list.
    Mappings(Vec<MappingBody>),
    /// For a request with the header `X-SonoranCMS-Version`.
    Config(AceConfigBody),
}

/// `GET /v2/community/servers/{serverId}/ace-config`: the endpoint of [`show`].
pub static SHOW: Endpoint =
    Endpoint::new(Tag::Servers, "getAceConfig", "Get the permissions on a game server")
        .per_minute(27)
        .example(Example {
            path: "/v2/community/servers/1/ace-config",
            data: r#"[{"ranks": ["22222222-2222-2222-2222-222222222222"], "principal": "group:123456"}]"#,
            ..Example::EMPTY
        });

/// Lists which ranks have the permissions of which principal on a game server.
pub async fn show(
    State(app): State<App>,
    caller: Caller<CommunityRead>,
    FromResource(is_resource): FromResource,
    ServerPath(id): ServerPath,
) -> Result<Reply<ShownBody>, Problem> {
    let mut tx = app.storage.read().await?;
    let mappings: Vec<AceMapping> = read_server(tx.as_mut(), caller.community(), id).await?.aces;
    Ok(Reply::new(if is_resource {
        ShownBody::Config(mappings.into())
    } else {
        ShownBody::Mappings(mappings.into_iter().map(MappingBody::from).collect())
    }))
}

/// The body of Set ACE Config.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetBody {
    /// The mappings, which replace those there are. Without them, nothing changes.
    #[serde(default, deserialize_with = "optional_objects")]
    mappings: Option<Vec<MappingEntry>>,
    /// The person who acts: an account id, a Discord id, or `discord:` and the id.
    user_id: Option<String>,
}

/// `PATCH /v2/community/servers/{serverId}/ace-config`: the endpoint of [`set`].
pub static SET: Endpoint =
    Endpoint::new(Tag::Servers, "setAceConfig", "Set the permissions on a game server")
        .per_minute(18)
        .refuses(SetAceConfig::REFUSES)
        .example(Example {
            path: "/v2/community/servers/1/ace-config",
            body: r#"{"mappings": [{"ranks": ["rank-1"], "principal": "group:123456"}]}"#,
            data: r#"{"mappings": [
            {"ranks": ["22222222-2222-2222-2222-222222222222"], "principal": "group:123456"}
        ]}"#,
            ..Example::EMPTY
        });

/// Sets which ranks have the permissions of which principal on a game server.
pub async fn set(
    write: Write,
    caller: Caller<Admin>,
    ServerPath(server): ServerPath,
    JsonBody(body): JsonBody<SetBody>,
) -> Result<Reply<AceConfigBody>, Problem> {
    let actor = caller.actor(body.user_id.as_deref());
    let command = SetAceConfig { actor, server, mappings: body.mappings };
    write.submit(command, |server| Reply::new(server.aces.into())).await
}
