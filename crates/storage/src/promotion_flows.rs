//! Promotion flows: named sets of ranks to add and remove.

use async_trait::async_trait;
use rankledger_domain::ids::CommunityId;
use rankledger_domain::promotion_flow::PromotionFlow;
use uuid::Uuid;

use crate::Result;

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
