//! `POST /v2/community/accounts/{accountId}/sync`: emits an event about the account again.

use http::Method;
use serde_json::json;

use crate::kit::{Server, account};

fn path(account: &str) -> String {
    format!("/v2/community/accounts/{account}/sync")
}

#[tokio::test]
async fn a_bot_has_listeners_told_of_an_account() {
    let server = Server::start().await;
    let answer = server.bot().await.post(&path(account::CADET), json!({"accId": account::CADET})).await;
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(
        server.events().await,
        [json!({"topic": "account.updated", "account": account::CADET, "change": null})]
    );
}

#[tokio::test]
async fn listeners_are_told_as_often_as_it_is_asked_for() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    for body in ["", "{}", r#"{"accId": null}"#, r#"{"force": true}"#] {
        bot.send(Method::POST, &path(account::CADET), body).await.ok();
    }
    for account in [account::BANNED, account::ARCHIVED, account::EXPLORER] {
        bot.post(&path(account), json!({})).await.ok();
    }
    assert_eq!(server.written().await, (written.0, written.1 + 7));
}

#[tokio::test]
async fn a_sync_leaves_the_account_as_it_is() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let row = format!("/v2/community/accounts/{}", account::CADET);
    let before = bot.get(&row).await;
    bot.post(&path(account::CADET), json!({})).await.ok();
    let after = bot.get(&row).await;
    assert_eq!((before.etag(), &before.body["data"]), (after.etag(), &after.body["data"]));
}

#[tokio::test]
async fn an_account_that_is_another_or_not_here_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    for other in [account::CHIEF, "", "1002"] {
        bot.post(&path(account::CADET), json!({"accId": other})).await.problem(400, "account-mismatch");
    }
    for account in [account::NOBODY, account::NEIGHBOUR] {
        bot.post(&path(account), json!({})).await.problem(404, "account-not-found");
    }
    assert_eq!(server.written().await, written);
}
