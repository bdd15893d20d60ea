//! `GET` and `PATCH /v2/community`, `GET /v2/community/sub-version` and `GET /v2/community/lookup`.

use axum::extract::State;
use rankledger_storage::communities::Community;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::http::body::StrictBody;
use crate::http::caller::{Admin, Caller, CommunityRead};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::own_community::own_community;
use crate::http::query::{FromQuery, Query, QueryReader};
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::http::{App, checks};
use crate::ops::Command;
use crate::ops::communities::RenameCommunity;
use crate::wire::problem::{Problem, types};
use crate::wire::text_schemas::Name;

/// The names of the subscription levels, from 0 upwards.
const TIERS: [&str; 6] = ["Free", "Starter", "Standard", "Plus", "Pro", "SonoranOne"];

/// A community on the wire.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommunityBody {
    id: String,
    uuid: Uuid,
    name: String,
    #[serde(flatten)]
    level: SubVersionBody,
    servers: u32,
}

/// The subscription level on the wire.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubVersionBody {
    sub_version: u8,
    #[schemars(extend("enum" = TIERS))]
    tier: &'static str,
}

impl From<&Community> for SubVersionBody {
    fn from(community: &Community) -> Self {
        let tier = TIERS[usize::from(community.sub_version).min(TIERS.len() - 1)];
        Self { sub_version: community.sub_version, tier }
    }
}

impl From<Community> for CommunityBody {
    fn from(community: Community) -> Self {
        Self {
            level: SubVersionBody::from(&community),
            id: community.public_id,
            uuid: community.uuid,
            name: community.name,
            servers: community.servers,
        }
    }
}

/// `GET /v2/community`: the endpoint of [`show`].
pub static SHOW: Endpoint =
    Endpoint::new(Tag::General, "getCommunity", "Get the community").per_minute(13).example(Example {
        path: "/v2/community",
        data: r#"{
            "id": "CMS-1000", "uuid": "00000000-0000-0000-0000-000000000000",
            "name": "Example Community", "subVersion": 5, "tier": "SonoranOne", "servers": 3
        }"#,
        ..Example::EMPTY
    });

/// Returns the community of the credential.
pub async fn show(
    State(app): State<App>,
    caller: Caller<CommunityRead>,
) -> Result<Reply<CommunityBody>, Problem> {
    let mut tx = app.storage.read().await?;
    Ok(Reply::new(own_community(tx.as_mut(), caller.community()).await?.into()))
}

/// The body of Rename Community.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct RenameBody {
    /// The new name. The id of the community stays as it is.
    #[schemars(with = "Name")]
    name: String,
}

/// `PATCH /v2/community`: the endpoint of [`rename`].
pub static RENAME: Endpoint = Endpoint::new(Tag::Administration, "renameCommunity", "Rename the community")
    .per_minute(60)
    .refuses(RenameCommunity::REFUSES)
    .example(Example {
        path: "/v2/community",
        body: r#"{"name": "Example Community"}"#,
        data: r#"{
            "id": "CMS-1000", "uuid": "00000000-0000-0000-0000-000000000000",
            "name": "Example Community", "subVersion": 5, "tier": "SonoranOne", "servers": 3
        }"#,
        ..Example::EMPTY
    });

/// Gives the community another name.
pub async fn rename(
    write: Write,
    caller: Caller<Admin>,
    StrictBody(body): StrictBody<RenameBody>,
) -> Result<Reply<CommunityBody>, Problem> {
    let command = RenameCommunity { actor: caller.actor(None), name: checks::name("/name", &body.name)? };
    write.submit(command, |community| Reply::new(community.into())).await
}

/// The name by which a community is looked up.
pub struct LookupQuery(String);

impl FromQuery for LookupQuery {
    fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        Ok(Self(params.required_text("id", "The id or the UUID of the community.")?))
    }
}

/// `GET /v2/community/lookup`: the endpoint of [`lookup`].
pub static LOOKUP: Endpoint =
    Endpoint::new(Tag::General, "lookupCommunity", "Look up the community by its id or UUID")
        .per_minute(13)
        .refuses(&[&types::COMMUNITY_NOT_FOUND])
        .example(Example {
            path: "/v2/community/lookup",
            query: r#"{"id": "YOUR_COMMUNITY_ID"}"#,
            data: r#"{
            "id": "CMS-1000", "uuid": "00000000-0000-0000-0000-000000000000",
            "name": "Example Community", "subVersion": 5, "tier": "SonoranOne", "servers": 3
        }"#,
            ..Example::EMPTY
        });

/// Returns the credential's own community, looked up by its id or its UUID. No other community is found.
pub async fn lookup(
    State(app): State<App>,
    caller: Caller<CommunityRead>,
    Query(LookupQuery(name)): Query<LookupQuery>,
) -> Result<Reply<CommunityBody>, Problem> {
    let mut tx = app.storage.read().await?;
    let community = own_community(tx.as_mut(), caller.community()).await?;
    if community.public_id != name && Uuid::parse_str(&name) != Ok(community.uuid) {
        return Err(Problem::community_not_found(&name));
    }
    Ok(Reply::new(community.into()))
}

/// `GET /v2/community/sub-version`: the endpoint of [`sub_version`].
pub static SUB_VERSION: Endpoint = Endpoint::new(Tag::General, "getSubVersion", "Get the subscription level")
    .per_minute(13)
    .example(Example {
        path: "/v2/community/sub-version",
        data: r#"{"subVersion": 5, "tier": "SonoranOne"}"#,
        ..Example::EMPTY
    });

/// Returns the subscription level of the community.
pub async fn sub_version(
    State(app): State<App>,
    caller: Caller<CommunityRead>,
) -> Result<Reply<SubVersionBody>, Problem> {
    let mut tx = app.storage.read().await?;
    let community = own_community(tx.as_mut(), caller.community()).await?;
    Ok(Reply::new(SubVersionBody::from(&community)))
}
