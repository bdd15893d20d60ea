//! The definitions of the community, by v1.

use serde_json::{Value, json};

use crate::kit::{CALLS, Server, rank};

/// The types that take no request object, and answer a list.
const LISTS: [&str; 5] = [
    "GET_DEPARTMENTS",
    "GET_PROFILE_FIELDS",
    "GET_CLOCKIN_TYPES",
    "GET_CUSTOM_LOG_TYPES",
    "GET_PROMOTION_FLOWS",
];

/// Returns the members of the first item of a list, in order.
fn members(list: &Value) -> Vec<&str> {
    let first = list[0].as_object().expect("an object");
    first.keys().map(String::as_str).collect()
}

#[tokio::test]
async fn a_bot_reads_the_departments_with_the_ranks_that_can_be_given() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let answer = bot.call("GET_DEPARTMENTS", json!([])).await;
    insta::assert_json_snapshot!(answer.legacy_json());
    for retired in [rank::EXPLORER, "Coast Guard", "Diver"] {
        assert!(!answer.text.contains(retired), "{retired}");
    }
}

#[tokio::test]
async fn a_bot_reads_the_profile_fields() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let answer = bot.call("GET_PROFILE_FIELDS", json!([{}])).await;
    assert_eq!(members(answer.legacy_json()), ["id", "type", "label", "options"]);
    insta::assert_json_snapshot!(answer.legacy_json());
}

#[tokio::test]
async fn a_bot_reads_the_clock_in_types_and_the_custom_log_types() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    let kinds = bot.call("GET_CLOCKIN_TYPES", json!([])).await;
    assert_eq!(members(kinds.legacy_json()), ["id", "label"]);
    assert_eq!(*kinds.legacy_json(), v2.get("/v2/community/clockin-types").await.ok()["data"]);
    let kinds = bot.call("GET_CUSTOM_LOG_TYPES", json!([])).await;
    assert_eq!(*kinds.legacy_json(), v2.get("/v2/community/custom-log-types").await.ok()["data"]);
}

#[tokio::test]
async fn a_bot_reads_the_promotion_flows() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let answer = bot.call("GET_PROMOTION_FLOWS", json!([])).await;
    assert_eq!(
        *answer.legacy_json(),
        json!([{
            "id": "f0000000-0000-0000-0000-000000000001",
            "communityUuid": "e0000000-0000-0000-0000-000000000001",
            "labelFrom": "Cadet",
            "labelTo": "Officer",
            "ranksToAdd": [rank::OFFICER],
            "ranksToRemove": [rank::CADET],
            "actions": {"data": [], "promotionType": "both"},
        }])
    );
    assert_eq!(
        members(answer.legacy_json()),
        ["id", "communityUuid", "labelFrom", "labelTo", "ranksToAdd", "ranksToRemove", "actions"]
    );
}

#[tokio::test]
async fn the_neighbours_read_what_is_theirs_and_nothing_else() {
    let server = Server::start().await;
    let bot = server.neighbours_legacy().await;
    for name in LISTS {
        let answer = bot.call(name, json!([])).await;
        let list = answer.legacy_json().as_array().expect("a list").clone();
        let expected = match name {
            "GET_CLOCKIN_TYPES" | "GET_PROMOTION_FLOWS" => 0,
            _ => 1,
        };
        assert_eq!(list.len(), expected, "{name}: {}", answer.text);
        for ours in ["Police", "Serve", "Patrol", "Praise", "Cadet"] {
            assert!(!answer.text.contains(ours), "{name}: {ours}");
        }
    }
    let answer = bot.call("GET_ACCOUNTS", json!([{}])).await;
    assert_eq!(answer.legacy_json()["total"], 2);
}

#[tokio::test]
async fn what_takes_no_request_object_ignores_one() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let takes_none =
        |(name, scope, _): &&(&str, &str, &str)| *scope == "community:read" && *name != "GET_ACE_CONFIG";
    for (name, ..) in CALLS.iter().filter(takes_none) {
        let plain = bot.call(name, json!([])).await.text;
        for data in [json!(null), json!({}), json!([{}]), json!([{"accId": "x"}, {"serverId": 2}])] {
            let answer = bot.call(name, data).await;
            assert_eq!((answer.status.as_u16(), answer.text), (200, plain.clone()), "{name}");
        }
    }
}
