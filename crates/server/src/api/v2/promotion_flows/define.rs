//! `POST /v2/community/promotion-flows`, and `PATCH` and `DELETE /v2/community/promotion-flows/{flowId}`.

use rankledger_domain::rank::RankName;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::api::v2::promotion_flows::PromotionFlowBody;
use crate::http::body::JsonBody;
use crate::http::caller::{Admin, Caller};
use crate::http::checks;
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::own_community::own_community;
use crate::http::path::FlowPath;
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::ops::actor::Actor;
use crate::ops::promotion_flows::define::{FlowEdit, PutFlow, RemoveFlow};
use crate::wire::problem::{Problem, kinds};
use crate::wire::text_schemas::{Name, Word};

/// The directions in which a flow may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Promotes and demotes.
    Both,
    /// Promotes only.
    Promote,
    /// Demotes only.
    Demote,
}

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
    promotion_type: Option<Direction>,
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
    promotion_type: Option<Direction>,
}

impl From<CreateBody> for EditBody {
    fn from(body: CreateBody) -> Self {
        Self {
            label_from: Some(body.label_from),
            label_to: Some(body.label_to),
            key: body.key,
            ranks_to_add: body.ranks_to_add,
            ranks_to_remove: body.ranks_to_remove,
            promotion_type: body.promotion_type,
        }
    }
}

/// `POST /v2/community/promotion-flows`: the endpoint of [`create`].
pub static CREATE: Endpoint =
    Endpoint::new(Tag::Administration, "createPromotionFlow", "Create a promotion flow")
        .per_minute(60)
        .refuses(&[
            &kinds::INSUFFICIENT_POWER,
            &kinds::ALREADY_TAKEN,
            &kinds::UNKNOWN_RANK,
            &kinds::RANK_RETIRED,
            &kinds::REFUSED_ENTRY,
        ])
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
    JsonBody(body): JsonBody<CreateBody>,
) -> Result<Reply<PromotionFlowBody>, Problem> {
    put(write, caller.actor(None), None, body.into()).await
}

/// `PATCH /v2/community/promotion-flows/{flowId}`: the endpoint of [`edit`].
pub static EDIT: Endpoint = Endpoint::new(Tag::Administration, "editPromotionFlow", "Edit a promotion flow")
    .per_minute(60)
    .refuses(&[
        &kinds::INSUFFICIENT_POWER,
        &kinds::ALREADY_TAKEN,
        &kinds::UNKNOWN_RANK,
        &kinds::RANK_RETIRED,
        &kinds::REFUSED_ENTRY,
    ])
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
    JsonBody(body): JsonBody<EditBody>,
) -> Result<Reply<PromotionFlowBody>, Problem> {
    put(write, caller.actor(None), Some(flow), body).await
}

/// `DELETE /v2/community/promotion-flows/{flowId}`: the endpoint of [`remove`].
pub static REMOVE: Endpoint =
    Endpoint::new(Tag::Administration, "removePromotionFlow", "Remove a promotion flow")
        .per_minute(60)
        .refuses(&[&kinds::INSUFFICIENT_POWER])
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

async fn put(
    write: Write,
    actor: Actor,
    flow: Option<String>,
    body: EditBody,
) -> Result<Reply<PromotionFlowBody>, Problem> {
    checks::optional_name("/labelFrom", body.label_from.as_deref())?;
    checks::optional_name("/labelTo", body.label_to.as_deref())?;
    checks::optional_key(body.key.as_deref())?;
    let edit = FlowEdit {
        key: body.key,
        label_from: body.label_from,
        label_to: body.label_to,
        ranks_to_add: body.ranks_to_add.as_deref().map(rank_names),
        ranks_to_remove: body.ranks_to_remove.as_deref().map(rank_names),
        promotion_type: body.promotion_type.map(|direction| direction.as_str().to_owned()),
    };
    let community =
        own_community(write.app.storage.read().await?.as_mut(), actor.credential.community).await?;
    let command = PutFlow { actor, flow, edit };
    write.submit(command, move |flow| Reply::new(PromotionFlowBody::new(flow, &community))).await
}

fn rank_names(names: &[String]) -> Vec<RankName> {
    names.iter().map(|name| RankName::parse(name)).collect()
}

impl Direction {
    fn as_str(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Promote => "promote",
            Self::Demote => "demote",
        }
    }
}
