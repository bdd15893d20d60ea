//! The summary of a history on the wire: who did how much.

use rankledger_domain::ids::{AccountId, CredentialId, RankId};
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::wire::time::Time;

/// The summary of a history.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SummaryBody {
    /// All changes that fit the filter.
    #[serde(flatten)]
    pub(crate) all: CountsBody,
    /// What they are grouped by: `user`, `key`, `rank` or `hour`. Null if the request does not say.
    pub(crate) by: Option<String>,
    /// The groups: hours from the last to the first, others with the most changes first. Empty without `by`.
    pub(crate) groups: Vec<GroupBody>,
    /// The number of groups that are left out, because the request takes no more.
    pub(crate) more_groups: usize,
}

/// The counts of some changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CountsBody {
    /// The number of changes.
    pub(crate) changes: u32,
    /// The number of ranks that accounts held afterwards and not before.
    pub(crate) ranks_given: u32,
    /// The number of ranks that accounts held before and not afterwards.
    pub(crate) ranks_taken: u32,
    /// The number of accounts that were changed.
    pub(crate) members: usize,
    /// The time of the first change; null if there is none.
    pub(crate) first: Option<Time>,
    /// The time of the last change; null if there is none.
    pub(crate) last: Option<Time>,
}

/// A group of changes, named by what they have in common: one of `userId`, `credentialId`, `rank` and `hour`.
#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(transform = with_each_name)]
pub struct GroupBody {
    #[serde(flatten)]
    pub(crate) common: CommonBody,
    #[serde(flatten)]
    pub(crate) counts: CountsBody,
}

/// Lists the names that a group may have among its members: a list of alternatives beside them would refuse
/// the members of the others.
fn with_each_name(schema: &mut Schema) {
    let Some(Value::Array(alternatives)) = schema.remove("oneOf") else { return };
    let members = alternatives.into_iter().filter_map(|mut one| one.get_mut("properties").map(Value::take));
    let members: Vec<_> = members.filter_map(|of_one| of_one.as_object().cloned()).flatten().collect();
    if let Some(Value::Object(properties)) = schema.ensure_object().get_mut("properties") {
        properties.extend(members);
    }
}

/// What the changes of a group have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum CommonBody {
    /// By `user`: the person; null for changes that name nobody.
    UserId(Option<AccountId>),
    /// By `key`: the credential; null for the operator and the server itself.
    CredentialId(Option<CredentialId>),
    /// By `rank`: the rank. The ranks given and taken are this one alone.
    Rank(RankId),
    /// By `hour`: the beginning of the hour, in UTC.
    Hour(Time),
}
