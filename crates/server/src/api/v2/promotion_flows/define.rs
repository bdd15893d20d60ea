//! `POST /v2/community/promotion-flows`, and `PATCH` and `DELETE /v2/community/promotion-flows/{flowId}`.

use rankledger_domain::name;
use rankledger_domain::promotion_flow::FlowDirection;
use rankledger_domain::rank::RankName;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::api::v2::community::own_community;
use crate::api::v2::promotion_flows::PromotionFlowBody;
use crate::http::body::StrictBody;
use crate::http::caller::{Admin, Caller};
use crate::http::checks;
use crate::http::path::FlowPath;
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::ops::promotion_flows::define::{FlowEdit, FlowToPut, PutFlow, RemoveFlow};
use crate::wire::problem::Problem;
use crate::wire::texts::{Name, Word};

/// What creating a flow takes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateBody {
    /// What the member is before.
    #[schemars(with = "Name")]
    label_from: String,
    /// What the member is after.
    #[schemars(with = "Name")]
    label_to: String,
    /// A short name for requests: one word.
    #[schemars(with = "Option<Word>")]
    key: Option<String>,
    /// The ranks that a promotion adds, each by id or key.
    ranks_to_add: Option<Vec<String>>,
    /// The ranks that a promotion removes, each by id or key.
    ranks_to_remove: Option<Vec<String>>,
    /// The directions that it may be run in; both, if absent.
    promotion_type: Option<FlowDirection>,
}

/// What editing a flow takes. What is absent stays as it is.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EditBody {
    /// What the member is before.
    #[schemars(with = "Option<Name>")]
    label_from: Option<String>,
    /// What the member is after.
    #[schemars(with = "Option<Name>")]
    label_to: Option<String>,
    /// A short name for requests: one word.
    #[schemars(with = "Option<Word>")]
    key: Option<String>,
    /// The ranks that a promotion adds, each by id or key.
    ranks_to_add: Option<Vec<String>>,
    /// The ranks that a promotion removes, each by id or key.
    ranks_to_remove: Option<Vec<String>>,
    /// The directions that it may be run in.
    promotion_type: Option<FlowDirection>,
}

/// `POST /v2/community/promotion-flows`
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

/// `PATCH /v2/community/promotion-flows/{flowId}`
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

/// `DELETE /v2/community/promotion-flows/{flowId}`: what it has done stays.
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
