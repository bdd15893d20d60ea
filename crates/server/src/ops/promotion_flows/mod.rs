//! Promotion flows: defining them, and running them on accounts.

pub mod define;
pub mod trigger;

use rankledger_domain::promotion_flow::PromotionFlow;
use uuid::Uuid;

/// The flow that goes by this id or key.
#[must_use]
pub fn find_flow<'a>(flows: &'a [PromotionFlow], name: &str) -> Option<&'a PromotionFlow> {
    let id = Uuid::parse_str(name);
    flows.iter().find(|flow| id == Ok(flow.id) || flow.key.as_ref().is_some_and(|key| key == name))
}
