//! The endpoints that need a credential, for what all of them have in common.

use http::Method;
use serde_json::Value;

/// An endpoint, and a request to it that is answered 200 on a fresh server, if it is the first.
pub(crate) struct Endpoint {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    /// Its name in the documented API.
    pub(crate) operation_id: &'static str,
    /// Requests a minute, as documented.
    pub(crate) per_minute: usize,
    /// The scope that it needs.
    pub(crate) scope: &'static str,
    /// Every member that it takes, of those that exclude each other one; nothing if it takes no body.
    pub(crate) body: &'static str,
}

impl Endpoint {
    /// The members of the body; none if it takes no body.
    pub(crate) fn members(&self) -> Option<serde_json::Map<String, Value>> {
        (!self.body.is_empty()).then(|| serde_json::from_str(self.body).expect("a body of the kit"))
    }
}

/// The scopes of the table below.
const COMMUNITY: &str = "community:read";
const ACCOUNTS: &str = "accounts:read";
const WRITE: &str = "accounts:write";
const RANKS: &str = "ranks:write";
const UNDO: &str = "ranks:undo";
const ADMIN: &str = "admin";

/// A row: method, scope, requests a minute, operation id, path; and a body, if it takes one.
macro_rules! endpoints {
    ($($method:ident $scope:ident $per_minute:literal $operation_id:literal $path:expr $(, $body:literal)?;)*) => {
        &[$(Endpoint {
            method: Method::$method,
            path: $path,
            operation_id: $operation_id,
            per_minute: $per_minute,
            scope: $scope,
            body: concat!($($body)?),
        }),*]
    };
}

/// A path under that of the cadet.
macro_rules! cadet {
    ($rest:literal) => {
        concat!("/v2/community/accounts/a0000000-0000-0000-0000-000000000002", $rest)
    };
}

/// A path under that of the Medical Service.
macro_rules! medics {
    ($rest:literal) => {
        concat!("/v2/community/departments/d0000000-0000-0000-0000-000000000002", $rest)
    };
}

/// Every endpoint. The rank change is the first of the community; the credential that is revoked is the second that the
/// server makes.
#[rustfmt::skip]
pub(crate) const ENDPOINTS: &[Endpoint] = endpoints! {
    GET COMMUNITY 13 "getCommunity" "/v2/community";
    GET COMMUNITY 13 "lookupCommunity" "/v2/community/lookup?id=club";
    GET COMMUNITY 13 "getSubVersion" "/v2/community/sub-version";
    GET COMMUNITY 13 "getDepartments" "/v2/community/departments";
    GET COMMUNITY 13 "getProfileFields" "/v2/community/profile-fields";
    GET COMMUNITY 13 "getClockInTypes" "/v2/community/clockin-types";
    GET COMMUNITY 13 "getCustomLogTypes" "/v2/community/custom-log-types";
    GET COMMUNITY 13 "getPromotionFlows" "/v2/community/promotion-flows";
    POST RANKS 13 "triggerPromotionFlows" "/v2/community/promotion-flows/trigger",
        r#"{"data": [{"flowId": "up", "users": ["1002"], "promote": true, "userId": "100000000000000004"}], "userId":
            "100000000000000004", "reason": "Passed", "dryRun": false}"#;
    POST UNDO 13 "undoRankChange" "/v2/community/rank-changes/1/undo",
        r#"{"userId": "100000000000000004", "onConflict": "skip", "reason": "By mistake", "dryRun": false}"#;
    POST WRITE 13 "createShortUrl" "/v2/community/short-urls", r#"{"path": "/forms/1", "isCustomDomain": true}"#;

    GET ACCOUNTS 22 "getAccounts" "/v2/community/accounts";
    GET ACCOUNTS 27 "searchAccounts" "/v2/community/accounts/search?uniqueId=1002";
    GET ACCOUNTS 27 "getAccount" cadet!("");
    GET ACCOUNTS 27 "getAccountRanks" cadet!("/ranks");
    PATCH RANKS 22 "setAccountRanks" cadet!("/ranks"),
        r#"{"accId": "a0000000-0000-0000-0000-000000000002", "set": ["cadet"], "add": ["officer"], "remove": ["medic"],
            "active": true, "userId": "100000000000000004", "reason": "Passed", "dryRun": false}"#;
    GET ACCOUNTS 22 "getAccountIdentifiers" cadet!("/identifiers");
    POST WRITE 22 "registerIdentifiers" cadet!("/identifiers"),
        r#"{"identifiers": [{"type": "xbl", "value": "2535428000000000"}]}"#;
    PATCH WRITE 22 "setAccountName" cadet!("/name"), r#"{"newName": "Arwin"}"#;
    PATCH WRITE 22 "editProfileFields" cadet!("/profile-fields"),
        r#"{"profileFields": [{"id": "motto", "value": "Protect"}]}"#;
    POST WRITE 22 "clockAccount" cadet!("/clock"),
        r#"{"accId": "a0000000-0000-0000-0000-000000000002", "intention": "in", "forceClockIn": true, "forceClockOut": false,
            "type": "patrol"}"#;
    GET ACCOUNTS 27 "getCurrentClockIn" cadet!("/clock/current");
    GET ACCOUNTS 27 "getLatestActivity" cadet!("/activity/latest");
    POST WRITE 27 "forceSync" cadet!("/sync"), r#"{"accId": "a0000000-0000-0000-0000-000000000002"}"#;

    GET ACCOUNTS 27 "getRankChanges" "/v2/community/rank-changes?undone=false";
    GET ACCOUNTS 27 "getRankChange" "/v2/community/rank-changes/1";
    GET ACCOUNTS 13 "exportRankChanges" "/v2/community/rank-changes/export?format=ndjson";
    GET ACCOUNTS 13 "getCheckpoint" "/v2/community/rank-changes/checkpoint";
    POST UNDO 13 "rollBackRankChanges" "/v2/community/rank-changes/rollback",
        r#"{"filter": {"accounts": ["a0000000-0000-0000-0000-000000000002"]}, "onConflict": "skip", "userId":
            "100000000000000004", "reason": "Was a rogue"}"#;
    GET UNDO 60 "getRollback" "/v2/community/rank-changes/rollbacks/90000000-0000-0000-0000-000000000001";

    POST WRITE 60 "createAccount" "/v2/community/accounts",
        r#"{"name": "Novice", "accId": "a0000000-0000-0000-0000-000000000021", "uniqueId": 1021, "identifiers":
            [{"type": "live", "value": "985153000000000"}]}"#;
    POST WRITE 60 "archiveAccount" cadet!("/archive"),
        r#"{"keepRanks": false, "userId": "100000000000000004", "reason": "Has left"}"#;
    POST WRITE 60 "restoreAccount" cadet!("/restore"), r#"{"userId": "100000000000000004"}"#;
    POST WRITE 60 "banAccount" cadet!("/ban"),
        r#"{"keepRanks": true, "userId": "100000000000000004", "reason": "Was rude"}"#;
    POST WRITE 60 "unbanAccount" cadet!("/unban"), r#"{"userId": "100000000000000004"}"#;
    POST WRITE 60 "kickAccount" cadet!("/kick"),
        r#"{"keepRanks": false, "userId": "100000000000000004", "reason": "Was away"}"#;
    DELETE WRITE 60 "removeIdentifier" cadet!("/identifiers/50000000-0000-0000-0000-000000000022");
    POST ADMIN 60 "createDepartment" "/v2/community/departments", r#"{"label": "Fire Brigade", "labelTwo": "Fire"}"#;
    PUT ADMIN 60 "orderDepartments" "/v2/community/departments/order",
        r#"{"departments": ["d0000000-0000-0000-0000-000000000002"]}"#;
    PATCH ADMIN 60 "editDepartment" medics!(""), r#"{"label": "Ambulance", "labelTwo": "Medics"}"#;
    POST ADMIN 60 "createRank" medics!("/ranks"),
        r#"{"label": "Nurse", "key": "nurse", "power": 12, "primaryOnly": false, "secondaryOnly": true, "userId":
            "100000000000000004"}"#;
    PUT ADMIN 60 "orderRanks" medics!("/ranks/order"), r#"{"ranks": ["10000000-0000-0000-0000-000000000003"]}"#;
    POST ADMIN 60 "retireDepartment" medics!("/retire"),
        r#"{"removeFromHolders": true, "userId": "100000000000000004", "reason": "Closed"}"#;
    POST ADMIN 60 "restoreDepartment" medics!("/restore"), r#"{"userId": "100000000000000004"}"#;
    PATCH ADMIN 60 "editRank" "/v2/community/ranks/medic",
        r#"{"label": "Doctor", "key": "medic", "power": 31, "department": "d0000000-0000-0000-0000-000000000002",
            "primaryOnly": false, "secondaryOnly": true, "userId": "100000000000000004"}"#;
    POST ADMIN 60 "retireRank" "/v2/community/ranks/medic/retire",
        r#"{"removeFromHolders": true, "userId": "100000000000000004", "reason": "Closed"}"#;
    POST ADMIN 60 "restoreRank" "/v2/community/ranks/medic/restore", r#"{"userId": "100000000000000004"}"#;
    PUT ADMIN 60 "defineProfileField" "/v2/community/profile-fields/shift",
        r#"{"label": "Duty", "type": "select", "options": ["Day", "Night"], "metadata": {"hint": "Choose"}}"#;
    DELETE ADMIN 60 "removeProfileField" "/v2/community/profile-fields/shift";
    PUT ADMIN 60 "defineClockInType" "/v2/community/clockin-types/training", r#"{"label": "Lesson"}"#;
    DELETE ADMIN 60 "removeClockInType" "/v2/community/clockin-types/training";
    PUT ADMIN 60 "defineCustomLogType" "/v2/community/custom-log-types/30000000-0000-0000-0000-000000000001",
        r#"{"label": "Reproof", "shortCode": "reproof", "melonlyId": "102"}"#;
    DELETE ADMIN 60 "removeCustomLogType" "/v2/community/custom-log-types/30000000-0000-0000-0000-000000000001";
    POST ADMIN 60 "createPromotionFlow" "/v2/community/promotion-flows",
        r#"{"labelFrom": "Officer", "labelTo": "Chief", "key": "top", "ranksToAdd": ["chief"], "ranksToRemove": ["officer"],
            "promotionType": "promote"}"#;
    PATCH ADMIN 60 "editPromotionFlow" "/v2/community/promotion-flows/up",
        r#"{"labelFrom": "Recruit", "labelTo": "Officer", "key": "up", "ranksToAdd": ["officer"], "ranksToRemove": ["cadet"],
            "promotionType": "both"}"#;
    DELETE ADMIN 60 "removePromotionFlow" "/v2/community/promotion-flows/up";
    GET ADMIN 60 "getCredentials" "/v2/community/credentials";
    POST ADMIN 60 "createCredential" "/v2/community/credentials",
        r#"{"name": "Little bot", "scopes": ["community:read"], "powerCeiling": 50, "expiresAt": "2027-01-01T00:00:00Z"}"#;
    DELETE ADMIN 60 "revokeCredential" "/v2/community/credentials/00000000-0000-7000-8000-000000000002";
    GET ADMIN 60 "getGuards" "/v2/community/guards";
    PUT ADMIN 60 "setGuards" "/v2/community/guards",
        r#"{"enabled": true, "removalsPerMinute": 10000, "removalsPerHour": 100000}"#;
    POST ADMIN 60 "freezeCommunity" "/v2/community/freeze",
        r#"{"userId": "100000000000000004", "reason": "Somebody demotes everybody"}"#;
    POST ADMIN 60 "unfreezeCommunity" "/v2/community/unfreeze", r#"{"userId": "100000000000000004"}"#;
};
