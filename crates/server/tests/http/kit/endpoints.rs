//! The endpoints that need a credential, for the tests of their common behaviour: those of the table of URLs,
//! each with a request on the kit's community. A new endpoint is included automatically. Only requests that
//! differ from the endpoint's example are listed here.

use std::sync::LazyLock;

use http::Method;
use rankledger_server::api::{endpoints, openapi};
use serde_json::{Map, Value};

/// An endpoint, and a request to it that is answered 200 if it is the first on a fresh server.
pub(crate) struct Endpoint {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    /// Its name in the documented API.
    pub(crate) operation_id: &'static str,
    /// Requests a minute, as documented.
    pub(crate) per_minute: usize,
    /// The scope that it needs.
    pub(crate) scope: &'static str,
    /// A body with every member that the endpoint takes; of members that exclude each other, one. Empty if it
    /// takes no body.
    pub(crate) body: &'static str,
}

/// Values for the names in braces of a path. The rank change is the first of the community. The revoked
/// credential is the second that the server makes.
const PARAMETERS: &[(&str, &str)] = &[
    ("{accountId}", "a0000000-0000-0000-0000-000000000002"),
    ("{identifierId}", "50000000-0000-0000-0000-000000000022"),
    ("{departmentId}", "d0000000-0000-0000-0000-000000000002"),
    ("{rankId}", "medic"),
    ("{undoId}", "1"),
    ("{batchId}", "90000000-0000-0000-0000-000000000001"),
    ("{fieldId}", "shift"),
    ("{typeId}", "training"),
    ("{logTypeId}", "30000000-0000-0000-0000-000000000001"),
    ("{flowId}", "up"),
    ("{subscriptionId}", "80000000-0000-0000-0000-000000000001"),
    ("{place}", "1"),
    ("{credentialId}", "00000000-0000-7000-8000-000000000002"),
];

/// Queries, by operation id.
const QUERIES: &[(&str, &str)] = &[
    ("lookupCommunity", "?id=club"),
    ("searchAccounts", "?uniqueId=1002"),
    ("getRankChanges", "?undone=false"),
    ("exportRankChanges", "?format=ndjson"),
];

/// Bodies with every member that an endpoint takes, by operation id. An endpoint that is not listed is sent
/// the body of its example.
#[rustfmt::skip]
const BODIES: &[(&str, &str)] = &[
    ("triggerPromotionFlows",
        r#"{"data": [{"flowId": "up", "users": ["1002"], "promote": true, "userId": "100000000000000004"}], "userId":
            "100000000000000004", "reason": "Passed", "dryRun": false}"#),
    ("undoRankChange",
        r#"{"userId": "100000000000000004", "onConflict": "skip", "reason": "By mistake", "dryRun": false}"#),
    ("createShortUrl", r#"{"path": "/forms/1", "isCustomDomain": true}"#),
    ("setAccountRanks",
        r#"{"accId": "a0000000-0000-0000-0000-000000000002", "set": ["cadet"], "add": ["officer"], "remove": ["medic"],
            "active": true, "userId": "100000000000000004", "reason": "Passed", "dryRun": false}"#),
    ("registerIdentifiers", r#"{"identifiers": [{"type": "xbl", "value": "2535428000000000"}]}"#),
    ("setAccountName", r#"{"newName": "Arwin"}"#),
    ("editProfileFields", r#"{"profileFields": [{"id": "motto", "value": "Protect"}]}"#),
    ("clockAccount",
        r#"{"accId": "a0000000-0000-0000-0000-000000000002", "intention": "in", "forceClockIn": true, "forceClockOut": false,
            "type": "patrol"}"#),
    ("forceSync", r#"{"accId": "a0000000-0000-0000-0000-000000000002"}"#),
    ("rollBackRankChanges",
        r#"{"filter": {"accounts": ["a0000000-0000-0000-0000-000000000002"]}, "onConflict": "skip", "userId":
            "100000000000000004", "reason": "Was a rogue"}"#),
    ("createAccount",
        r#"{"name": "Novice", "accId": "a0000000-0000-0000-0000-000000000021", "uniqueId": 1021, "identifiers":
            [{"type": "live", "value": "985153000000000"}]}"#),
    ("archiveAccount", r#"{"keepRanks": false, "userId": "100000000000000004", "reason": "Has left"}"#),
    ("restoreAccount", r#"{"userId": "100000000000000004"}"#),
    ("banAccount", r#"{"keepRanks": true, "userId": "100000000000000004", "reason": "Was rude"}"#),
    ("unbanAccount", r#"{"userId": "100000000000000004"}"#),
    ("kickAccount", r#"{"keepRanks": false, "userId": "100000000000000004", "reason": "Was away"}"#),
    ("createDepartment", r#"{"label": "Fire Brigade", "labelTwo": "Fire"}"#),
    ("orderDepartments", r#"{"departments": ["d0000000-0000-0000-0000-000000000002"]}"#),
    ("editDepartment", r#"{"label": "Ambulance", "labelTwo": "Medics"}"#),
    ("createRank",
        r#"{"label": "Nurse", "key": "nurse", "power": 12, "primaryOnly": false, "secondaryOnly": true, "userId":
            "100000000000000004"}"#),
    ("orderRanks", r#"{"ranks": ["10000000-0000-0000-0000-000000000003"]}"#),
    ("retireDepartment",
        r#"{"removeFromHolders": true, "userId": "100000000000000004", "reason": "Closed"}"#),
    ("restoreDepartment", r#"{"userId": "100000000000000004"}"#),
    ("editRank",
        r#"{"label": "Doctor", "key": "medic", "power": 31, "department": "d0000000-0000-0000-0000-000000000002",
            "primaryOnly": false, "secondaryOnly": true, "userId": "100000000000000004"}"#),
    ("retireRank", r#"{"removeFromHolders": true, "userId": "100000000000000004", "reason": "Closed"}"#),
    ("restoreRank", r#"{"userId": "100000000000000004"}"#),
    ("defineProfileField",
        r#"{"label": "Duty", "type": "select", "options": ["Day", "Night"], "metadata": {"hint": "Choose"}}"#),
    ("defineClockInType", r#"{"label": "Lesson"}"#),
    ("defineCustomLogType", r#"{"label": "Reproof", "shortCode": "reproof", "melonlyId": "102"}"#),
    ("createPromotionFlow",
        r#"{"labelFrom": "Officer", "labelTo": "Chief", "key": "top", "ranksToAdd": ["chief"], "ranksToRemove": ["officer"],
            "promotionType": "promote"}"#),
    ("editPromotionFlow",
        r#"{"labelFrom": "Recruit", "labelTo": "Officer", "key": "up", "ranksToAdd": ["officer"], "ranksToRemove": ["cadet"],
            "promotionType": "both"}"#),
    ("createCredential",
        r#"{"name": "Little bot", "scopes": ["community:read"], "powerCeiling": 50, "rateFactor": 2, "expiresAt":
            "2027-01-01T00:00:00Z"}"#),
    ("createSubscription",
        r#"{"kind": "standard", "name": "Wiki", "url": "https://example.com/wiki", "secret":
            "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", "types": ["ranks.changed"], "summarisesRollbacks": true}"#),
    ("editSubscription",
        r#"{"name": "Wiki", "url": "https://example.com/wiki", "types": ["ranks.changed"], "summarisesRollbacks": true}"#),
    ("rotateSubscriptionSecret", r#"{"secret": "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}"#),
    ("replaySubscription", r#"{"place": 1, "dryRun": false}"#),
    ("setGuards", r#"{"enabled": true, "removalsPerMinute": 10000, "removalsPerHour": 100000}"#),
    ("freezeCommunity", r#"{"userId": "100000000000000004", "reason": "Somebody demotes everybody"}"#),
    ("unfreezeCommunity", r#"{"userId": "100000000000000004"}"#),
];

/// Every endpoint, in the order of the table.
pub(crate) static ENDPOINTS: LazyLock<Vec<Endpoint>> = LazyLock::new(|| {
    let document = serde_json::from_str(openapi::text()).expect("the document is JSON");
    endpoints::rows().iter().map(|row| Endpoint::of(row, &document)).collect()
});

impl Endpoint {
    fn of(row: &endpoints::Row, document: &Value) -> Self {
        let known = row.endpoint;
        let listed = |list: &[(&str, &'static str)]| {
            list.iter().find(|(id, _)| *id == known.operation_id).map(|(_, text)| *text)
        };
        let put = |path: String, (name, value): &(&str, &str)| path.replace(name, value);
        let path = PARAMETERS.iter().fold(row.path.to_owned(), put);
        let path = format!("{path}{}", listed(QUERIES).unwrap_or_default());
        assert!(!path.contains('{'), "{path}: give the name a value in PARAMETERS");
        let operation = &document["paths"][row.path][row.method.as_str().to_lowercase()];
        let scope = operation["security"][0]["credential"][0].as_str().expect("a scope");
        Self {
            method: row.method.clone(),
            path: path.leak(),
            operation_id: known.operation_id,
            per_minute: known.per_minute as usize,
            scope: scope.to_owned().leak(),
            body: listed(BODIES).unwrap_or(known.example.body),
        }
    }

    /// Returns the members of the body. `None` if the endpoint takes no body.
    pub(crate) fn members(&self) -> Option<Map<String, Value>> {
        (!self.body.is_empty()).then(|| serde_json::from_str(self.body).expect("a body of the kit"))
    }
}
