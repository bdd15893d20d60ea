//! `/v2/community/departments`: departments and their ranks.

use axum::extract::State;
use rankledger_domain::ids::DepartmentId;
use rankledger_domain::rank_change::RankChange;
use rankledger_storage::departments::{Department, DepartmentRank};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::v2::ranks::{RestoreBody, RetireBody};
use crate::http::body::StrictBody;
use crate::http::caller::{Admin, Caller, CommunityRead};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::DepartmentPath;
use crate::http::query::{FromQuery, Query, QueryReader};
use crate::http::reply::{RecordedMany, Reply};
use crate::http::write::Write;
use crate::http::{App, checks};
use crate::ops::Command;
use crate::ops::structure::departments::{PutDepartment, RetireDepartment};
use crate::ops::structure::order::OrderDepartments;
use crate::wire::departments::{DepartmentBody, RankBody};
use crate::wire::problem::{Problem, types};
use crate::wire::text_schemas::Name;

/// The departments to list.
pub struct ListQuery {
    include_retired: bool,
}

impl FromQuery for ListQuery {
    fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        let description = "Whether to list retired departments and ranks too.";
        Ok(Self { include_retired: params.flag("includeRetired", description)?.unwrap_or(false) })
    }
}

/// `GET /v2/community/departments`: the endpoint of [`list`].
pub static LIST: Endpoint =
    Endpoint::new(Tag::General, "getDepartments", "List the departments and their ranks")
        .per_minute(13)
        .example(Example {
            path: "/v2/community/departments",
            data: r#"[
            {
                "uuid": "11111111-1111-1111-1111-111111111111", "label": "Police Department",
                "labelTwo": "Police",
                "ranks": [
                    {
                        "id": "22222222-2222-2222-2222-222222222222", "label": "Cadet",
                        "primaryOnly": true, "secondaryOnly": false, "power": 10, "key": "rank-1"
                    }
                ]
            }
        ]"#,
            ..Example::EMPTY
        });

/// Lists every department with the ranks that can be given. Retired departments and ranks are listed only if
/// the request asks for them.
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
                key: of.rank.key.clone(),
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

/// A retired department, and the number of accounts that lost a rank with it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetiredDepartmentBody {
    #[serde(flatten)]
    department: FullDepartmentBody,
    /// The number of accounts that lost ranks, each by a recorded change.
    removed_from: usize,
}

/// The body of Create Department.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateBody {
    /// The name of the department.
    #[schemars(with = "Name")]
    label: String,
    /// The second name, usually shorter. Without it, the name is used.
    #[schemars(with = "Option<Name>")]
    label_two: Option<String>,
}

/// The body of Edit Department. Absent members stay unchanged.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EditBody {
    /// The name of the department.
    #[schemars(with = "Option<Name>")]
    label: Option<String>,
    /// The second name, usually shorter.
    #[schemars(with = "Option<Name>")]
    label_two: Option<String>,
}

/// The body of Order Departments.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct OrderBody {
    /// The departments that come first, in order. The others follow in their present order.
    departments: Vec<DepartmentId>,
}

/// `POST /v2/community/departments`: the endpoint of [`create`].
pub static CREATE: Endpoint = Endpoint::new(Tag::Administration, "createDepartment", "Create a department")
    .per_minute(60)
    .refuses(PutDepartment::REFUSES)
    .example(Example {
        path: "/v2/community/departments",
        body: r#"{"label": "Fire Department", "labelTwo": "Fire"}"#,
        data: r#"{
            "uuid": "99999999-9999-9999-9999-999999999999", "label": "Fire Department",
            "labelTwo": "Fire", "retired": false
        }"#,
        ..Example::EMPTY
    });

/// Creates a department.
pub async fn create(
    write: Write,
    caller: Caller<Admin>,
    StrictBody(body): StrictBody<CreateBody>,
) -> Result<Reply<FullDepartmentBody>, Problem> {
    let label = Some(checks::name("/label", &body.label)?);
    let label_two = checks::optional_name("/labelTwo", body.label_two.as_deref())?;
    let command = PutDepartment { actor: caller.actor(None), id: None, label, label_two };
    write.submit(command, |department| Reply::new(department.into())).await
}

/// `PATCH /v2/community/departments/{departmentId}`: the endpoint of [`edit`].
pub static EDIT: Endpoint = Endpoint::new(Tag::Administration, "editDepartment", "Edit a department")
    .per_minute(60)
    .refuses(PutDepartment::REFUSES)
    .example(Example {
        path: "/v2/community/departments/11111111-1111-1111-1111-111111111111",
        body: r#"{"labelTwo": "PD"}"#,
        data: r#"{
            "uuid": "11111111-1111-1111-1111-111111111111", "label": "Police Department",
            "labelTwo": "PD", "retired": false
        }"#,
        ..Example::EMPTY
    });

/// Edits a department.
pub async fn edit(
    write: Write,
    caller: Caller<Admin>,
    DepartmentPath(id): DepartmentPath,
    StrictBody(EditBody { label, label_two }): StrictBody<EditBody>,
) -> Result<Reply<FullDepartmentBody>, Problem> {
    let label = checks::optional_name("/label", label.as_deref())?;
    let label_two = checks::optional_name("/labelTwo", label_two.as_deref())?;
    let command = PutDepartment { actor: caller.actor(None), id: Some(id), label, label_two };
    write.submit(command, |department| Reply::new(department.into())).await
}

/// `POST /v2/community/departments/{departmentId}/retire`: the endpoint of [`retire`].
pub static RETIRE: Endpoint =
    Endpoint::new(Tag::Administration, "retireDepartment", "Retire a department with its ranks")
        .per_minute(60)
        .refuses(&[
            &types::INSUFFICIENT_POWER,
            &types::UNKNOWN_USER,
            &types::COMMUNITY_FROZEN,
            &types::ABNORMAL_USAGE,
            &types::USER_REQUIRED,
        ])
        .example(Example {
            path: "/v2/community/departments/11111111-1111-1111-1111-111111111111/retire",
            body: r#"{"removeFromHolders": false}"#,
            data: r#"{
            "uuid": "11111111-1111-1111-1111-111111111111", "label": "Police Department",
            "labelTwo": "Police", "retired": true, "removedFrom": 0
        }"#,
            meta: r#"{"changes": []}"#,
            ..Example::EMPTY
        });

/// Retires a department: its ranks cannot be given any more.
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

/// `POST /v2/community/departments/{departmentId}/restore`: the endpoint of [`restore`].
pub static RESTORE: Endpoint =
    Endpoint::new(Tag::Administration, "restoreDepartment", "Restore a retired department")
        .per_minute(60)
        .refuses(&[&types::INSUFFICIENT_POWER, &types::UNKNOWN_USER, &types::COMMUNITY_FROZEN])
        .example(Example {
            path: "/v2/community/departments/11111111-1111-1111-1111-111111111111/restore",
            body: "{}",
            data: r#"{
            "uuid": "11111111-1111-1111-1111-111111111111", "label": "Police Department",
            "labelTwo": "Police", "retired": false
        }"#,
            ..Example::EMPTY
        });

/// Restores a department: its ranks can be given again, but for those that were retired by themselves.
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

/// `PUT /v2/community/departments/order`: the endpoint of [`order`].
pub static ORDER: Endpoint = Endpoint::new(Tag::Administration, "orderDepartments", "Order the departments")
    .per_minute(60)
    .refuses(OrderDepartments::REFUSES)
    .example(Example {
        path: "/v2/community/departments/order",
        body: r#"{"departments": ["11111111-1111-1111-1111-111111111111"]}"#,
        data: r#"[
            {
                "uuid": "11111111-1111-1111-1111-111111111111", "label": "Police Department",
                "labelTwo": "Police", "retired": false
            }
        ]"#,
        ..Example::EMPTY
    });

/// Orders the departments, and returns them in their new order.
pub async fn order(
    write: Write,
    caller: Caller<Admin>,
    StrictBody(OrderBody { departments }): StrictBody<OrderBody>,
) -> Result<Reply<Vec<FullDepartmentBody>>, Problem> {
    let command = OrderDepartments { actor: caller.actor(None), departments };
    let tell =
        |ordered: Vec<Department>| Reply::new(ordered.into_iter().map(FullDepartmentBody::from).collect());
    write.submit(command, tell).await
}
