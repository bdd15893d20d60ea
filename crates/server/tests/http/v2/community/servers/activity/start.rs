//! `POST /v2/community/servers/{serverId}/activity/start`: a game server has started, and nobody is on it.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use crate::kit::{Server, account};

const PATH: &str = "/v2/community/servers/1/activity/start";

#[tokio::test]
async fn whoever_was_on_the_server_is_so_no_more() {
    let server = Server::start().await;
    let bot = server.bot().await;
    server.play(account::CADET, Some(1)).await;
    server.play(account::OFFICER, Some(1)).await;
    server.play(account::CHIEF, Some(2)).await;
    server.play(account::CHIEF, None).await;
    server.advance(Duration::from_mins(5));
    insta::assert_json_snapshot!(bot.send(Method::POST, PATH, "").await.whole());
    assert_eq!(bot.send(Method::POST, PATH, "").await.ok()["data"], json!([]), "all are closed");
    let path = format!("/v2/community/accounts/{}/activity/latest?type=activity", account::CHIEF);
    let rows = bot.get(&path).await.ok()["data"].clone();
    assert_eq!([&rows[0]["completed"], &rows[1]["completed"]], [&json!(false), &json!(false)]);
}

#[tokio::test]
async fn whatever_the_body_is_it_is_not_read() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for body in ["", "[]", "{}", "null", "\u{feff}"] {
        bot.send(Method::POST, PATH, body).await.ok();
    }
}

#[tokio::test]
async fn a_row_that_began_later_ends_no_earlier_than_that() {
    let server = Server::start().await;
    let bot = server.bot().await;
    server.play(account::CADET, Some(1)).await;
    server.set_back(Duration::from_hours(1));
    let closed = bot.send(Method::POST, PATH, "").await.ok()["data"][0]["end"].clone();
    let path = format!("/v2/community/accounts/{}/activity/latest?type=activity", account::CADET);
    let row = bot.get(&path).await.ok()["data"][0].clone();
    assert_eq!((&row["endTime"], &row["startTime"]), (&closed, &closed));
}

#[tokio::test]
async fn a_server_that_is_not_there_does_not_start() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.post(&PATH.replace("/1/", "/9/"), Value::Null).await.problem(404, "server-not-found");
}
