//! Authentication of v1. Clients stop for good on `INVALID COMMUNITY ID` and `INVALID API KEY`, so the server
//! sends each of them only when it is true.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::kit::{ALL_SCOPES, CALLS, Server, legacy_type};

#[tokio::test]
async fn a_community_that_is_not_here_is_refused_at_every_type() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let written = server.written().await;
    for call in CALLS {
        let answer = bot.with_id("elsewhere").call_listed(*call).await;
        assert_eq!(answer.legacy_refusal(400), "INVALID COMMUNITY ID", "{}", call.0);
    }
    for id in ["", " ", "Club", "club ", "e0000000-0000-0000-0000-000000000001", "club\u{1}"] {
        let answer = bot.with_id(id).call("GET_SUB_VERSION", json!([])).await;
        assert_eq!(answer.legacy_refusal(400), "INVALID COMMUNITY ID", "{id:?}");
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_call_without_a_community_or_without_anything_is_refused() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    for body in [
        json!({"key": bot.key, "type": "GET_SUB_VERSION", "data": []}),
        json!({"id": null, "key": bot.key, "type": "GET_SUB_VERSION", "data": []}),
    ] {
        let answer = bot.send("/general/get_sub_version", &body.to_string()).await;
        assert_eq!(answer.legacy_refusal(400), "INVALID COMMUNITY ID", "{body}");
    }
    for body in ["", "{}", r#"{"id": "club"}"#] {
        let answer = bot.send("/general/get_sub_version", body).await;
        assert_eq!(answer.legacy_refusal(400), "INVALID API KEY", "{body}");
    }
}

#[tokio::test]
async fn a_key_that_nobody_knows_is_refused_at_every_type() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let written = server.written().await;
    for call in CALLS {
        let answer = bot.with_key("an-adopted-key-of-somebody-else").call_listed(*call).await;
        assert_eq!(answer.legacy_refusal(400), "INVALID API KEY", "{}", call.0);
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_key_that_is_missing_or_has_lost_a_part_is_refused() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let cut = &bot.key[..bot.key.len() - 1];
    for key in ["", " ", "rlk_", "two words", "tab\tbed", cut, &format!("{}x", bot.key)] {
        let answer = bot.with_key(key).call("GET_SUB_VERSION", json!([])).await;
        assert_eq!(answer.legacy_refusal(400), "INVALID API KEY", "{key:?}");
    }
    for key in [Value::Null, json!("")] {
        let body = json!({"id": "club", "key": key, "type": "GET_SUB_VERSION", "data": []});
        let answer = bot.send("/general/get_sub_version", &body.to_string()).await;
        assert_eq!(answer.legacy_refusal(400), "INVALID API KEY");
    }
    let answer = bot.send("/general/get_sub_version", r#"{"id": "club", "type": "GET_SUB_VERSION"}"#).await;
    assert_eq!(answer.legacy_refusal(400), "INVALID API KEY");
    let spaced = bot.with_key(&format!(" {}\n", bot.key));
    assert_eq!(spaced.call("GET_SUB_VERSION", json!([])).await.legacy_text(), "4");
}

#[tokio::test]
async fn a_key_in_the_header_does_not_stand_for_one_in_the_body() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    let body = json!({"id": "club", "type": "GET_SUB_VERSION", "data": []});
    let answer = v2.post("/general/get_sub_version", body).await;
    assert_eq!(answer.legacy_refusal(400), "INVALID API KEY");
    let body = json!({"id": "club", "key": bot.key, "type": "GET_SUB_VERSION", "data": []});
    let answer = v2.with("authorization", "Bearer nonsense").post("/general/get_sub_version", body).await;
    assert_eq!(answer.legacy_text(), "4", "the header is not looked at");
}

#[tokio::test]
async fn the_key_of_one_community_opens_no_other() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let neighbours = server.neighbours_legacy().await;
    for call in CALLS {
        for other in [bot.with_id("neighbours"), neighbours.with_id("club"), bot.with_key(&neighbours.key)] {
            let answer = other.call_listed(*call).await;
            assert_eq!(answer.legacy_refusal(400), "INVALID COMMUNITY ID", "{}", call.0);
        }
    }
}

#[tokio::test]
async fn a_revoked_key_is_refused() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    assert_eq!(bot.call("GET_SUB_VERSION", json!([])).await.legacy_text(), "4");
    server.revoke_all().await;
    assert_eq!(bot.call("GET_SUB_VERSION", json!([])).await.legacy_refusal(400), "INVALID API KEY");
}

#[tokio::test]
async fn a_key_works_until_its_end_and_not_after() {
    let server = Server::start().await;
    let end = server.now() + SignedDuration::from_hours(1);
    let (bot, _) = server.legacy_with(ALL_SCOPES, |credential| credential.expires_at = Some(end)).await;
    server.advance(Duration::from_millis(3_599_999));
    bot.call("GET_SUB_VERSION", json!([])).await.legacy_text();
    server.advance(Duration::from_millis(1));
    assert_eq!(bot.call("GET_SUB_VERSION", json!([])).await.legacy_refusal(400), "INVALID API KEY");
}

#[tokio::test]
async fn who_is_not_let_in_learns_nothing_of_communities_types_and_objects() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let stranger = bot.with_key("nobodys");
    let path = legacy_type("GET_COM_ACCOUNT").path;
    for (name, data) in [
        ("GET_NOTHING", json!([])),
        ("GET_COM_ACCOUNT", json!("no object")),
        ("GET_COM_ACCOUNT", json!([{"uniqueId": 1002}])),
        ("GET_COM_ACCOUNT", json!([{"uniqueId": 9999}])),
    ] {
        for id in ["club", "neighbours", "elsewhere", ""] {
            let answer = stranger.with_id(id).call_at(path, name, data.clone()).await;
            assert_eq!(answer.legacy_refusal(400), "INVALID API KEY", "{id}");
        }
    }
}

#[tokio::test]
async fn no_refusal_repeats_a_key() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    for key in ["an-adopted-key-of-somebody-else", "rlk_mistyped-key-of-somebody", "two words of a key"] {
        let answer = bot.with_key(key).call("GET_SUB_VERSION", json!([])).await;
        assert!(!answer.legacy_refusal(400).contains(key));
    }
    for data in [json!(7), json!([7]), json!([{"uniqueId": []}])] {
        let answer = bot.call("GET_COM_ACCOUNT", data).await;
        assert!(!answer.legacy_refusal(400).contains(&bot.key));
    }
}
