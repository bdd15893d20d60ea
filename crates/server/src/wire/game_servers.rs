//! Game servers on the wire: a server as a request describes it, and as answers show it. Secrets are taken,
//! and never shown.

use std::borrow::Cow;

use rankledger_domain::game_server::{AceMapping, GameServer, MAX_ID, MAX_SECRET_LENGTH, MAX_URL_LENGTH};
use rankledger_domain::ids::RankId;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::wire::loose_text::Text;
use crate::wire::objects::{optional_object, optional_objects};
use crate::wire::sent::Sent;
use crate::wire::text_schemas::{Name, OptionalName, Principal, Reason};
use crate::wire::time::Time;
use crate::wire::whole_number;

/// A game server as a request or a document describes it. Of a server that is there, an absent member stays
/// as it is. A text that is null or empty is none.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServerEntry {
    /// The id of the server, which the community chooses.
    #[serde(deserialize_with = "whole_number::required")]
    #[schemars(range(min = 0, max = MAX_ID))]
    pub(crate) id: i64,
    /// The name.
    #[schemars(with = "Name")]
    pub(crate) name: String,
    /// The purpose of the server.
    #[schemars(with = "Option<Reason>")]
    pub(crate) description: Option<String>,
    /// The host: an IP address or a host name.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(crate) ip: Sent<String>,
    /// The port, as a number or as a text.
    #[serde(default)]
    #[schemars(with = "Option<Port>")]
    pub(crate) port: Sent<Text>,
    /// The framework or game that the server runs.
    #[serde(default)]
    #[schemars(with = "Option<OptionalName>")]
    pub(crate) r#type: Sent<String>,
    /// When the server last named its type. Read in documents; in a request the time is that of the request.
    pub(crate) type_last_updated: Option<Time>,
    /// The code by which players of Roblox join.
    #[serde(default)]
    #[schemars(with = "Option<OptionalName>")]
    pub(crate) roblox_join_code: Sent<String>,
    /// Free notes about a server on Roblox.
    #[serde(default, deserialize_with = "optional_object")]
    pub(crate) roblox_metadata: Option<Map<String, Value>>,
    /// The key of the server at Emergency Response: Liberty County. It is never shown.
    #[serde(default)]
    #[schemars(with = "Option<OptionalSecret>")]
    pub(crate) erlc_api_key: Sent<String>,
    /// The permissions that ranks have on the server.
    #[serde(default, deserialize_with = "optional_object")]
    pub(crate) ace_config: Option<AceConfigEntry>,
    /// The ranks, by id or key, of which one is needed to join. Without any, every active member may join.
    pub(crate) allowed_ranks: Option<Vec<String>>,
    /// The ranks, by id or key, of which none may be held by those who join.
    pub(crate) blocked_ranks: Option<Vec<String>>,
    /// The URL that the server hears of changes at. Without it, that follows from `ip` and `port`.
    #[serde(default)]
    #[schemars(with = "Option<PushUrl>")]
    pub(crate) push_url: Sent<String>,
    /// The key that the server expects in what it hears of. It is never shown.
    #[serde(default)]
    #[schemars(with = "Option<OptionalSecret>")]
    pub(crate) push_secret: Sent<String>,
    /// As answers show it; not read.
    #[serde(rename = "hasPushSecret")]
    _has_push_secret: Option<bool>,
    /// As answers show it; not read.
    #[serde(rename = "hasErlcApiKey")]
    _has_erlc_api_key: Option<bool>,
}

/// The permissions of a server in a request.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
pub struct AceConfigEntry {
    /// The mappings, which replace those there are.
    #[serde(default, deserialize_with = "optional_objects")]
    pub(crate) mappings: Option<Vec<MappingEntry>>,
}

/// A mapping in a request: ranks and the principal whose permissions they have.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MappingEntry {
    /// The ranks, by id or key.
    pub(crate) ranks: Option<Vec<String>>,
    /// The principal, such as `group.admin`.
    #[schemars(with = "Option<Principal>")]
    pub(crate) principal: Option<String>,
    /// One more rank: that whose key is this Discord role.
    pub(crate) discord_role_id: Option<String>,
    /// The same as `principal`.
    #[schemars(with = "Option<Principal>")]
    pub(crate) ace_group: Option<String>,
}

impl ServerEntry {
    /// Whether the entry says who may join, who has which permissions, or where secrets are sent.
    #[must_use]
    pub fn needs_admin(&self) -> bool {
        let is_text = |member: &Sent<String>| matches!(member.text(), Sent::Value(_));
        let is_list = |list: &Option<Vec<String>>| list.as_ref().is_some_and(|list| !list.is_empty());
        let mappings = self.ace_config.as_ref().and_then(|config| config.mappings.as_ref());
        is_text(&self.push_url)
            || is_text(&self.push_secret)
            || is_list(&self.allowed_ranks)
            || is_list(&self.blocked_ranks)
            || mappings.is_some_and(|mappings| !mappings.is_empty())
    }
}

/// The game servers of a community.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ServersBody {
    /// The servers, by id.
    pub(crate) servers: Vec<ServerBody>,
}

impl From<Vec<GameServer>> for ServersBody {
    fn from(servers: Vec<GameServer>) -> Self {
        Self { servers: servers.into_iter().map(ServerBody::from).collect() }
    }
}

/// A game server.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServerBody {
    id: i64,
    name: String,
    description: String,
    ip: Option<String>,
    /// The port, as a text.
    port: Option<String>,
    type_last_updated: Option<Time>,
    r#type: Option<String>,
    roblox_join_code: Option<String>,
    ace_config: AceConfigBody,
    /// The ranks of which one is needed to join. Without any, every active member may join.
    allowed_ranks: Vec<RankId>,
    /// The ranks of which none may be held by those who join.
    blocked_ranks: Vec<RankId>,
    roblox_metadata: Map<String, Value>,
    /// The URL that the server hears of changes at; null if that follows from `ip` and `port`.
    push_url: Option<String>,
    /// Whether the key is stored that the server expects.
    has_push_secret: bool,
    /// Whether the key of the server at Emergency Response: Liberty County is stored.
    has_erlc_api_key: bool,
}

impl From<GameServer> for ServerBody {
    fn from(server: GameServer) -> Self {
        let GameServer { id, name, description, ip, kind, roblox_join_code, roblox_metadata, .. } = server;
        Self {
            id,
            name,
            description,
            ip,
            port: server.port.map(|port| port.to_string()),
            type_last_updated: server.kind_updated_at.map(Time),
            r#type: kind,
            roblox_join_code,
            ace_config: AceConfigBody::from(server.aces),
            allowed_ranks: server.whitelist.allowed,
            blocked_ranks: server.whitelist.blocked,
            roblox_metadata,
            push_url: server.push_url,
            has_push_secret: server.push_secret.is_some(),
            has_erlc_api_key: server.erlc_api_key.is_some(),
        }
    }
}

/// The permissions of a server.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AceConfigBody {
    pub(crate) mappings: Vec<MappingBody>,
}

impl From<Vec<AceMapping>> for AceConfigBody {
    fn from(mappings: Vec<AceMapping>) -> Self {
        Self { mappings: mappings.into_iter().map(MappingBody::from).collect() }
    }
}

/// A mapping of ranks to the permissions of a principal.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MappingBody {
    ranks: Vec<RankId>,
    principal: String,
}

impl From<AceMapping> for MappingBody {
    fn from(AceMapping { ranks, principal }: AceMapping) -> Self {
        Self { ranks, principal }
    }
}

/// A schema for the documentation, which the checks of the domain hold requests to.
macro_rules! schemas {
    ($($(#[$doc:meta])* $name:ident = $schema:tt;)*) => {$(
        $(#[$doc])*
        struct $name;

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )*};
}

schemas! {
    /// A port: a number, or a text of digits, or an empty text.
    Port = {
        "type": ["integer", "string"], "minimum": 1, "maximum": 65535,
        "pattern": "^([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])?$",
    };
    /// A secret, or an empty text.
    OptionalSecret = { "type": "string", "pattern": "^[!-~]*$", "maxLength": MAX_SECRET_LENGTH };
    /// A URL to send to, or an empty text.
    PushUrl = { "type": "string", "pattern": "^(https?://.+)?$", "maxLength": MAX_URL_LENGTH };
}
