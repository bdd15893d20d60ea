//! `GET /v2/community` and `GET /v2/community/sub-version`.

use axum::extract::State;
use rankledger_domain::ids::CommunityId;
use rankledger_storage::ReadTx;
use rankledger_storage::communities::Community;
use serde::Serialize;
use uuid::Uuid;

use super::App;
use super::caller::{Caller, CommunityRead};
use super::envelope::Reply;
use super::problem::Problem;

/// A community on the wire.
#[derive(Serialize)]
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
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SubVersionBody {
    sub_version: u8,
    tier: &'static str,
}

impl From<&Community> for SubVersionBody {
    fn from(community: &Community) -> Self {
        let tier = match community.sub_version {
            0 => "Free",
            1 => "Starter",
            2 => "Standard",
            3 => "Plus",
            4 => "Pro",
            _ => "SonoranOne",
        };
        Self { sub_version: community.sub_version, tier }
    }
}

/// `GET /v2/community`
pub async fn show(
    State(app): State<App>,
    caller: Caller<CommunityRead>,
) -> Result<Reply<CommunityBody>, Problem> {
    let mut tx = app.storage.read().await?;
    let community = own_community(tx.as_mut(), caller.community()).await?;
    Ok(Reply::new(CommunityBody {
        level: SubVersionBody::from(&community),
        id: community.public_id,
        uuid: community.uuid,
        name: community.name,
        servers: community.servers,
    }))
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

/// The community of a credential: it is there, for credentials belong to one.
pub(super) async fn own_community(tx: &mut dyn ReadTx, id: CommunityId) -> Result<Community, Problem> {
    let community = tx.community(id).await?;
    community.ok_or_else(|| Problem::internal(&"a credential belongs to a community that is not there"))
}
