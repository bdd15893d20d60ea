//! Refusals of v1: plain text, because one client takes a JSON object in a refusal for a success.

use axum::body::Body;
use futures_util::stream;
use http::Method;
use rankledger_server::api::v1::TYPES;
use serde_json::json;

use crate::kit::{Server, account};

const INVALID_TYPE: &str = "INVALID REQUEST TYPE";

/// Types of the documented API that are absent, each with its path.
const ABSENT: [(&str, &str); 8] = [
    ("GET_CURRENT_SESSION", "/servers/get_current_session"),
    ("RSVP", "/events/rsvp"),
    ("CHANGE_FORM_STAGE", "/forms/change/stage"),
    ("GET_FORM_LOCK_STATUS", "/forms/get_form_lock_status"),
    ("START_SESSION", "/sessions/start"),
    ("ERLC_GET_ONLINE_PLAYERS", "/erlc/get_online_players"),
    ("ERLC_TEAMS_LOCK", "/erlc/teams/lock"),
    ("GET_NOTHING", "/general/get_nothing"),
];

#[tokio::test]
async fn a_type_that_is_not_there_is_refused_at_its_own_path_and_at_any_other() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let written = server.written().await;
    for (name, path) in ABSENT {
        for path in [path, "/general/get_accounts", "/general/set_account_ranks", "/general/", "/general/x/y"]
        {
            let answer = bot.call_at(path, name, json!([{"accId": account::CADET}])).await;
            assert_eq!(answer.legacy_refusal(400), INVALID_TYPE, "{name} {path}");
        }
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_type_at_the_path_of_another_is_refused() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let written = server.written().await;
    let next = TYPES.iter().cycle().skip(1);
    for (legacy, other) in TYPES.iter().zip(next) {
        let data = json!([{"uniqueId": 1002, "add": ["officer"], "undoId": "1", "newName": "Other"}]);
        let answer = bot.call_at(other.path, legacy.name, data).await;
        assert_eq!(answer.legacy_refusal(400), INVALID_TYPE, "{} at {}", legacy.name, other.path);
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_type_in_another_case_or_none_at_all_is_refused() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    for name in ["get_accounts", "GET_ACCOUNTS ", "", "GET_ACCOUNT"] {
        let answer = bot.call_at("/general/get_accounts", name, json!([{}])).await;
        assert_eq!(answer.legacy_refusal(400), INVALID_TYPE, "{name}");
    }
    let body = json!({"id": bot.id, "key": bot.key, "data": [{}]});
    let answer = bot.send("/general/get_accounts", &body.to_string()).await;
    assert_eq!(answer.legacy_refusal(400), INVALID_TYPE);
}

#[tokio::test]
async fn another_method_or_a_path_that_is_almost_right_is_refused() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    let body = json!({"id": bot.id, "key": bot.key, "type": "GET_ACCOUNTS", "data": [{}]}).to_string();
    for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
        for legacy in TYPES {
            let answer = v2.send(method.clone(), legacy.path, body.clone()).await;
            assert_eq!(answer.legacy_refusal(400), INVALID_TYPE, "{method} {}", legacy.path);
        }
        let answer = v2.send(method, "/general/nothing", body.clone()).await;
        assert_eq!(answer.legacy_refusal(400), INVALID_TYPE);
    }
    for path in ["/general/get_accounts/", "/general/GET_ACCOUNTS", "/servers/get_accounts", "/general/%ff"] {
        assert_eq!(bot.send(path, &body).await.legacy_refusal(400), INVALID_TYPE, "{path}");
    }
    let answer = bot.send("/general/get_accounts?x=1", &body).await;
    assert_eq!(answer.legacy_json()["total"], 8, "a query is not looked at");
}

#[tokio::test]
async fn other_paths_are_still_refused_as_v2_does() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    for path in ["/generals/x", "/v2/community/general/x"] {
        bot.send(path, "{}").await.problem(404, "not-found");
    }
    for path in ["/general", "//general/", "/servers"] {
        assert_eq!(bot.send(path, "{}").await.legacy_refusal(400), INVALID_TYPE, "{path}");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_in_text() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    let large = format!(r#"{{"id": "club", "padding": "{}"}}"#, "x".repeat(64 * 1024));
    let answer = bot.send("/general/get_accounts", &large).await;
    assert_eq!(answer.legacy_refusal(400), "The body is larger than 64 KiB: split the request into several.");
    let announced =
        v2.with("content-length", "9999999999").send(Method::POST, "/general/get_accounts", "{").await;
    assert_eq!(announced.legacy_refusal(400), answer.text);
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_given_up_in_text() {
    let server = Server::start().await;
    let written = server.written().await;
    let never = Body::from_stream(stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let answer = server.stranger().send(Method::POST, "/general/set_account_ranks", never).await;
    assert_eq!(
        answer.legacy_refusal(400),
        "The body did not arrive within 0.2 s. Nothing was written: send it again."
    );
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_body_that_is_no_text_is_refused_in_text() {
    let server = Server::start().await;
    let (_, v2) = server.legacy().await;
    for body in
        [&b"\xff\xfe{\x00}\x00"[..], b"{\"id\": \"\xff\"}", b"\x1f\x8b\x08\x00", b"{\"id\": \"\\ud800\"}"]
    {
        let answer = v2.send(Method::POST, "/general/get_accounts", body.to_vec()).await;
        assert!(answer.legacy_refusal(400).starts_with("The body is not JSON: "), "{}", answer.text);
    }
}

#[tokio::test]
async fn the_body_is_json_whatever_the_content_type_says() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    for content_type in
        ["application/x-www-form-urlencoded", "text/plain", "application/json; charset=utf-8", ""]
    {
        let body = json!({"id": bot.id, "key": bot.key, "type": "GET_SUB_VERSION", "data": []});
        let answer = v2.with("content-type", content_type).post("/general/get_sub_version", body).await;
        assert_eq!(answer.legacy_text(), "4");
    }
}

#[tokio::test]
async fn an_answer_carries_the_id_of_its_request() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    let v2 = v2.with("x-request-id", "from-a-proxy");
    let body = json!({"id": bot.id, "key": bot.key, "type": "GET_SUB_VERSION"});
    for body in [body, json!({"id": "elsewhere"})] {
        let answer = v2.post("/general/get_sub_version", body).await;
        assert_eq!(answer.header("x-request-id"), Some("from-a-proxy"));
    }
}
