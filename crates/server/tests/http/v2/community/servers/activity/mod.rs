//! `POST /v2/community/servers/{serverId}/activity`: a player comes or goes.

mod start;

use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::{Actor, Server, account};

const PATH: &str = "/v2/community/servers/1/activity";

/// Returns the newest activity rows of the cadet.
async fn latest(actor: &Actor) -> Vec<Value> {
    let path = format!("/v2/community/accounts/{}/activity/latest?type=activity", account::CADET);
    actor.get(&path).await.ok()["data"].as_array().expect("a list").clone()
}

fn force(member: &str) -> Value {
    json!({"discord": "100000000000000002", member: true})
}

#[tokio::test]
async fn a_player_comes_and_goes() {
    let server = Server::start().await;
    let bot = server.bot().await;
    insta::assert_json_snapshot!(bot.post(PATH, force("forceStart")).await.whole());
    server.advance(Duration::from_mins(90));
    insta::assert_json_snapshot!(bot.post(PATH, force("forceStop")).await.whole());
    insta::assert_json_snapshot!(latest(&bot).await);
}

#[tokio::test]
async fn without_force_a_player_comes_if_away_and_goes_if_there() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let toggled =
        || async { bot.post(PATH, json!({"accId": account::CADET})).await.ok()["data"]["status"].clone() };
    assert_eq!([toggled().await, toggled().await, toggled().await], [true, false, true]);
}

#[tokio::test]
async fn a_player_who_comes_again_was_lost_before() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let first = bot.post(PATH, force("forceStart")).await.ok()["data"]["id"].clone();
    let second = bot.post(PATH, force("forceStart")).await.ok()["data"]["id"].clone();
    assert_ne!(first, second);
    let rows = latest(&bot).await;
    assert_eq!((&rows[0]["id"], &rows[0]["completed"]), (&second, &json!(false)));
    assert_eq!((&rows[1]["id"], &rows[1]["completed"]), (&first, &json!(true)));
}

#[tokio::test]
async fn a_row_that_is_cleared_says_why() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.post(PATH, force("forceStart")).await.ok();
    insta::assert_json_snapshot!(bot.post(PATH, force("forceClear")).await.whole());
    for member in ["forceClear", "forceStop"] {
        assert_eq!(bot.post(PATH, force(member)).await.ok()["data"], Value::Null, "nothing is open");
    }
}

#[tokio::test]
async fn a_player_is_on_each_server_for_itself() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.post(PATH, force("forceStart")).await.ok();
    let second = PATH.replace("/1/", "/2/");
    bot.post(&second, force("forceStart")).await.ok();
    bot.post(PATH, force("forceStop")).await.ok();
    assert_eq!(bot.post(&second, force("forceStop")).await.ok()["data"]["status"], false);
}

#[tokio::test]
async fn time_in_game_is_noted_of_everybody() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for account in [account::BANNED, account::ARCHIVED, account::NEWCOMER] {
        bot.post(PATH, json!({"accId": account, "forceStart": true})).await.ok();
    }
}

#[tokio::test]
async fn what_means_no_player_or_no_server_or_two_things_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    for body in [json!({}), json!([]), json!({"forceStart": true}), json!({"accId": account::NOBODY})] {
        bot.post(PATH, body).await.problem(404, "account-not-found");
    }
    for both in [["forceStart", "forceStop"], ["forceStop", "forceClear"], ["forceStart", "forceClear"]] {
        let body = json!({"accId": account::CADET, both[0]: true, both[1]: true});
        let answer = bot.post(PATH, body).await;
        assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], format!("/{}", both[1]));
    }
    bot.post(&PATH.replace("/1/", "/9/"), force("forceStart")).await.problem(404, "server-not-found");
    let reader = server.bot_with("accounts:read community:read", |_| {}).await;
    reader.post(PATH, force("forceStart")).await.problem(403, "missing-scope");
    assert_eq!(server.written().await, written);
    assert_eq!(latest(&bot).await, [Value::Null; 0]);
}
