//! `/v2/community/ranks/{rankId}` and `/v2/community/departments/{departmentId}/ranks`: reading, making,
//! editing, ordering, retiring and restoring ranks.

use axum::extract::State;
use rankledger_domain::credential::Scope;
use rankledger_domain::ids::{DepartmentId, RankId};
use rankledger_domain::rank::{Power, RankName};
use rankledger_domain::rank_change::RankChange;
use rankledger_storage::departments::DepartmentRank;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http::body::StrictBody;
use crate::http::caller::{Admin, Caller, CommunityRead};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::{DepartmentPath, RankPath};
use crate::http::reply::{RecordedMany, Reply};
use crate::http::write::Write;
use crate::http::{App, checks};
use crate::ops::Command;
use crate::ops::structure::order::OrderRanks;
use crate::ops::structure::ranks::{PutRank, RankEdit, RankTarget, RetireRank};
use crate::wire::problem::{Problem, types};
use crate::wire::text_schemas::{Name, Reason, ScopeName, Word};
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
    /// What those who hold it may do in the console.
    #[schemars(with = "Vec<ScopeName>")]
    scopes: Vec<&'static str>,
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
            scopes: of.scopes.iter().map(Scope::as_str).collect(),
        }
    }
}

/// A retired rank, and the number of accounts that lost it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetiredRankBody {
    #[serde(flatten)]
    rank: FullRankBody,
    /// The number of accounts that lost the rank, each by a recorded change.
    removed_from: usize,
}

/// The body of Create Rank.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateBody {
    /// The label.
    #[schemars(with = "Name")]
    label: String,
    /// A short name for requests: one word.
    #[schemars(with = "Option<Word>")]
    key: Option<String>,
    /// The power of the rank. Without it, 0.
    #[serde(default, deserialize_with = "whole_number::optional")]
    #[schemars(range(max = u32::MAX))]
    power: Option<u32>,
    /// Whether the rank can only be a member's primary rank.
    primary_only: Option<bool>,
    /// Whether the rank can only be a secondary rank.
    secondary_only: Option<bool>,
    /// What those who hold the rank may do in the console, as far as their power reaches.
    #[schemars(with = "Option<Vec<ScopeName>>")]
    scopes: Option<Vec<String>>,
    /// The person who acts: an account id, a Discord id, or `discord:` and the id.
    user_id: Option<String>,
}

/// The body of Edit Rank. Absent members stay unchanged.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EditBody {
    /// The label.
    #[schemars(with = "Option<Name>")]
    label: Option<String>,
    /// A short name for requests: one word.
    #[schemars(with = "Option<Word>")]
    key: Option<String>,
    /// The power of the rank.
    #[serde(default, deserialize_with = "whole_number::optional")]
    #[schemars(range(max = u32::MAX))]
    power: Option<u32>,
    /// The department of the rank.
    department: Option<DepartmentId>,
    /// Whether the rank can only be a member's primary rank.
    primary_only: Option<bool>,
    /// Whether the rank can only be a secondary rank.
    secondary_only: Option<bool>,
    /// What those who hold the rank may do in the console, as far as their power reaches.
    #[schemars(with = "Option<Vec<ScopeName>>")]
    scopes: Option<Vec<String>>,
    /// The person who acts: an account id, a Discord id, or `discord:` and the id.
    user_id: Option<String>,
}

/// The body of Retire Department and Retire Rank.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetireBody {
    /// Whether the holders lose the rank, each by a recorded change that can be undone.
    pub(super) remove_from_holders: Option<bool>,
    /// The person who acts: an account id, a Discord id, or `discord:` and the id.
    pub(super) user_id: Option<String>,
    /// The reason, as it is recorded.
    #[schemars(with = "Option<Reason>")]
    pub(super) reason: Option<String>,
}

/// The body of Restore Department and Restore Rank.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RestoreBody {
    /// The person who acts: an account id, a Discord id, or `discord:` and the id.
    pub(super) user_id: Option<String>,
}

/// The body of Order Ranks.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct OrderBody {
    /// The ranks that come first, in order, each by id or key. The others follow in their present order.
    ranks: Vec<String>,
}

/// `GET /v2/community/ranks/{rankId}`: the endpoint of [`show`].
pub static SHOW: Endpoint =
    Endpoint::new(Tag::Administration, "getRank", "Get a rank").per_minute(60).example(Example {
        path: "/v2/community/ranks/rank-1",
        data: r#"{
            "id": "22222222-2222-2222-2222-222222222222", "key": "rank-1", "label": "Cadet",
            "department": "11111111-1111-1111-1111-111111111111", "primaryOnly": true,
            "secondaryOnly": false, "power": 10, "retired": false, "scopes": []
        }"#,
        ..Example::EMPTY
    });

/// Returns a rank with its key, whether it is retired or not.
pub async fn show(
    State(app): State<App>,
    caller: Caller<CommunityRead>,
    RankPath(name): RankPath,
) -> Result<Reply<FullRankBody>, Problem> {
    let ranks = app.storage.read().await?.department_ranks(caller.community()).await?;
    let found = ranks.into_iter().find(|of| of.rank.is_called(&name));
    let rank = found.ok_or_else(|| Problem::rank_not_found(&name))?;
    Ok(Reply::new(rank.into()))
}

/// `POST /v2/community/departments/{departmentId}/ranks`: the endpoint of [`create`].
pub static CREATE: Endpoint = Endpoint::new(Tag::Administration, "createRank", "Create a rank")
    .per_minute(60)
    .refuses(&[
        &types::ALREADY_TAKEN,
        &types::REFUSED_ENTRY,
        &types::COMMUNITY_FROZEN,
        &types::INSUFFICIENT_POWER,
        &types::UNKNOWN_USER,
    ])
    .example(Example {
        path: "/v2/community/departments/11111111-1111-1111-1111-111111111111/ranks",
        body: r#"{"label": "Sergeant", "key": "sergeant", "power": 30}"#,
        data: r#"{
            "id": "99999999-9999-9999-9999-999999999999", "key": "sergeant", "label": "Sergeant",
            "department": "11111111-1111-1111-1111-111111111111", "primaryOnly": false,
            "secondaryOnly": false, "power": 30, "retired": false, "scopes": []
        }"#,
        ..Example::EMPTY
    });

/// Creates a rank in a department.
pub async fn create(
    write: Write,
    caller: Caller<Admin>,
    DepartmentPath(department): DepartmentPath,
    StrictBody(body): StrictBody<CreateBody>,
) -> Result<Reply<FullRankBody>, Problem> {
    let label = checks::name("/label", &body.label)?;
    let edit = RankEdit {
        key: checks::optional_key(body.key.as_deref())?,
        label: Some(label),
        power: body.power.map(Power),
        department: None,
        primary_only: body.primary_only,
        secondary_only: body.secondary_only,
        scopes: body.scopes.as_deref().map(checks::scopes).transpose()?,
    };
    let actor = caller.actor(body.user_id.as_deref());
    let command = PutRank { actor, target: RankTarget::New(department), edit };
    write.submit(command, |rank| Reply::new(rank.into())).await
}

/// `PATCH /v2/community/ranks/{rankId}`: the endpoint of [`edit`].
pub static EDIT: Endpoint = Endpoint::new(Tag::Administration, "editRank", "Edit a rank")
    .per_minute(60)
    .refuses(&[
        &types::DEPARTMENT_NOT_FOUND,
        &types::ALREADY_TAKEN,
        &types::REFUSED_ENTRY,
        &types::COMMUNITY_FROZEN,
        &types::INSUFFICIENT_POWER,
        &types::UNKNOWN_USER,
        &types::ABNORMAL_USAGE,
    ])
    .example(Example {
        path: "/v2/community/ranks/33333333-3333-3333-3333-333333333333",
        body: r#"{
            "label": "Senior Officer", "power": 25, "department": "11111111-1111-1111-1111-111111111111"
        }"#,
        data: r#"{
            "id": "33333333-3333-3333-3333-333333333333", "key": "officer", "label": "Senior Officer",
            "department": "11111111-1111-1111-1111-111111111111", "primaryOnly": false,
            "secondaryOnly": false, "power": 25, "retired": false, "scopes": []
        }"#,
        ..Example::EMPTY
    });

/// Edits a rank.
pub async fn edit(
    write: Write,
    caller: Caller<Admin>,
    RankPath(rank): RankPath,
    StrictBody(body): StrictBody<EditBody>,
) -> Result<Reply<FullRankBody>, Problem> {
    let label = checks::optional_name("/label", body.label.as_deref())?;
    let edit = RankEdit {
        key: checks::optional_key(body.key.as_deref())?,
        label,
        power: body.power.map(Power),
        department: body.department,
        primary_only: body.primary_only,
        secondary_only: body.secondary_only,
        scopes: body.scopes.as_deref().map(checks::scopes).transpose()?,
    };
    let actor = caller.actor(body.user_id.as_deref());
    let command = PutRank { actor, target: RankTarget::Existing(rank), edit };
    write.submit(command, |rank| Reply::new(rank.into())).await
}

/// `POST /v2/community/ranks/{rankId}/retire`: the endpoint of [`retire`].
pub static RETIRE: Endpoint = Endpoint::new(Tag::Administration, "retireRank", "Retire a rank")
    .per_minute(60)
    .refuses(&[
        &types::INSUFFICIENT_POWER,
        &types::UNKNOWN_USER,
        &types::COMMUNITY_FROZEN,
        &types::ABNORMAL_USAGE,
        &types::USER_REQUIRED,
    ])
    .example(Example {
        path: "/v2/community/ranks/33333333-3333-3333-3333-333333333333/retire",
        body: r#"{"removeFromHolders": true, "reason": "The rank is no longer in use"}"#,
        data: r#"{
            "id": "33333333-3333-3333-3333-333333333333", "key": "officer", "label": "Officer",
            "department": "11111111-1111-1111-1111-111111111111", "primaryOnly": false,
            "secondaryOnly": false, "power": 20, "retired": true, "scopes": [], "removedFrom": 0
        }"#,
        meta: r#"{"changes": []}"#,
        ..Example::EMPTY
    });

/// Retires a rank: it cannot be given any more.
pub async fn retire(
    write: Write,
    caller: Caller<Admin>,
    RankPath(rank): RankPath,
    StrictBody(body): StrictBody<RetireBody>,
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

/// `POST /v2/community/ranks/{rankId}/restore`: the endpoint of [`restore`].
pub static RESTORE: Endpoint = Endpoint::new(Tag::Administration, "restoreRank", "Restore a retired rank")
    .per_minute(60)
    .refuses(&[
        &types::REFUSED_ENTRY,
        &types::COMMUNITY_FROZEN,
        &types::INSUFFICIENT_POWER,
        &types::UNKNOWN_USER,
    ])
    .example(Example {
        path: "/v2/community/ranks/33333333-3333-3333-3333-333333333333/restore",
        body: "{}",
        data: r#"{
            "id": "33333333-3333-3333-3333-333333333333", "key": "officer", "label": "Officer",
            "department": "11111111-1111-1111-1111-111111111111", "primaryOnly": false,
            "secondaryOnly": false, "power": 20, "retired": false, "scopes": []
        }"#,
        ..Example::EMPTY
    });

/// Restores a rank: it can be given again.
pub async fn restore(
    write: Write,
    caller: Caller<Admin>,
    RankPath(rank): RankPath,
    StrictBody(body): StrictBody<RestoreBody>,
) -> Result<Reply<FullRankBody>, Problem> {
    let actor = caller.actor(body.user_id.as_deref());
    let command = RetireRank { actor, rank, retired: false, remove_from_holders: false, reason: None };
    write.submit(command, |(rank, _)| Reply::new(rank.into())).await
}

/// `PUT /v2/community/departments/{departmentId}/ranks/order`: the endpoint of [`order`].
pub static ORDER: Endpoint =
    Endpoint::new(Tag::Administration, "orderRanks", "Order the ranks of a department")
        .per_minute(60)
        .refuses(OrderRanks::REFUSES)
        .example(Example {
            path: "/v2/community/departments/11111111-1111-1111-1111-111111111111/ranks/order",
            body: r#"{"ranks": ["33333333-3333-3333-3333-333333333333"]}"#,
            data: r#"[
            {
                "id": "33333333-3333-3333-3333-333333333333", "key": "officer", "label": "Officer",
                "department": "11111111-1111-1111-1111-111111111111", "primaryOnly": false,
                "secondaryOnly": false, "power": 20, "retired": false, "scopes": []
            },
            {
                "id": "22222222-2222-2222-2222-222222222222", "key": "rank-1", "label": "Cadet",
                "department": "11111111-1111-1111-1111-111111111111", "primaryOnly": true,
                "secondaryOnly": false, "power": 10, "retired": false, "scopes": []
            },
            {
                "id": "11111111-1111-1111-1111-111111111111", "key": "probation", "label": "Probation",
                "department": "11111111-1111-1111-1111-111111111111", "primaryOnly": false,
                "secondaryOnly": false, "power": 5, "retired": false, "scopes": []
            },
            {
                "id": "99999999-9999-9999-9999-999999999999", "key": "chief", "label": "Chief",
                "department": "11111111-1111-1111-1111-111111111111", "primaryOnly": false,
                "secondaryOnly": false, "power": 90, "retired": false, "scopes": []
            }
        ]"#,
            ..Example::EMPTY
        });

/// Orders the ranks of a department, and returns them in their new order.
pub async fn order(
    write: Write,
    caller: Caller<Admin>,
    DepartmentPath(department): DepartmentPath,
    StrictBody(OrderBody { ranks }): StrictBody<OrderBody>,
) -> Result<Reply<Vec<FullRankBody>>, Problem> {
    let ranks = ranks.iter().map(|name| RankName::parse(name)).collect();
    let command = OrderRanks { actor: caller.actor(None), department, ranks };
    let tell =
        |ordered: Vec<DepartmentRank>| Reply::new(ordered.into_iter().map(FullRankBody::from).collect());
    write.submit(command, tell).await
}
