//! `POST /v2/community/accounts/{accountId}/clock`: clocks in and out. At most one clock row is open at a
//! time.

mod current;
mod refused;
mod types;

use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::{Actor, Answer, Server, account};

pub(super) async fn clock(actor: &Actor, account: &str, body: Value) -> Answer {
    actor.post(&format!("/v2/community/accounts/{account}/clock"), body).await
}

/// Returns the clock rows of an account, oldest first.
pub(super) async fn rows(actor: &Actor, account: &str) -> Vec<Value> {
    let answer = actor.get(&format!("/v2/community/accounts/{account}")).await;
    answer.ok()["data"]["clockData"]["data"].as_array().expect("a list").clone()
}

/// Returns the type of the open clock row. `None` if the account is off duty. Checks that there is never more
/// than one.
async fn open(actor: &Actor, account: &str) -> Option<String> {
    let rows = rows(actor, account).await;
    let open: Vec<_> = rows.iter().filter(|row| row["completed"] == false).collect();
    assert!(open.len() <= 1, "{open:?}");
    assert!(open.iter().all(|row| row["endTime"].is_null()));
    open.first().map(|row| row["type"].as_str().expect("a type").to_owned())
}

#[tokio::test]
async fn a_bot_clocks_an_account_in_and_out_in_turn() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let seen_in = clock(&bot, account::OFFICER, json!({})).await;
    insta::assert_json_snapshot!(seen_in.whole());
    assert_eq!(open(&bot, account::OFFICER).await.as_deref(), Some("patrol"));
    server.advance(Duration::from_mins(90));
    let seen_out = clock(&bot, account::OFFICER, json!({})).await;
    insta::assert_json_snapshot!(seen_out.whole());
    assert_eq!(open(&bot, account::OFFICER).await, None);
    assert_eq!(rows(&bot, account::OFFICER).await, [seen_out.ok()["data"].clone()]);
    clock(&bot, account::OFFICER, json!({})).await.ok();
    assert_eq!(rows(&bot, account::OFFICER).await.len(), 2);
}

#[tokio::test]
async fn a_bot_that_says_what_it_wants_gets_that_and_true_if_it_is_so_already() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (intention, changes) in [("out", false), ("in", true), ("in", false), ("out", true), ("out", false)] {
        let written = server.written().await;
        let answer = clock(&bot, account::OFFICER, json!({"intention": intention})).await;
        assert_eq!(answer.ok()["data"].is_object(), changes, "{}", answer.body);
        assert!(changes || answer.ok()["data"] == true, "{}", answer.body);
        assert_eq!(open(&bot, account::OFFICER).await.is_some(), intention == "in");
        assert_eq!(server.written().await, (written.0, written.1 + usize::from(changes)));
    }
}

#[tokio::test]
async fn a_bot_that_forces_an_account_in_begins_a_new_row() {
    let server = Server::start().await;
    let bot = server.bot().await;
    clock(&bot, account::OFFICER, json!({"forceClockIn": true})).await.ok();
    server.advance(Duration::from_mins(5));
    let again = clock(&bot, account::OFFICER, json!({"forceClockIn": true, "intention": "in"})).await;
    assert_eq!(again.ok()["data"]["startTime"], "2026-05-01T12:05:00.000Z");
    let rows = rows(&bot, account::OFFICER).await;
    assert_eq!((rows.len(), &rows[0]["endTime"]), (2, &json!("2026-05-01T12:05:00.000Z")));
    assert_eq!(open(&bot, account::OFFICER).await.as_deref(), Some("patrol"));
}

#[tokio::test]
async fn a_bot_that_forces_an_account_out_closes_the_open_row_if_there_is_one() {
    let server = Server::start().await;
    let bot = server.bot().await;
    assert_eq!(clock(&bot, account::OFFICER, json!({"forceClockOut": true})).await.ok()["data"], true);
    clock(&bot, account::OFFICER, json!({"intention": "in"})).await.ok();
    let out = clock(&bot, account::OFFICER, json!({"forceClockOut": true, "intention": "out"})).await;
    assert_eq!(out.ok()["data"]["completed"], true);
    assert_eq!(open(&bot, account::OFFICER).await, None);
}

#[tokio::test]
async fn flags_that_are_false_or_null_are_as_good_as_absent() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let nothing =
        json!({"accId": null, "intention": null, "forceClockIn": null, "forceClockOut": null, "type": null});
    for (body, is_in) in [
        (nothing, true),
        (json!({"forceClockIn": false, "forceClockOut": false}), false),
        (json!({"accId": account::OFFICER.to_uppercase(), "type": ""}), true),
        (json!({"clockOut": true, "notes": ["late"]}), false),
    ] {
        clock(&bot, account::OFFICER, body).await.ok();
        assert_eq!(open(&bot, account::OFFICER).await.is_some(), is_in);
    }
    bot.send(http::Method::POST, &format!("/v2/community/accounts/{}/clock", account::OFFICER), "")
        .await
        .ok();
    assert!(open(&bot, account::OFFICER).await.is_some());
}

#[tokio::test]
async fn two_accounts_are_on_duty_by_themselves() {
    let server = Server::start().await;
    let bot = server.bot().await;
    clock(&bot, account::OFFICER, json!({"intention": "in"})).await.ok();
    assert_eq!(open(&bot, account::CHIEF).await, None);
    clock(&bot, account::CHIEF, json!({})).await.ok();
    clock(&bot, account::OFFICER, json!({})).await.ok();
    assert!(open(&bot, account::CHIEF).await.is_some());
}

#[tokio::test]
async fn listeners_are_told_each_time() {
    let server = Server::start().await;
    let bot = server.bot().await;
    clock(&bot, account::OFFICER, json!({})).await.ok();
    clock(&bot, account::OFFICER, json!({"intention": "in"})).await.ok();
    clock(&bot, account::OFFICER, json!({})).await.ok();
    let told = |topic| json!({"topic": topic, "account": account::OFFICER, "change": null});
    assert_eq!(server.events().await, [told("account.clocked_in"), told("account.clocked_out")]);
}

#[tokio::test]
async fn listeners_are_told_of_somebody_who_is_put_out_while_on_duty() {
    let server = Server::start().await;
    let bot = server.bot().await;
    clock(&bot, account::OFFICER, json!({})).await.ok();
    bot.change_standing(account::OFFICER, "ban", json!({"keepRanks": true})).await.ok();
    let told = |topic| json!({"topic": topic, "account": account::OFFICER, "change": null});
    let topics = ["account.clocked_in", "account.clocked_out", "account.banned"];
    assert_eq!(server.events().await, topics.map(told));
}

#[tokio::test]
async fn rows_that_an_import_has_left_open_are_closed_together() {
    for body in [
        json!({}),
        json!({"intention": "out"}),
        json!({"forceClockIn": true}),
        json!({"intention": "in", "type": "patrol"}),
    ] {
        let server = Server::with_flows().await;
        let bot = server.bot().await;
        let answer = clock(&bot, account::NUMBERED, body).await;
        let is_in = answer.ok()["data"]["completed"] == false;
        assert_eq!(open(&bot, account::NUMBERED).await.is_some(), is_in);
        let ends = rows(&bot, account::NUMBERED).await.into_iter().map(|row| row["endTime"].clone());
        let noon = json!("2026-05-01T12:00:00.000Z");
        assert_eq!(ends.filter(|end| *end == noon).count(), 2);
    }
}

#[tokio::test]
async fn a_hundred_requests_at_once_leave_one_row_open() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let path = format!("/v2/community/accounts/{}/clock", account::OFFICER);
    let bodies = [
        "{}",
        r#"{"intention": "in"}"#,
        r#"{"forceClockIn": true}"#,
        r#"{"forceClockIn": true, "type": "training"}"#,
    ];
    let requests = bodies.iter().cycle().take(100).map(|body| bot.send(http::Method::POST, &path, *body));
    for answer in futures_util::future::join_all(requests).await {
        answer.ok();
    }
    open(&bot, account::OFFICER).await;
}
