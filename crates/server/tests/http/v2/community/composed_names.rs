//! Names whose accents are composed in two ways: they are one name wherever it is stored, looked for or
//! compared.

use serde_json::json;

use crate::kit::{Server, account, department, rank};

/// One name, as two keyboards compose it, and percent-encoded for a query.
const COMPOSED: &str = "Jos\u{e9}";
const APART: &str = "Jose\u{301}";
const QUERIES: [&str; 3] = ["Jos%C3%A9", "Jose%CC%81", "JOSE%CC%81"];

#[tokio::test]
async fn an_account_is_found_by_either_spelling_of_its_name() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let made = admin.post("/v2/community/accounts", json!({"name": APART})).await;
    let id = made.ok()["data"]["accId"].clone();
    assert_eq!(made.body["data"]["accName"], COMPOSED, "kept in one spelling");
    for query in QUERIES {
        let found = admin.get(&format!("/v2/community/accounts/search?username={query}")).await;
        assert_eq!(found.ok()["data"]["items"][0]["accId"], id, "{query}: {}", found.body);
    }
    let path = format!("/v2/community/accounts/{}/name", account::CADET);
    let renamed = admin.patch(&path, json!({"newName": "Rene\u{301}"})).await;
    assert!(
        renamed.ok()["data"].as_str().is_some_and(|text| text.ends_with("Ren\u{e9}")),
        "{}",
        renamed.body
    );
}

#[tokio::test]
async fn a_rank_and_a_flow_are_known_by_either_spelling_of_their_key() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let ranks = format!("/v2/community/departments/{}/ranks", department::POLICE);
    let made =
        admin.post(&ranks, json!({"label": "Prote\u{301}ge\u{301}", "key": "prote\u{301}ge\u{301}"})).await;
    assert_eq!(made.ok()["data"]["label"], "Prot\u{e9}g\u{e9}");
    let id = made.body["data"]["id"].clone();
    let again = admin.post(&ranks, json!({"label": "Another", "key": "prot\u{e9}g\u{e9}"})).await;
    again.problem(409, "already-taken");
    for key in ["prot\u{e9}g\u{e9}", "prote\u{301}ge\u{301}"] {
        let changed = admin.set_ranks(account::CADET, json!({"set": [key, rank::CADET]})).await;
        assert_eq!(changed.ranks()[1], id, "{}", changed.body);
        assert_eq!(
            *admin.set_ranks(account::CADET, json!({"remove": [key]})).await.ranks(),
            json!([rank::CADET])
        );
    }
    for path in ["prot%C3%A9g%C3%A9", "prote%CC%81ge%CC%81"] {
        assert_eq!(admin.get(&format!("/v2/community/ranks/{path}")).await.ok()["data"]["id"], id);
    }
    let flow = |key: &str| json!({"key": key, "labelFrom": "A", "labelTo": "B", "ranksToAdd": ["medic"]});
    admin.post("/v2/community/promotion-flows", flow("e\u{301}lite")).await.ok();
    admin.post("/v2/community/promotion-flows", flow("\u{e9}lite")).await.problem(409, "already-taken");
    for path in ["%C3%A9lite", "e%CC%81lite"] {
        let edited =
            admin.patch(&format!("/v2/community/promotion-flows/{path}"), json!({"labelTo": "C"})).await;
        assert_eq!(edited.ok()["data"]["labelTo"], "C", "{path}");
    }
}
