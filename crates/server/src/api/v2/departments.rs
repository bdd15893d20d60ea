//! `/v2/community/departments`: departments and their ranks.

use axum::extract::State;
use rankledger_domain::ids::{DepartmentId, RankId};
use rankledger_domain::rank_change::RankChange;
use rankledger_storage::departments::{Department, DepartmentRank};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::v2::ranks::{RestoreBody, RetireBody};
use crate::http::body::StrictBody;
use crate::http::caller::{Admin, Caller, CommunityRead};
use crate::http::path::DepartmentPath;
use crate::http::query::{FromQuery, Query, QueryReader};
use crate::http::reply::{RecordedMany, Reply};
use crate::http::write::Write;
use crate::http::{App, checks};
use crate::ops::structure::departments::{PutDepartment, RetireDepartment};
use crate::ops::structure::order::OrderDepartments;
use crate::wire::problem::Problem;
use crate::wire::texts::Name;

/// A department on the wire.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DepartmentBody {
    uuid: DepartmentId,
    label: String,
    label_two: String,
    ranks: Vec<RankBody>,
    /// Only where retired ones are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    retired: Option<bool>,
}

/// A rank on the wire.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RankBody {
    id: RankId,
    label: String,
    primary_only: bool,
    secondary_only: bool,
    power: u32,
    /// Only where retired ones are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// Only where retired ones are asked for. The ranks of a retired department are retired.
    #[serde(skip_serializing_if = "Option::is_none")]
    retired: Option<bool>,
}

/// Which departments are listed.
pub struct ListQuery {
    include_retired: bool,
}

impl FromQuery for ListQuery {
    fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        let description = "Whether to list retired departments and ranks too, and the keys of ranks.";
        Ok(Self { include_retired: params.flag("includeRetired", description)?.unwrap_or(false) })
    }
}

/// `GET /v2/community/departments`: every department with the ranks that can be given. What is retired is shown only if it
/// is asked for.
pub async fn list(
    State(app): State<App>,
    caller: Caller<CommunityRead>,
    Query(query): Query<ListQuery>,
) -> Result<Reply<Vec<DepartmentBody>>, Problem> {
    let mut tx = app.storage.read().await?;
    let departments = tx.departments(caller.community()).await?;
    let ranks = tx.department_ranks(caller.community()).await?;
    let shown = departments.into_iter().filter(|department| query.include_retired || !department.retired);
    Ok(Reply::new(shown.map(|department| query.body(department, &ranks)).collect()))
}

impl ListQuery {
    fn body(&self, department: Department, ranks: &[DepartmentRank]) -> DepartmentBody {
        let all = self.include_retired;
        let own = ranks.iter().filter(|of| of.rank.department == department.id);
        let ranks = own
            .filter(|of| all || !of.rank.retired)
            .map(|of| RankBody {
                id: of.rank.id,
                label: of.rank.label.clone(),
                primary_only: of.primary_only,
                secondary_only: of.secondary_only,
                power: of.rank.power.0,
                key: of.rank.key.clone().filter(|_| all),
                retired: all.then_some(of.rank.retired || department.retired),
            })
            .collect();
        DepartmentBody {
            uuid: department.id,
            label: department.label,
            label_two: department.label_two,
            ranks,
            retired: all.then_some(department.retired),
        }
    }
}

/// A department as its administrators see it, without its ranks.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FullDepartmentBody {
    uuid: DepartmentId,
    label: String,
    label_two: String,
    retired: bool,
}

impl From<Department> for FullDepartmentBody {
    fn from(department: Department) -> Self {
        let Department { id, label, label_two, retired, position: _ } = department;
        Self { uuid: id, label, label_two, retired }
    }
}

/// A department that was retired, and how many accounts lost a rank by it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetiredDepartmentBody {
    #[serde(flatten)]
    department: FullDepartmentBody,
    /// How many accounts lost ranks, each by a recorded change.
    removed_from: usize,
}

/// What creating a department takes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateBody {
    /// Its name.
    #[schemars(with = "Name")]
    label: String,
    /// Its second, usually shorter, name; the first, if absent.
    #[schemars(with = "Option<Name>")]
    label_two: Option<String>,
}

/// What editing a department takes. What is absent stays as it is.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EditBody {
    /// Its name.
    #[schemars(with = "Option<Name>")]
    label: Option<String>,
    /// Its second, usually shorter, name.
    #[schemars(with = "Option<Name>")]
    label_two: Option<String>,
}

/// What ordering the departments takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct OrderBody {
    /// The departments that come first, in order; the others follow as they stand.
    departments: Vec<DepartmentId>,
}

/// `POST /v2/community/departments`
pub async fn create(
    write: Write,
    caller: Caller<Admin>,
    StrictBody(body): StrictBody<CreateBody>,
) -> Result<Reply<FullDepartmentBody>, Problem> {
    checks::name("/label", &body.label)?;
    checks::optional_name("/labelTwo", body.label_two.as_deref())?;
    let (label, label_two) = (Some(body.label), body.label_two);
    let command = PutDepartment { community: caller.community(), id: None, label, label_two };
    write.submit(command, |department| Reply::new(department.into())).await
}

/// `PATCH /v2/community/departments/{departmentId}`
pub async fn edit(
    write: Write,
    caller: Caller<Admin>,
    DepartmentPath(id): DepartmentPath,
    StrictBody(EditBody { label, label_two }): StrictBody<EditBody>,
) -> Result<Reply<FullDepartmentBody>, Problem> {
    checks::optional_name("/label", label.as_deref())?;
    checks::optional_name("/labelTwo", label_two.as_deref())?;
    let command = PutDepartment { community: caller.community(), id: Some(id), label, label_two };
    write.submit(command, |department| Reply::new(department.into())).await
}

/// `POST /v2/community/departments/{departmentId}/retire`: its ranks cannot be given any more.
pub async fn retire(
    write: Write,
    caller: Caller<Admin>,
    DepartmentPath(id): DepartmentPath,
    StrictBody(body): StrictBody<RetireBody>,
) -> Result<Reply<RetiredDepartmentBody, RecordedMany>, Problem> {
    let command = RetireDepartment {
        actor: caller.actor(body.user_id.as_deref()),
        id,
        retired: true,
        remove_from_holders: body.remove_from_holders.unwrap_or(false),
        reason: checks::reason(body.reason)?,
    };
    let tell = |(department, changes): (Department, Vec<RankChange>)| {
        let body = RetiredDepartmentBody { department: department.into(), removed_from: changes.len() };
        Reply::new(body).recorded_many(changes.iter().map(|change| (change.account, Some(change))))
    };
    write.submit(command, tell).await
}

/// `POST /v2/community/departments/{departmentId}/restore`: its ranks can be given again, but for those that were retired
/// by themselves.
pub async fn restore(
    write: Write,
    caller: Caller<Admin>,
    DepartmentPath(id): DepartmentPath,
    StrictBody(body): StrictBody<RestoreBody>,
) -> Result<Reply<FullDepartmentBody>, Problem> {
    let actor = caller.actor(body.user_id.as_deref());
    let command = RetireDepartment { actor, id, retired: false, remove_from_holders: false, reason: None };
    write.submit(command, |(department, _)| Reply::new(department.into())).await
}

/// `PUT /v2/community/departments/order`: the departments in their new order.
pub async fn order(
    write: Write,
    caller: Caller<Admin>,
    StrictBody(OrderBody { departments }): StrictBody<OrderBody>,
) -> Result<Reply<Vec<FullDepartmentBody>>, Problem> {
    let command = OrderDepartments { community: caller.community(), departments };
    let tell =
        |ordered: Vec<Department>| Reply::new(ordered.into_iter().map(FullDepartmentBody::from).collect());
    write.submit(command, tell).await
}
