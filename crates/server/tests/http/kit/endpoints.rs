//! The endpoints of the documented API that there are, for what all of them have in common.

use http::Method;

/// An endpoint, and a request to it.
pub(crate) struct Endpoint {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    /// Its name in the documented API.
    pub(crate) operation_id: &'static str,
    /// Requests a minute, as documented.
    pub(crate) per_minute: usize,
    /// The scope that it needs.
    pub(crate) scope: &'static str,
}

const fn get(
    path: &'static str,
    operation_id: &'static str,
    per_minute: usize,
    scope: &'static str,
) -> Endpoint {
    Endpoint { method: Method::GET, path, operation_id, per_minute, scope }
}

/// Every endpoint. The account is the cadet, the rank change the first of the community.
pub(crate) const ENDPOINTS: [Endpoint; 11] = [
    get("/v2/community", "getCommunity", 13, "community:read"),
    get("/v2/community/sub-version", "getSubVersion", 13, "community:read"),
    get("/v2/community/departments", "getDepartments", 13, "community:read"),
    get("/v2/community/promotion-flows", "getPromotionFlows", 13, "community:read"),
    get("/v2/community/accounts", "getAccounts", 22, "accounts:read"),
    get("/v2/community/accounts/search?uniqueId=1002", "searchAccounts", 27, "accounts:read"),
    get("/v2/community/accounts/a0000000-0000-0000-0000-000000000002", "getAccount", 27, "accounts:read"),
    get(
        "/v2/community/accounts/a0000000-0000-0000-0000-000000000002/ranks",
        "getAccountRanks",
        27,
        "accounts:read",
    ),
    get(
        "/v2/community/accounts/a0000000-0000-0000-0000-000000000002/identifiers",
        "getAccountIdentifiers",
        22,
        "accounts:read",
    ),
    Endpoint {
        method: Method::PATCH,
        path: "/v2/community/accounts/a0000000-0000-0000-0000-000000000002/ranks",
        operation_id: "setAccountRanks",
        per_minute: 22,
        scope: "ranks:write",
    },
    Endpoint {
        method: Method::POST,
        path: "/v2/community/rank-changes/1/undo",
        operation_id: "undoRankChange",
        per_minute: 13,
        scope: "ranks:undo",
    },
];
