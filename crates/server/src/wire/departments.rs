//! Departments on the wire, with their ranks.

use rankledger_domain::ids::{DepartmentId, RankId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A department on the wire.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DepartmentBody {
    pub(crate) uuid: DepartmentId,
    pub(crate) label: String,
    pub(crate) label_two: String,
    pub(crate) ranks: Vec<RankBody>,
    /// Present only if the request asks for retired departments and ranks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) retired: Option<bool>,
}

/// A rank on the wire.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RankBody {
    pub(crate) id: RankId,
    pub(crate) label: String,
    pub(crate) primary_only: bool,
    pub(crate) secondary_only: bool,
    pub(crate) power: u32,
    /// The short name that requests may use instead of the id; null if the rank has none.
    pub(crate) key: Option<String>,
    /// Present only if the request asks for retired departments and ranks. The ranks of a retired department
    /// are retired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) retired: Option<bool>,
}
