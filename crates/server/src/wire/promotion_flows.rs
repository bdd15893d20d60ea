//! Promotion flows on the wire.

use rankledger_domain::ids::RankId;
use rankledger_domain::promotion_flow::PromotionFlow;
use rankledger_storage::communities::Community;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// A promotion flow on the wire.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PromotionFlowBody {
    pub(crate) id: Uuid,
    pub(crate) community_uuid: Uuid,
    pub(crate) label_from: String,
    pub(crate) label_to: String,
    pub(crate) ranks_to_add: Vec<RankId>,
    pub(crate) ranks_to_remove: Vec<RankId>,
    pub(crate) actions: ActionsBody,
    pub(crate) promotion_type: String,
    /// The short name that a request may use instead of the id. Present only if the request
    /// asks for keys, and there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
}

/// Further actions of a flow, handed to clients unchanged.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActionsBody {
    pub(crate) data: Value,
    pub(crate) promotion_type: String,
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
            key: None,
        }
    }
}
