//! `POST /v2/community/accounts/{accountId}/clock`, refused.

use serde_json::json;

use super::{clock, open, rows};
use crate::kit::{Server, account};

#[tokio::test]
async fn wishes_that_contradict_each_other_are_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    for (body, pointer) in [
        (json!({"forceClockIn": true, "forceClockOut": true}), "/forceClockOut"),
        (json!({"intention": "in", "forceClockOut": true}), "/forceClockOut"),
        (json!({"intention": "out", "forceClockIn": true}), "/forceClockIn"),
    ] {
        let answer = clock(&bot, account::OFFICER, body).await;
        assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], pointer);
    }
    let answer = clock(&bot, account::OFFICER, json!({"intention": "out", "forceClockIn": true})).await;
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_wish_that_is_none_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (body, pointer) in [
        (json!({"intention": "IN"}), "/intention"),
        (json!({"intention": "toggle"}), "/intention"),
        (json!({"intention": ""}), "/intention"),
        (json!({"intention": true}), "/intention"),
        (json!({"forceClockIn": "true"}), "/forceClockIn"),
        (json!({"forceClockOut": 1}), "/forceClockOut"),
        (json!({"type": 1}), "/type"),
        (json!({"accId": 1002}), "/accId"),
    ] {
        let answer = clock(&bot, account::OFFICER, body.clone()).await;
        assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(open(&bot, account::OFFICER).await, None);
}

#[tokio::test]
async fn another_account_in_the_body_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for other in [account::CHIEF, account::NOBODY, "me", ""] {
        let answer = clock(&bot, account::OFFICER, json!({"accId": other})).await;
        answer.problem(400, "account-mismatch");
    }
    assert_eq!(rows(&bot, account::CHIEF).await.len(), 0);
}

#[tokio::test]
async fn a_banned_or_archived_account_does_not_go_on_duty() {
    for (account, kind) in [(account::BANNED, "account-banned"), (account::ARCHIVED, "account-archived")] {
        let server = Server::start().await;
        let bot = server.bot().await;
        let written = server.written().await;
        for body in [json!({}), json!({"intention": "in"}), json!({"forceClockIn": true})] {
            clock(&bot, account, body).await.problem(409, kind);
        }
        assert_eq!(clock(&bot, account, json!({"intention": "out"})).await.ok()["data"], true);
        assert_eq!(server.written().await, written);
    }
}

#[tokio::test]
async fn an_account_that_is_banned_while_on_duty_is_off_duty_and_not_clocked_in_again() {
    let server = Server::start().await;
    let bot = server.bot().await;
    clock(&bot, account::OFFICER, json!({"intention": "in"})).await.ok();
    bot.change_standing(account::OFFICER, "ban", json!({})).await.ok();
    assert_eq!(open(&bot, account::OFFICER).await, None);
    clock(&bot, account::OFFICER, json!({"intention": "in"})).await.problem(409, "account-banned");
    let other = clock(&bot, account::OFFICER, json!({"intention": "in", "type": "training"})).await;
    other.problem(409, "account-banned");
    clock(&bot, account::OFFICER, json!({"forceClockIn": true})).await.problem(409, "account-banned");
    clock(&bot, account::OFFICER, json!({})).await.problem(409, "account-banned");
    assert_eq!(clock(&bot, account::OFFICER, json!({"intention": "out"})).await.ok()["data"], true);
    assert_eq!(open(&bot, account::OFFICER).await, None);
}

#[tokio::test]
async fn an_account_that_is_not_here_is_not_clocked_in() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for account in [account::NOBODY, account::NEIGHBOUR] {
        for body in [json!({}), json!({"intention": "out"}), json!({"type": "holiday"})] {
            clock(&bot, account, body).await.problem(404, "account-not-found");
        }
    }
    assert_eq!(open(&server.neighbours_bot().await, account::NEIGHBOUR).await, None);
}
