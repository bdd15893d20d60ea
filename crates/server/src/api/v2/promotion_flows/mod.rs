//! `/v2/community/promotion-flows`: named sets of ranks to add and remove.

pub mod define;
pub mod trigger;

use axum::extract::State;
use rankledger_domain::ids::RankId;
use rankledger_domain::promotion_flow::PromotionFlow;
use rankledger_storage::communities::Community;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::http::App;
use crate::http::caller::{Caller, CommunityRead};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::own_community::own_community;
use crate::http::reply::Reply;
use crate::wire::problem::Problem;

/// A promotion flow on the wire.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PromotionFlowBody {
    id: Uuid,
    community_uuid: Uuid,
    label_from: String,
    label_to: String,
    ranks_to_add: Vec<RankId>,
    ranks_to_remove: Vec<RankId>,
    actions: ActionsBody,
    promotion_type: String,
}

/// Further actions of a flow, handed to clients unchanged.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActionsBody {
    data: Value,
    promotion_type: String,
}

/// `GET /v2/community/promotion-flows`: the endpoint of [`list`].
pub static LIST: Endpoint = Endpoint::new(Tag::General, "getPromotionFlows", "List the promotion flows")
    .per_minute(13)
    .example(Example {
        path: "/v2/community/promotion-flows",
        data: r#"[
            {
                "id": "44444444-4444-4444-4444-444444444444",
                "communityUuid": "00000000-0000-0000-0000-000000000000", "labelFrom": "Cadet",
                "labelTo": "Officer", "ranksToAdd": ["22222222-2222-2222-2222-222222222222"],
                "ranksToRemove": [], "actions": {"data": [], "promotionType": "both"},
                "promotionType": "both"
            }
        ]"#,
        ..Example::EMPTY
    });

/// Lists the promotion flows.
pub async fn list(
    State(app): State<App>,
    caller: Caller<CommunityRead>,
) -> Result<Reply<Vec<PromotionFlowBody>>, Problem> {
    let mut tx = app.storage.read().await?;
    let community = own_community(tx.as_mut(), caller.community()).await?;
    let flows = tx.promotion_flows(community.id).await?;
    Ok(Reply::new(flows.into_iter().map(|flow| PromotionFlowBody::new(flow, &community)).collect()))
}

impl PromotionFlowBody {
    /// A flow of this community.
    #[must_use]
    pub fn new(flow: PromotionFlow, community: &Community) -> Self {
        let direction = flow.direction.as_str().to_owned();
        Self {
            id: flow.id,
            community_uuid: community.uuid,
            label_from: flow.label_from.into(),
            label_to: flow.label_to.into(),
            ranks_to_add: flow.ranks.add().to_vec(),
            ranks_to_remove: flow.ranks.remove().to_vec(),
            actions: ActionsBody { data: Value::Array(flow.actions), promotion_type: direction.clone() },
            promotion_type: direction,
        }
    }
}
