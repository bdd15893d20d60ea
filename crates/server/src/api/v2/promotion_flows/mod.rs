//! `/v2/community/promotion-flows`: named sets of ranks to add and remove.

pub mod define;
pub mod trigger;

use axum::extract::State;
use rankledger_domain::promotion_flow::PromotionFlow;

use crate::http::App;
use crate::http::caller::{Caller, CommunityRead};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::own_community::own_community;
use crate::http::query::{FromQuery, Query, QueryReader};
use crate::http::reply::Reply;
use crate::wire::problem::Problem;
use crate::wire::promotion_flows::PromotionFlowBody;

/// How the flows are listed.
pub struct ListQuery {
    include_keys: bool,
}

impl FromQuery for ListQuery {
    fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        let include_keys = params.flag("includeKeys", "Whether to show the keys of flows.")?;
        Ok(Self { include_keys: include_keys.unwrap_or(false) })
    }
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

/// Lists the promotion flows; if the request asks for it, with their keys.
pub async fn list(
    State(app): State<App>,
    caller: Caller<CommunityRead>,
    Query(query): Query<ListQuery>,
) -> Result<Reply<Vec<PromotionFlowBody>>, Problem> {
    let mut tx = app.storage.read().await?;
    let community = own_community(tx.as_mut(), caller.community()).await?;
    let flows = tx.promotion_flows(community.id).await?;
    let body = |flow: PromotionFlow| {
        let key = flow.key.clone().filter(|_| query.include_keys).map(String::from);
        PromotionFlowBody { key, ..PromotionFlowBody::new(flow, &community) }
    };
    Ok(Reply::new(flows.into_iter().map(body).collect()))
}
