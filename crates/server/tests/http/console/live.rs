//! `GET /console/live`: a page is told that there are new changes.

use std::time::Duration;

use axum::body::BodyDataStream;
use futures_util::StreamExt;
use http::StatusCode;
use serde_json::json;

use crate::kit::{Server, account};

/// Reads from a stream until it has sent this text.
async fn until(stream: &mut BodyDataStream, wanted: &str) {
    let mut text = String::new();
    while !text.contains(wanted) {
        let part = tokio::time::timeout(Duration::from_mins(1), stream.next()).await.expect("in time");
        let part = part.expect("the stream goes on").expect("a part");
        text.push_str(&String::from_utf8_lossy(&part));
    }
}

#[tokio::test]
async fn a_page_is_told_of_each_change_by_its_number_alone() {
    let server = Server::start().await;
    let browser = server.browser_with_key(&server.bot_key().await).await;
    let response = browser.stream("/console/live").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut stream = response.into_body().into_data_stream();
    let bot = server.bot().await;
    for _ in 0..2 {
        let added = bot.set_ranks(account::CADET, json!({"add": ["officer"], "reason": "a secret"})).await;
        let number = added.ok()["meta"]["changeNumber"].clone();
        until(&mut stream, &format!("event: change\ndata: {number}\n\n")).await;
        bot.change_ranks(account::CADET, json!({"remove": ["officer"]})).await;
    }
}

#[tokio::test]
async fn nobody_is_told_without_a_session_and_the_scope() {
    let server = Server::start().await;
    assert_eq!(server.browser().open("/console/live").await.status, StatusCode::SEE_OTHER);
    let key = server.key_of("club", "ranks:write", |_| {}).await;
    let browser = server.browser_with_key(&key).await;
    assert_eq!(browser.open("/console/live").await.status, StatusCode::FORBIDDEN);
}
