//! `/v2/community/ranks/{rankId}` and `/v2/community/departments/{departmentId}/ranks`: making, editing, ordering,
//! retiring and restoring ranks.

use rankledger_domain::ids::{DepartmentId, RankId};
use rankledger_domain::rank::{Power, RankName};
use rankledger_domain::rank_change::RankChange;
use rankledger_storage::departments::DepartmentRank;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http::body::JsonBody;
use crate::http::caller::{Admin, Caller};
use crate::http::checks;
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::{DepartmentPath, RankPath};
use crate::http::reply::{RecordedMany, Reply};
use crate::http::write::Write;
use crate::ops::structure::order::OrderRanks;
use crate::ops::structure::ranks::{PutRank, RankEdit, RankTarget, RetireRank};
use crate::wire::problem::{Problem, kinds};
use crate::wire::text_schemas::{Name, Reason, Word};
use crate::wire::whole_number;

/// A rank as its administrators see it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FullRankBody {
    id: RankId,
    key: Option<String>,
    label: String,
    department: DepartmentId,
    primary_only: bool,
    secondary_only: bool,
    power: u32,
    retired: bool,
}

impl From<DepartmentRank> for FullRankBody {
    fn from(of: DepartmentRank) -> Self {
        Self {
            id: of.rank.id,
            key: of.rank.key,
            label: of.rank.label,
            department: of.rank.department,
            primary_only: of.primary_only,
            secondary_only: of.secondary_only,
            power: of.rank.power.0,
            retired: of.rank.retired,
        }
    }
}

/// A rank that was retired, and how many accounts lost it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetiredRankBody {
    #[serde(flatten)]
    rank: FullRankBody,
    /// How many accounts lost it, each by a recorded change.
    removed_from: usize,
}

/// What creating a rank takes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateBody {
    /// What people call it.
    #[schemars(with = "Name")]
    label: String,
    /// A short name for requests: one word.
    #[schemars(with = "Option<Word>")]
    key: Option<String>,
    /// How high it stands; 0, if absent.
    #[serde(default, deserialize_with = "whole_number::optional")]
    #[schemars(range(max = u32::MAX))]
    power: Option<u32>,
    /// Whether it can only be a member's primary rank.
    primary_only: Option<bool>,
    /// Whether it can only be a secondary rank.
    secondary_only: Option<bool>,
    /// Who acts: an account id, a Discord id, or `discord:` and the id.
    user_id: Option<String>,
}

/// What editing a rank takes. What is absent stays as it is.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EditBody {
    /// What people call it.
    #[schemars(with = "Option<Name>")]
    label: Option<String>,
    /// A short name for requests: one word.
    #[schemars(with = "Option<Word>")]
    key: Option<String>,
    /// How high it stands.
    #[serde(default, deserialize_with = "whole_number::optional")]
    #[schemars(range(max = u32::MAX))]
    power: Option<u32>,
    /// The department it belongs to.
    department: Option<DepartmentId>,
    /// Whether it can only be a member's primary rank.
    primary_only: Option<bool>,
    /// Whether it can only be a secondary rank.
    secondary_only: Option<bool>,
    /// Who acts: an account id, a Discord id, or `discord:` and the id.
    user_id: Option<String>,
}

/// What retiring takes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetireBody {
    /// Whether those who hold it lose it, each by a recorded change that can be undone.
    pub(super) remove_from_holders: Option<bool>,
    /// Who acts: an account id, a Discord id, or `discord:` and the id.
    pub(super) user_id: Option<String>,
    /// Why, for the record.
    #[schemars(with = "Option<Reason>")]
    pub(super) reason: Option<String>,
}

/// What restoring takes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RestoreBody {
    /// Who acts: an account id, a Discord id, or `discord:` and the id.
    pub(super) user_id: Option<String>,
}

/// What ordering the ranks of a department takes.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct OrderBody {
    /// The ranks that come first, in order, each by id or key; the others follow as they stand.
    ranks: Vec<String>,
}

/// The endpoint of [`create`].
pub static CREATE: Endpoint = Endpoint::new(Tag::Administration, "createRank", "Make a rank")
    .per_minute(60)
    .refuses(&[
        &kinds::ALREADY_TAKEN,
        &kinds::REFUSED_ENTRY,
        &kinds::INSUFFICIENT_POWER,
        &kinds::UNKNOWN_USER,
    ])
    .example(Example {
        path: "/v2/community/departments/11111111-1111-1111-1111-111111111111/ranks",
        body: r#"{"label": "Sergeant", "key": "sergeant", "power": 30}"#,
        data: r#"{
            "id": "99999999-9999-9999-9999-999999999999", "key": "sergeant", "label": "Sergeant",
            "department": "11111111-1111-1111-1111-111111111111", "primaryOnly": false,
            "secondaryOnly": false, "power": 30, "retired": false
        }"#,
        ..Example::EMPTY
    });

/// `POST /v2/community/departments/{departmentId}/ranks`
pub async fn create(
    write: Write,
    caller: Caller<Admin>,
    DepartmentPath(department): DepartmentPath,
    JsonBody(body): JsonBody<CreateBody>,
) -> Result<Reply<FullRankBody>, Problem> {
    checks::name("/label", &body.label)?;
    checks::optional_key(body.key.as_deref())?;
    let edit = RankEdit {
        key: body.key,
        label: Some(body.label),
        power: body.power.map(Power),
        department: None,
        primary_only: body.primary_only,
        secondary_only: body.secondary_only,
    };
    let actor = caller.actor(body.user_id.as_deref());
    let command = PutRank { actor, target: RankTarget::New(department), edit };
    write.submit(command, |rank| Reply::new(rank.into())).await
}

/// The endpoint of [`edit`].
pub static EDIT: Endpoint = Endpoint::new(Tag::Administration, "editRank", "Edit a rank")
    .per_minute(60)
    .refuses(&[
        &kinds::DEPARTMENT_NOT_FOUND,
        &kinds::ALREADY_TAKEN,
        &kinds::REFUSED_ENTRY,
        &kinds::INSUFFICIENT_POWER,
        &kinds::UNKNOWN_USER,
    ])
    .example(Example {
        path: "/v2/community/ranks/33333333-3333-3333-3333-333333333333",
        body: r#"{
            "label": "Senior Officer", "power": 25, "department": "11111111-1111-1111-1111-111111111111"
        }"#,
        data: r#"{
            "id": "33333333-3333-3333-3333-333333333333", "key": "officer", "label": "Senior Officer",
            "department": "11111111-1111-1111-1111-111111111111", "primaryOnly": false,
            "secondaryOnly": false, "power": 25, "retired": false
        }"#,
        ..Example::EMPTY
    });

/// `PATCH /v2/community/ranks/{rankId}`
pub async fn edit(
    write: Write,
    caller: Caller<Admin>,
    RankPath(rank): RankPath,
    JsonBody(body): JsonBody<EditBody>,
) -> Result<Reply<FullRankBody>, Problem> {
    checks::optional_name("/label", body.label.as_deref())?;
    checks::optional_key(body.key.as_deref())?;
    let edit = RankEdit {
        key: body.key,
        label: body.label,
        power: body.power.map(Power),
        department: body.department,
        primary_only: body.primary_only,
        secondary_only: body.secondary_only,
    };
    let actor = caller.actor(body.user_id.as_deref());
    let command = PutRank { actor, target: RankTarget::Existing(rank), edit };
    write.submit(command, |rank| Reply::new(rank.into())).await
}

/// The endpoint of [`retire`].
pub static RETIRE: Endpoint = Endpoint::new(Tag::Administration, "retireRank", "Retire a rank")
    .per_minute(60)
    .refuses(&[
        &kinds::INSUFFICIENT_POWER,
        &kinds::UNKNOWN_USER,
        &kinds::COMMUNITY_FROZEN,
        &kinds::ABNORMAL_USAGE,
    ])
    .example(Example {
        path: "/v2/community/ranks/33333333-3333-3333-3333-333333333333/retire",
        body: r#"{"removeFromHolders": true, "reason": "The rank is no longer in use"}"#,
        data: r#"{
            "id": "33333333-3333-3333-3333-333333333333", "key": "officer", "label": "Officer",
            "department": "11111111-1111-1111-1111-111111111111", "primaryOnly": false,
            "secondaryOnly": false, "power": 20, "retired": true, "removedFrom": 0
        }"#,
        meta: r#"{"changes": []}"#,
        ..Example::EMPTY
    });

/// `POST /v2/community/ranks/{rankId}/retire`
pub async fn retire(
    write: Write,
    caller: Caller<Admin>,
    RankPath(rank): RankPath,
    JsonBody(body): JsonBody<RetireBody>,
) -> Result<Reply<RetiredRankBody, RecordedMany>, Problem> {
    let command = RetireRank {
        actor: caller.actor(body.user_id.as_deref()),
        rank,
        retired: true,
        remove_from_holders: body.remove_from_holders.unwrap_or(false),
        reason: checks::reason(body.reason)?,
    };
    let tell = |(rank, changes): (DepartmentRank, Vec<RankChange>)| {
        let body = RetiredRankBody { rank: rank.into(), removed_from: changes.len() };
        Reply::new(body).recorded_many(changes.iter().map(|change| (change.account, Some(change))))
    };
    write.submit(command, tell).await
}

/// The endpoint of [`restore`].
pub static RESTORE: Endpoint =
    Endpoint::new(Tag::Administration, "restoreRank", "Bring a rank back into use")
        .per_minute(60)
        .refuses(&[&kinds::REFUSED_ENTRY, &kinds::INSUFFICIENT_POWER, &kinds::UNKNOWN_USER])
        .example(Example {
            path: "/v2/community/ranks/33333333-3333-3333-3333-333333333333/restore",
            body: "{}",
            data: r#"{
            "id": "33333333-3333-3333-3333-333333333333", "key": "officer", "label": "Officer",
            "department": "11111111-1111-1111-1111-111111111111", "primaryOnly": false,
            "secondaryOnly": false, "power": 20, "retired": false
        }"#,
            ..Example::EMPTY
        });

/// `POST /v2/community/ranks/{rankId}/restore`
pub async fn restore(
    write: Write,
    caller: Caller<Admin>,
    RankPath(rank): RankPath,
    JsonBody(body): JsonBody<RestoreBody>,
) -> Result<Reply<FullRankBody>, Problem> {
    let actor = caller.actor(body.user_id.as_deref());
    let command = RetireRank { actor, rank, retired: false, remove_from_holders: false, reason: None };
    write.submit(command, |(rank, _)| Reply::new(rank.into())).await
}

/// The endpoint of [`order`].
pub static ORDER: Endpoint =
    Endpoint::new(Tag::Administration, "orderRanks", "Put the ranks of a department into another order")
        .per_minute(60)
        .refuses(&[&kinds::REFUSED_ENTRY])
        .example(Example {
            path: "/v2/community/departments/11111111-1111-1111-1111-111111111111/ranks/order",
            body: r#"{"ranks": ["33333333-3333-3333-3333-333333333333"]}"#,
            data: r#"[
            {
                "id": "33333333-3333-3333-3333-333333333333", "key": "officer", "label": "Officer",
                "department": "11111111-1111-1111-1111-111111111111", "primaryOnly": false,
                "secondaryOnly": false, "power": 20, "retired": false
            },
            {
                "id": "22222222-2222-2222-2222-222222222222", "key": "rank-1", "label": "Cadet",
                "department": "11111111-1111-1111-1111-111111111111", "primaryOnly": true,
                "secondaryOnly": false, "power": 10, "retired": false
            },
            {
                "id": "11111111-1111-1111-1111-111111111111", "key": "probation", "label": "Probation",
                "department": "11111111-1111-1111-1111-111111111111", "primaryOnly": false,
                "secondaryOnly": false, "power": 5, "retired": false
            },
            {
                "id": "99999999-9999-9999-9999-999999999999", "key": "chief", "label": "Chief",
                "department": "11111111-1111-1111-1111-111111111111", "primaryOnly": false,
                "secondaryOnly": false, "power": 90, "retired": false
            }
        ]"#,
            ..Example::EMPTY
        });

/// `PUT /v2/community/departments/{departmentId}/ranks/order`: the ranks of the department in their new order.
pub async fn order(
    write: Write,
    caller: Caller<Admin>,
    DepartmentPath(department): DepartmentPath,
    JsonBody(OrderBody { ranks }): JsonBody<OrderBody>,
) -> Result<Reply<Vec<FullRankBody>>, Problem> {
    let ranks = ranks.iter().map(|name| RankName::parse(name)).collect();
    let command = OrderRanks { community: caller.community(), department, ranks };
    let tell =
        |ordered: Vec<DepartmentRank>| Reply::new(ordered.into_iter().map(FullRankBody::from).collect());
    write.submit(command, tell).await
}
