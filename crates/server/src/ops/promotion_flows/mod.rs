//! Promotion flows: defining them, and running them on accounts.

pub mod define;
pub mod trigger;

use rankledger_storage::promotion_flows::PromotionFlow;
use uuid::Uuid;

/// The flow that goes by this id or key.
#[must_use]
pub fn find_flow<'a>(flows: &'a [PromotionFlow], name: &str) -> Option<&'a PromotionFlow> {
    let id = Uuid::parse_str(name);
    flows.iter().find(|flow| id == Ok(flow.id) || flow.key.as_deref() == Some(name))
}
