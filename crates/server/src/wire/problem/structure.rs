//! Problems of the structure of a community: departments, ranks, promotion flows and definitions.

use std::fmt::Display;

use rankledger_domain::ids::DepartmentId;
use serde_json::json;

use super::examples::UNKNOWN;
use super::words::excerpt;
use super::{Problem, ProblemType};

types![DEPARTMENT_NOT_FOUND, RANK_NOT_FOUND, PROMOTION_FLOW_NOT_FOUND, DEFINITION_NOT_FOUND, ALREADY_TAKEN];

impl Problem {
    fn not_listed(r#type: &'static ProblemType, what: &str, name: &str, list: &str) -> Self {
        let name = excerpt(name);
        Self::new(r#type, format!("This community has no {what} {name}. GET {list} lists them."))
    }
}

problem_type! {
    DEPARTMENT_NOT_FOUND = 404 "department-not-found" {
        title: "No such department",
        cause: "The community of the credential has no department with this id.",
        way_out: "GET /v2/community/departments lists the departments.",
        example: Problem::department_not_found(DepartmentId(UNKNOWN)),
        at: "/v2/community/departments/99999999-9999-9999-9999-999999999999/retire",
    }
}

/// The list of departments and ranks, retired ones too.
const DEPARTMENTS: &str = "/v2/community/departments?includeRetired=true";

impl Problem {
    pub(crate) fn department_not_found(id: DepartmentId) -> Self {
        Self::not_listed(&DEPARTMENT_NOT_FOUND, "department", &id.to_string(), DEPARTMENTS)
    }
}

problem_type! {
    RANK_NOT_FOUND = 404 "rank-not-found" {
        title: "No such rank",
        cause: "The community of the credential has no rank with this id or key.",
        way_out: "GET /v2/community/departments lists the ranks.",
        example: Problem::rank_not_found(&UNKNOWN),
        at: "/v2/community/ranks/99999999-9999-9999-9999-999999999999/retire",
    }
}

impl Problem {
    pub(crate) fn rank_not_found(name: &dyn Display) -> Self {
        Self::not_listed(&RANK_NOT_FOUND, "rank", &name.to_string(), DEPARTMENTS)
    }
}

problem_type! {
    PROMOTION_FLOW_NOT_FOUND = 404 "promotion-flow-not-found" {
        title: "No such promotion flow",
        cause: "The community of the credential has no promotion flow with this id or key.",
        way_out: "GET /v2/community/promotion-flows lists the flows.",
        example: Problem::promotion_flow_not_found("flow-9"),
        at: "/v2/community/promotion-flows/flow-9",
    }
}

impl Problem {
    pub(crate) fn promotion_flow_not_found(name: &str) -> Self {
        let list = "/v2/community/promotion-flows";
        Self::not_listed(&PROMOTION_FLOW_NOT_FOUND, "promotion flow", name, list)
    }
}

problem_type! {
    DEFINITION_NOT_FOUND = 404 "definition-not-found" {
        title: "No such definition",
        cause: "The community of the credential has no profile field, clock-in type or custom log type with this id.",
        way_out: "GET the path without the id: it lists the definitions.",
        example: Problem::definition_not_found(DefinitionKind::ClockInType, &"holiday"),
        at: "/v2/community/clockin-types/holiday",
    }
}

/// The kinds of things that a community defines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefinitionKind {
    /// The definition of a profile field.
    ProfileField,
    /// A clock-in type.
    ClockInType,
    /// A custom log type.
    CustomLogType,
}

impl Problem {
    pub(crate) fn definition_not_found(what: DefinitionKind, name: &dyn Display) -> Self {
        let (what, list) = match what {
            DefinitionKind::ProfileField => ("profile field", "/v2/community/profile-fields"),
            DefinitionKind::ClockInType => ("clock-in type", "/v2/community/clockin-types"),
            DefinitionKind::CustomLogType => ("custom log type", "/v2/community/custom-log-types"),
        };
        Self::not_listed(&DEFINITION_NOT_FOUND, what, &name.to_string(), list)
    }
}

problem_type! {
    ALREADY_TAKEN = 409 "already-taken" {
        title: "Something else has this name or id",
        cause: "An id, key or number of the request belongs to something else of the community.",
        way_out: "Choose another.",
        example: Problem::already_taken("rank", "/key", "rank-1"),
        at: "/v2/community/ranks/33333333-3333-3333-3333-333333333333",
    }
}

impl Problem {
    /// `what`: the noun for what has the name. `pointer`: the JSON pointer of the name in the request.
    pub(crate) fn already_taken(what: &str, pointer: &str, name: &str) -> Self {
        let name = excerpt(name);
        let detail =
            format!("{pointer} is \"{name}\", which another {what} of this community has: choose another.");
        Self::new(&ALREADY_TAKEN, detail).member("errors", json!([{ "pointer": pointer }]))
    }
}
