//! Promotion flows: named sets of ranks to add and remove.

use async_trait::async_trait;
use rankledger_domain::ids::{CommunityId, RankId};
use serde_json::Value;
use uuid::Uuid;

use crate::Result;

/// A promotion flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromotionFlow {
    /// Names it on the wire.
    pub id: Uuid,
    /// A short name that an import may use instead of the id.
    pub key: Option<String>,
    /// What the member is before.
    pub label_from: String,
    /// What the member is after.
    pub label_to: String,
    /// The ranks that a promotion adds.
    pub ranks_to_add: Vec<RankId>,
    /// The ranks that a promotion removes.
    pub ranks_to_remove: Vec<RankId>,
    /// What else is done, as the wire shows it: an array.
    pub actions: Value,
    /// `both`, `promote` or `demote`: the directions it may be run in.
    pub promotion_type: String,
    /// Where it stands among the flows.
    pub position: i64,
}

/// Reading promotion flows.
#[async_trait]
pub trait ReadPromotionFlows {
    /// The promotion flows in order.
    async fn promotion_flows(&mut self, community: CommunityId) -> Result<Vec<PromotionFlow>>;
}

/// Writing promotion flows.
#[async_trait]
pub trait WritePromotionFlows {
    /// Makes a promotion flow, or brings it up to date.
    async fn put_promotion_flow(&mut self, community: CommunityId, flow: &PromotionFlow) -> Result<()>;

    /// Removes a promotion flow; what it has done stays.
    async fn remove_promotion_flow(&mut self, community: CommunityId, id: Uuid) -> Result<()>;
}
