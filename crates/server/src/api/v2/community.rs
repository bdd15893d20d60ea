//! `GET /v2/community`, `GET /v2/community/sub-version` and `GET /v2/community/lookup`.

use aide::OperationInput;
use axum::extract::{FromRequestParts, State};
use http::request::Parts;
use rankledger_domain::ids::CommunityId;
use rankledger_storage::ReadTx;
use rankledger_storage::communities::Community;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::http::App;
use crate::http::authenticate::Authenticated;
use crate::http::caller::{Caller, CommunityRead};
use crate::http::query::{FromQuery, Query, QueryReader};
use crate::http::reply::Reply;
use crate::wire::problem::Problem;

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

/// `GET /v2/community`
pub async fn show(
    State(app): State<App>,
    caller: Caller<CommunityRead>,
) -> Result<Reply<CommunityBody>, Problem> {
    let mut tx = app.storage.read().await?;
    Ok(Reply::new(own_community(tx.as_mut(), caller.community()).await?.into()))
}

/// What a community is looked up by.
pub struct LookupQuery(String);

impl FromQuery for LookupQuery {
    fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        Ok(Self(params.required_text("id", "The id or the UUID of the community.")?))
    }
}

/// `GET /v2/community/lookup`: the credential's own community, by its id or its UUID. It finds no other.
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

/// `GET /v2/community/sub-version`
pub async fn sub_version(
    State(app): State<App>,
    caller: Caller<CommunityRead>,
) -> Result<Reply<SubVersionBody>, Problem> {
    let mut tx = app.storage.read().await?;
    let community = own_community(tx.as_mut(), caller.community()).await?;
    Ok(Reply::new(SubVersionBody::from(&community)))
}

/// The community of the request's credential, as it was when that was found.
#[derive(Clone)]
pub struct OwnCommunity(pub Community);

impl FromRequestParts<App> for OwnCommunity {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        if let Some(own) = parts.extensions.remove::<Self>() {
            return Ok(own);
        }
        let Some(Authenticated(credential)) = parts.extensions.get() else {
            return Err(Problem::missing_credential());
        };
        own_community(app.storage.read().await?.as_mut(), credential.community).await.map(Self)
    }
}

impl OperationInput for OwnCommunity {}

/// The community of a credential: it is there, for credentials belong to one.
pub async fn own_community(tx: &mut dyn ReadTx, id: CommunityId) -> Result<Community, Problem> {
    let community = tx.community(id).await?;
    community.ok_or_else(|| Problem::internal(&"a credential belongs to a community that is not there"))
}
