//! Calls about the community itself.

use rankledger_domain::ids::{DepartmentId, RankId};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::api::v1::reply::LegacyReply;
use crate::api::v1::request::Call;
use crate::api::v2::promotion_flows::trigger::{ResultBody, RunEntry, TriggerBody, note_trips};
use crate::api::v2::{clockin_types, custom_log_types};
use crate::http::body::from_value;
use crate::http::caller::{Caller, CommunityRead, RanksWrite};
use crate::http::own_community::own_community;
use crate::wire::problem::Problem;

/// The subscription level, 0 to 5.
pub(super) async fn sub_version(call: Call) -> Result<LegacyReply, Problem> {
    let caller: Caller<CommunityRead> = call.caller()?;
    let community = own_community(call.app.storage.read().await?.as_mut(), caller.community()).await?;
    Ok(LegacyReply::text(community.sub_version.to_string()))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Department {
    uuid: DepartmentId,
    label: String,
    label_two: String,
    ranks: Vec<Rank>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rank {
    id: RankId,
    label: String,
    primary_only: bool,
    secondary_only: bool,
}

/// The departments with the ranks that can be given.
pub(super) async fn departments(call: Call) -> Result<LegacyReply, Problem> {
    let community = call.caller::<CommunityRead>()?.community();
    let mut tx = call.app.storage.read().await?;
    let ranks = tx.department_ranks(community).await?;
    let ranks_of = |department: DepartmentId| {
        let own = ranks.iter().filter(move |of| of.rank.department == department && !of.rank.retired);
        own.map(|of| Rank {
            id: of.rank.id,
            label: of.rank.label.clone(),
            primary_only: of.primary_only,
            secondary_only: of.secondary_only,
        })
    };
    let departments = tx.departments(community).await?.into_iter().filter(|department| !department.retired);
    let departments: Vec<_> = departments
        .map(|department| Department {
            ranks: ranks_of(department.id).collect(),
            uuid: department.id,
            label: department.label,
            label_two: department.label_two,
        })
        .collect();
    LegacyReply::json(&departments)
}

#[derive(Serialize)]
struct ProfileField {
    id: String,
    r#type: &'static str,
    label: String,
    options: Option<Vec<String>>,
}

/// The profile fields.
pub(super) async fn profile_fields(call: Call) -> Result<LegacyReply, Problem> {
    let community = call.caller::<CommunityRead>()?.community();
    let definitions = call.app.storage.read().await?.profile_field_definitions(community).await?;
    let fields: Vec<_> = definitions
        .into_iter()
        .map(|field| ProfileField {
            id: field.id.into(),
            r#type: field.kind.field_type().as_str(),
            label: field.label.into(),
            options: field.kind.into_options(),
        })
        .collect();
    LegacyReply::json(&fields)
}

/// The clock-in types.
pub(super) async fn clockin_types(call: Call) -> Result<LegacyReply, Problem> {
    let community = call.caller::<CommunityRead>()?.community();
    let mut tx = call.app.storage.read().await?;
    LegacyReply::json(&clockin_types::read_types(tx.as_mut(), community).await?)
}

/// The custom log types.
pub(super) async fn custom_log_types(call: Call) -> Result<LegacyReply, Problem> {
    let community = call.caller::<CommunityRead>()?.community();
    let mut tx = call.app.storage.read().await?;
    LegacyReply::json(&custom_log_types::read_types(tx.as_mut(), community).await?)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PromotionFlow {
    id: Uuid,
    community_uuid: Uuid,
    label_from: String,
    label_to: String,
    ranks_to_add: Vec<RankId>,
    ranks_to_remove: Vec<RankId>,
    actions: Value,
}

/// The promotion flows.
pub(super) async fn promotion_flows(call: Call) -> Result<LegacyReply, Problem> {
    let id = call.caller::<CommunityRead>()?.community();
    let mut tx = call.app.storage.read().await?;
    let community = own_community(tx.as_mut(), id).await?;
    let flows: Vec<_> = tx
        .promotion_flows(id)
        .await?
        .into_iter()
        .map(|flow| PromotionFlow {
            id: flow.id,
            community_uuid: community.uuid,
            label_from: flow.label_from.into(),
            label_to: flow.label_to.into(),
            ranks_to_add: flow.ranks.add().to_vec(),
            ranks_to_remove: flow.ranks.remove().to_vec(),
            actions: serde_json::json!({ "data": flow.actions, "promotionType": flow.direction }),
        })
        .collect();
    LegacyReply::json(&flows)
}

/// The result of one flow for one user: that of v2, without the flow itself.
#[derive(Serialize)]
struct FlowResult {
    users: Vec<String>,
    flow: String,
    promote: bool,
    succeeded: bool,
    message: String,
}

impl From<ResultBody> for FlowResult {
    fn from(result: ResultBody) -> Self {
        let ResultBody { users, flow, promote, succeeded, message, .. } = result;
        Self { users, flow, promote, succeeded, message }
    }
}

/// Runs flows: every request object is a flow and its users. One that asks for a dry run makes it one.
pub(super) async fn trigger_promotion_flows(call: Call) -> Result<LegacyReply, Problem> {
    let (app, caller) = (call.app.clone(), call.caller::<RanksWrite>()?);
    let items = call.into_items();
    let dry_run = items.iter().any(|item| !matches!(item["dryRun"], Value::Null | Value::Bool(false)));
    let entries = items.into_iter().enumerate();
    let data = entries.map(|(index, item)| from_value::<RunEntry>(&format!("/data/{index}"), item));
    let data = data.collect::<Result<_, _>>()?;
    let body = TriggerBody { data, user_id: None, reason: None, force: None, dry_run: Some(dry_run) };
    let (id, refused) = (caller.community(), caller.refused());
    let command = body.command(caller)?;
    let community = own_community(app.storage.read().await?.as_mut(), id).await?;
    let results = app.submit_or_dry_run(command, dry_run).await?;
    note_trips(&app, refused, &results);
    let results = results.into_iter().map(|result| ResultBody::new(result, &community).into());
    LegacyReply::json(&results.collect::<Vec<FlowResult>>())
}
