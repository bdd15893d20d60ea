//! `PATCH /v2/community/servers/{serverId}/type`: a game server says what it runs.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use crate::kit::Server;

const PATH: &str = "/v2/community/servers/1/type";

#[tokio::test]
async fn a_game_server_notes_its_type() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let answer = bot.patch(PATH, json!({"type": "qb-core"})).await;
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(bot.servers().await[0], answer.ok()["data"]);
}

#[tokio::test]
async fn the_time_of_the_type_is_that_of_the_last_note() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let first = bot.patch(PATH, json!({"type": "qb-core"})).await.ok()["data"]["typeLastUpdated"].clone();
    server.advance(Duration::from_hours(1));
    let second = bot.patch(PATH, json!({"type": "qb-core"})).await.ok()["data"]["typeLastUpdated"].clone();
    assert_ne!(first, second);
}

#[tokio::test]
async fn a_server_that_knows_no_type_changes_nothing() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let known = bot.patch(PATH, json!({"type": "qb-core"})).await.ok()["data"].clone();
    for body in ["[]", "{}", "", r#"{"type": null}"#, r#"{"type": ""}"#, r#"{"type": " "}"#] {
        let answer = bot.send(Method::PATCH, PATH, body).await;
        assert_eq!(answer.ok()["data"], known, "{body}");
    }
    for value in [json!(7), json!({}), json!("two\nlines"), json!("x".repeat(129))] {
        let answer = bot.patch(PATH, json!({ "type": value })).await;
        assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], "/type", "{value}");
    }
    assert_eq!(bot.servers().await[0], known);
}

#[tokio::test]
async fn a_server_that_is_not_there_has_no_type() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let answer = bot.patch("/v2/community/servers/9/type", json!({"type": "qb-core"})).await;
    insta::assert_json_snapshot!(answer.whole());
    for id in ["-1", "x", "1.0", "%20", "9007199254740992", "99999999999999999999"] {
        let answer = bot.patch(&format!("/v2/community/servers/{id}/type"), Value::Null).await;
        answer.problem(400, "invalid-path");
    }
}
