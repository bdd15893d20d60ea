//! `GET /v2/community/accounts/{accountId}/activity/latest`: the newest clock rows, or activity rows.

use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::{Actor, Server, account};

async fn latest(actor: &Actor, account: &str, query: &str) -> Vec<Value> {
    let answer = actor.get(&format!("/v2/community/accounts/{account}/activity/latest{query}")).await;
    answer.ok()["data"].as_array().expect("a list").clone()
}

/// Clocks the officer in and out on each of these types, an hour apart. Returns the starts.
async fn serve(server: &Server, bot: &Actor, types: &[&str]) {
    for kind in types {
        let path = format!("/v2/community/accounts/{}/clock", account::OFFICER);
        bot.post(&path, json!({"type": kind})).await.ok();
        server.advance(Duration::from_mins(30));
        bot.post(&path, json!({"intention": "out"})).await.ok();
        server.advance(Duration::from_mins(30));
    }
}

fn starts(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| &row["startTime"].as_str().expect("a time")[11..16]).collect()
}

#[tokio::test]
async fn a_bot_reads_the_three_newest_clock_rows_newest_first() {
    let server = Server::start().await;
    let bot = server.bot().await;
    serve(&server, &bot, &["patrol", "training", "patrol", "training", "patrol"]).await;
    let usual = latest(&bot, account::OFFICER, "").await;
    assert_eq!(starts(&usual), ["16:00", "15:00", "14:00"]);
    for query in ["?type=clockin", "?type=", "?serverId=7", "?take=5&skip=1", "?type=clockin&clockInType="] {
        assert_eq!(latest(&bot, account::OFFICER, query).await, usual, "{query}");
    }
    let path = format!("/v2/community/accounts/{}/activity/latest?type=clockin", account::OFFICER);
    insta::assert_json_snapshot!(bot.get(&path).await.whole());
}

#[tokio::test]
async fn clock_rows_are_narrowed_by_their_type() {
    let server = Server::start().await;
    let bot = server.bot().await;
    serve(&server, &bot, &["patrol", "training", "patrol", "training"]).await;
    assert_eq!(starts(&latest(&bot, account::OFFICER, "?clockInType=patrol").await), ["14:00", "12:00"]);
    assert_eq!(
        starts(&latest(&bot, account::OFFICER, "?clockInType=training&type=clockin").await),
        ["15:00", "13:00"]
    );
    for kind in ["holiday", "Patrol", "patrol%20", "%25", "%00"] {
        assert!(latest(&bot, account::OFFICER, &format!("?clockInType={kind}")).await.is_empty(), "{kind}");
    }
}

#[tokio::test]
async fn an_open_row_is_the_newest() {
    let server = Server::start().await;
    let bot = server.bot().await;
    serve(&server, &bot, &["patrol"]).await;
    bot.post(&format!("/v2/community/accounts/{}/clock", account::OFFICER), json!({})).await.ok();
    let rows = latest(&bot, account::OFFICER, "").await;
    assert_eq!((starts(&rows), &rows[0]["completed"]), (vec!["13:00", "12:00"], &json!(false)));
}

#[tokio::test]
async fn a_bot_reads_the_ten_newest_activity_rows_newest_first() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for hour in 0..11 {
        server.play(account::OFFICER, [None, Some(1), Some(2)][hour % 3]).await;
        server.advance(Duration::from_hours(1));
    }
    let rows = latest(&bot, account::OFFICER, "?type=activity").await;
    assert_eq!(
        starts(&rows),
        ["22:00", "21:00", "20:00", "19:00", "18:00", "17:00", "16:00", "15:00", "14:00", "13:00"]
    );
    assert!(latest(&bot, account::OFFICER, "").await.is_empty());
    assert!(latest(&bot, account::CHIEF, "?type=activity").await.is_empty());
}

#[tokio::test]
async fn activity_rows_are_narrowed_by_the_game_server() {
    let server = Server::start().await;
    let bot = server.bot().await;
    server.play(account::OFFICER, None).await;
    let first = server.play(account::OFFICER, Some(1)).await;
    server.play(account::OFFICER, Some(2)).await;
    let rows = latest(&bot, account::OFFICER, "?type=activity&serverId=1&clockInType=training").await;
    assert_eq!(rows.iter().map(|row| &row["id"]).collect::<Vec<_>>(), [&json!(first)]);
    assert!(latest(&bot, account::OFFICER, "?type=activity&serverId=9223372036854775807").await.is_empty());
    assert_eq!(latest(&bot, account::OFFICER, "?type=activity&serverId=").await.len(), 3);
}

#[tokio::test]
async fn a_parameter_that_is_not_in_its_range_is_named() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let path = format!("/v2/community/accounts/{}/activity/latest", account::CADET);
    for (name, value) in [
        ("type", "clock"),
        ("type", "Activity"),
        ("type", "clockin,activity"),
        ("serverId", "-1"),
        ("serverId", "one"),
        ("serverId", "1.0"),
        ("serverId", "9223372036854775808"),
    ] {
        let answer = bot.get(&format!("{path}?{name}={value}")).await;
        assert_eq!(
            answer.problem(400, "invalid-query")["errors"],
            json!([{"parameter": name, "value": value}])
        );
    }
    insta::assert_json_snapshot!(bot.get(&format!("{path}?type=clock")).await.whole());
    for twice in ["type=activity&type=activity", "serverId=1&serverId=2", "clockInType=a&clockInType=a"] {
        bot.get(&format!("{path}?{twice}")).await.problem(400, "invalid-query");
    }
}

#[tokio::test]
async fn an_account_that_is_another_or_not_here_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let path = |account: &str| format!("/v2/community/accounts/{account}/activity/latest");
    bot.get(&format!("{}?accId={}", path(account::CADET), account::CADET)).await.ok();
    bot.get(&format!("{}?accId={}", path(account::CADET), account::CHIEF))
        .await
        .problem(400, "account-mismatch");
    for account in [account::NOBODY, account::NEIGHBOUR] {
        bot.get(&path(account)).await.problem(404, "account-not-found");
        bot.get(&format!("{}?type=activity", path(account))).await.problem(404, "account-not-found");
    }
}
