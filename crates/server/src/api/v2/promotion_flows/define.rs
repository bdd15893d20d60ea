//! `POST /v2/community/promotion-flows`, and `PATCH` and `DELETE /v2/community/promotion-flows/{flowId}`.

use rankledger_domain::name;
use rankledger_domain::promotion_flow::FlowDirection;
use rankledger_domain::rank::RankName;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::http::body::StrictBody;
use crate::http::caller::{Admin, Caller};
use crate::http::checks;
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::own_community::own_community;
use crate::http::path::FlowPath;
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::ops::Command;
use crate::ops::promotion_flows::define::{FlowEdit, FlowToPut, PutFlow, RemoveFlow};
use crate::wire::problem::Problem;
use crate::wire::promotion_flows::PromotionFlowBody;
use crate::wire::text_schemas::{Name, Word};

/// The body of Create Promotion Flow.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateBody {
    /// The label of the member before the promotion.
    #[schemars(with = "Name")]
    label_from: String,
    /// The label of the member after the promotion.
    #[schemars(with = "Name")]
    label_to: String,
    /// A short name for requests: one word.
    #[schemars(with = "Option<Word>")]
    key: Option<String>,
    /// The ranks that a promotion adds, each by id or key.
    ranks_to_add: Option<Vec<String>>,
    /// The ranks that a promotion removes, each by id or key.
    ranks_to_remove: Option<Vec<String>>,
    /// The directions in which the flow may run. Without it, both.
    promotion_type: Option<FlowDirection>,
}

/// The body of Edit Promotion Flow. Absent members stay unchanged.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EditBody {
    /// The label of the member before the promotion.
    #[schemars(with = "Option<Name>")]
    label_from: Option<String>,
    /// The label of the member after the promotion.
    #[schemars(with = "Option<Name>")]
    label_to: Option<String>,
    /// A short name for requests: one word.
    #[schemars(with = "Option<Word>")]
    key: Option<String>,
    /// The ranks that a promotion adds, each by id or key.
    ranks_to_add: Option<Vec<String>>,
    /// The ranks that a promotion removes, each by id or key.
    ranks_to_remove: Option<Vec<String>>,
    /// The directions in which the flow may run.
    promotion_type: Option<FlowDirection>,
}

/// `POST /v2/community/promotion-flows`: the endpoint of [`create`].
pub static CREATE: Endpoint =
    Endpoint::new(Tag::Administration, "createPromotionFlow", "Create a promotion flow")
        .per_minute(60)
        .refuses(PutFlow::REFUSES)
        .example(Example {
            path: "/v2/community/promotion-flows",
            body: r#"{
            "labelFrom": "Officer", "labelTo": "Chief", "key": "flow-2", "ranksToAdd": ["chief"],
            "ranksToRemove": ["officer"], "promotionType": "promote"
        }"#,
            data: r#"{
            "id": "99999999-9999-9999-9999-999999999999",
            "communityUuid": "00000000-0000-0000-0000-000000000000", "labelFrom": "Officer",
            "labelTo": "Chief", "ranksToAdd": ["aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"],
            "ranksToRemove": ["33333333-3333-3333-3333-333333333333"],
            "actions": {"data": [], "promotionType": "promote"}, "promotionType": "promote"
        }"#,
            ..Example::EMPTY
        });

/// Creates a promotion flow.
pub async fn create(
    write: Write,
    caller: Caller<Admin>,
    StrictBody(body): StrictBody<CreateBody>,
) -> Result<Reply<PromotionFlowBody>, Problem> {
    let label_from = checks::text("/labelFrom", name::Name::parse(body.label_from))?;
    let label_to = checks::text("/labelTo", name::Name::parse(body.label_to))?;
    let edit = FlowEdit {
        label_from: None,
        label_to: None,
        key: checks::optional_text("/key", body.key.map(name::Key::parse))?,
        ranks_to_add: body.ranks_to_add.as_deref().map(rank_names),
        ranks_to_remove: body.ranks_to_remove.as_deref().map(rank_names),
        direction: body.promotion_type,
    };
    let flow = FlowToPut::New { label_from, label_to };
    put(write, PutFlow { actor: caller.actor(None), flow, edit }).await
}

/// `PATCH /v2/community/promotion-flows/{flowId}`: the endpoint of [`edit`].
pub static EDIT: Endpoint = Endpoint::new(Tag::Administration, "editPromotionFlow", "Edit a promotion flow")
    .per_minute(60)
    .refuses(PutFlow::REFUSES)
    .example(Example {
        path: "/v2/community/promotion-flows/flow-1",
        body: r#"{"labelTo": "Senior Officer"}"#,
        data: r#"{
            "id": "44444444-4444-4444-4444-444444444444",
            "communityUuid": "00000000-0000-0000-0000-000000000000", "labelFrom": "Cadet",
            "labelTo": "Senior Officer", "ranksToAdd": ["22222222-2222-2222-2222-222222222222"],
            "ranksToRemove": [], "actions": {"data": [], "promotionType": "both"},
            "promotionType": "both"
        }"#,
        ..Example::EMPTY
    });

/// Edits a promotion flow.
pub async fn edit(
    write: Write,
    caller: Caller<Admin>,
    FlowPath(flow): FlowPath,
    StrictBody(body): StrictBody<EditBody>,
) -> Result<Reply<PromotionFlowBody>, Problem> {
    let edit = FlowEdit {
        label_from: checks::optional_text("/labelFrom", body.label_from.map(name::Name::parse))?,
        label_to: checks::optional_text("/labelTo", body.label_to.map(name::Name::parse))?,
        key: checks::optional_text("/key", body.key.map(name::Key::parse))?,
        ranks_to_add: body.ranks_to_add.as_deref().map(rank_names),
        ranks_to_remove: body.ranks_to_remove.as_deref().map(rank_names),
        direction: body.promotion_type,
    };
    put(write, PutFlow { actor: caller.actor(None), flow: FlowToPut::Existing(flow), edit }).await
}

/// `DELETE /v2/community/promotion-flows/{flowId}`: the endpoint of [`remove`].
pub static REMOVE: Endpoint =
    Endpoint::new(Tag::Administration, "removePromotionFlow", "Remove a promotion flow")
        .per_minute(60)
        .refuses(RemoveFlow::REFUSES)
        .example(Example {
            path: "/v2/community/promotion-flows/flow-1",
            data: r#"{
            "id": "44444444-4444-4444-4444-444444444444",
            "communityUuid": "00000000-0000-0000-0000-000000000000", "labelFrom": "Cadet",
            "labelTo": "Officer", "ranksToAdd": ["22222222-2222-2222-2222-222222222222"],
            "ranksToRemove": [], "actions": {"data": [], "promotionType": "both"},
            "promotionType": "both"
        }"#,
            ..Example::EMPTY
        });

/// Removes a promotion flow. The changes that it has made stay.
pub async fn remove(
    write: Write,
    caller: Caller<Admin>,
    FlowPath(flow): FlowPath,
) -> Result<Reply<PromotionFlowBody>, Problem> {
    let community = own_community(write.app.storage.read().await?.as_mut(), caller.community()).await?;
    let command = RemoveFlow { actor: caller.actor(None), flow };
    write.submit(command, move |removed| Reply::new(PromotionFlowBody::new(removed, &community))).await
}

async fn put(write: Write, command: PutFlow) -> Result<Reply<PromotionFlowBody>, Problem> {
    let community = command.actor.credential.community;
    let community = own_community(write.app.storage.read().await?.as_mut(), community).await?;
    write.submit(command, move |flow| Reply::new(PromotionFlowBody::new(flow, &community))).await
}

fn rank_names(names: &[String]) -> Vec<RankName> {
    names.iter().map(|name| RankName::parse(name)).collect()
}
