//! `/v2/community/ranks/{rankId}` and `/v2/community/departments/{departmentId}/ranks`: making, editing, ordering,
//! retiring and restoring ranks.

use rankledger_domain::ids::{DepartmentId, RankId};
use rankledger_domain::rank::{Power, RankName};
use rankledger_domain::rank_change::RankChange;
use rankledger_storage::departments::DepartmentRank;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http::body::StrictBody;
use crate::http::caller::{Admin, Caller};
use crate::http::checks;
use crate::http::path::{DepartmentPath, RankPath};
use crate::http::reply::{RecordedMany, Reply};
use crate::http::write::Write;
use crate::ops::structure::order::OrderRanks;
use crate::ops::structure::ranks::{PutRank, RankEdit, RankTarget, RetireRank};
use crate::wire::problem::Problem;
use crate::wire::texts::{Name, Reason, Word};
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

/// `POST /v2/community/departments/{departmentId}/ranks`
pub async fn create(
    write: Write,
    caller: Caller<Admin>,
    DepartmentPath(department): DepartmentPath,
    StrictBody(body): StrictBody<CreateBody>,
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

/// `PATCH /v2/community/ranks/{rankId}`
pub async fn edit(
    write: Write,
    caller: Caller<Admin>,
    RankPath(rank): RankPath,
    StrictBody(body): StrictBody<EditBody>,
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

/// `POST /v2/community/ranks/{rankId}/retire`
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

/// `POST /v2/community/ranks/{rankId}/restore`
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

/// `PUT /v2/community/departments/{departmentId}/ranks/order`: the ranks of the department in their new order.
pub async fn order(
    write: Write,
    caller: Caller<Admin>,
    DepartmentPath(department): DepartmentPath,
    StrictBody(OrderBody { ranks }): StrictBody<OrderBody>,
) -> Result<Reply<Vec<FullRankBody>>, Problem> {
    let ranks = ranks.iter().map(|name| RankName::parse(name)).collect();
    let command = OrderRanks { community: caller.community(), department, ranks };
    let tell =
        |ordered: Vec<DepartmentRank>| Reply::new(ordered.into_iter().map(FullRankBody::from).collect());
    write.submit(command, tell).await
}
