//! `GET /v2/community/rank-changes`: the history, page by page, with filters.

use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::{Actor, Server, account, rank};

const MINUTE: Duration = Duration::from_mins(1);

/// Makes a server with changes of every kind, a minute apart, numbers 7 to 12. Returns it with the bot that
/// made most of them.
async fn eventful() -> (Server, Actor) {
    let server = Server::start().await;
    let (bot, other, admin) = (server.bot().await, server.bot().await, server.admin().await);
    server.advance(MINUTE);
    let body = json!({"add": ["officer"], "userId": account::CHIEF, "reason": "Passed"});
    bot.change_ranks(account::CADET, body).await;
    server.advance(MINUTE);
    other.change_ranks(account::CADET, json!({"remove": ["officer"]})).await;
    server.advance(MINUTE);
    let run = json!({"data": [{"flowId": "up", "users": ["1002"]}], "userId": account::OWNER});
    bot.post("/v2/community/promotion-flows/trigger", run).await.ok();
    server.advance(MINUTE);
    bot.undo(9, json!({"userId": account::CHIEF, "reason": "By mistake"})).await.reversal();
    server.advance(MINUTE);
    admin.change_standing(account::OFFICER, "ban", json!({"userId": account::OWNER})).await.ok();
    server.advance(MINUTE);
    bot.change_ranks(account::NEWCOMER, json!({"set": ["medic"], "active": false})).await;
    (server, bot)
}

#[tokio::test]
async fn a_bot_reads_the_history_newest_first() {
    let (_server, bot) = eventful().await;
    insta::assert_json_snapshot!(bot.history("take=4").await.whole());
    assert_eq!(bot.numbers("").await, [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
}

#[tokio::test]
async fn the_history_is_filtered_by_everything_that_is_known_of_a_change() {
    let (server, bot) = eventful().await;
    let credential = server.change(8).await.credential.expect("a credential");
    let at = |number| {
        let server = &server;
        async move { server.change(number).await.at }
    };
    let (eight, ten) = (at(8).await, at(10).await);
    for (query, expected) in [
        (format!("accountId={}", account::CADET), vec![10, 9, 8, 7, 1]),
        (format!("accountId={}", account::CADET.to_uppercase()), vec![10, 9, 8, 7, 1]),
        (format!("accountId={}", account::NOBODY), vec![]),
        (format!("userId={}", account::CHIEF), vec![10, 7]),
        ("userId=100000000000000004".to_owned(), vec![10, 7]),
        ("userId=discord:100000000000000004".to_owned(), vec![10, 7]),
        (format!("userId={}", account::CADET), vec![]),
        (format!("credentialId={credential}"), vec![8]),
        (format!("credentialId={}", account::NOBODY), vec![]),
        ("rank=officer".to_owned(), vec![11, 10, 9, 8, 7, 2]),
        (format!("rank={}", rank::MEDIC), vec![12, 11, 2]),
        ("rank=explorer".to_owned(), vec![6]),
        ("source=import".to_owned(), vec![6, 5, 4, 3, 2, 1]),
        ("source=api".to_owned(), vec![12, 10, 8, 7]),
        ("source=flow".to_owned(), vec![9]),
        ("source=ban".to_owned(), vec![11]),
        ("source=rollback".to_owned(), vec![]),
        (format!("from={eight}"), vec![12, 11, 10, 9, 8]),
        (format!("to={eight}"), vec![7, 6, 5, 4, 3, 2, 1]),
        (format!("from={eight}&to={ten}"), vec![9, 8]),
        (format!("from={ten}&to={eight}"), vec![]),
        ("from=2026-05-01T14:02:00%2B02:00&to=2026-05-01T14:04:00%2B02:00".to_owned(), vec![9, 8]),
        ("undone=true".to_owned(), vec![9]),
        ("undone=false&source=flow".to_owned(), vec![]),
        (format!("userId={}&source=ban", account::OWNER), vec![11]),
        (format!("accountId={}&rank=officer&undone=false&source=api", account::CADET), vec![10, 8, 7]),
        (format!("batchId={}", account::NOBODY), vec![]),
    ] {
        assert_eq!(bot.numbers(&query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn what_a_rollback_recorded_is_found_by_its_batch() {
    let (server, bot) = eventful().await;
    let admin = server.admin().await;
    let batch =
        admin.roll_back(json!({"userId": account::CHIEF, "accounts": [account::CADET]})).await.batch();
    assert_eq!(bot.numbers(&format!("batchId={batch}")).await, bot.numbers("source=rollback").await);
    assert!(!bot.numbers("source=rollback").await.is_empty());
}

#[tokio::test]
async fn a_value_that_cannot_be_is_refused_with_its_parameter() {
    let server = Server::start().await;
    let bot = server.bot().await;
    insta::assert_json_snapshot!(bot.history("source=moon").await.whole());
    for (name, values) in [
        ("accountId", ["1002", "cadet"]),
        ("userId", ["Chief", account::NEIGHBOUR]),
        ("credentialId", ["bot", "7"]),
        ("rank", ["general", rank::FOREIGN]),
        ("source", ["API", "1"]),
        ("from", ["yesterday", "2026-05-01"]),
        ("to", ["2026-05-01T12:00:00", "1776211200"]),
        ("undone", ["maybe", "2"]),
        ("batchId", ["1", "last"]),
        ("cursor", ["0", "x"]),
        ("take", ["0", "101"]),
    ] {
        for value in values {
            let answer = bot.history(&format!("{name}={value}")).await;
            assert_eq!(answer.problem(400, "invalid-query")["errors"][0]["parameter"], name, "{value}");
        }
    }
}

#[tokio::test]
async fn pages_go_on_where_they_were_while_changes_come() {
    let (_server, bot) = eventful().await;
    let (mut seen, mut query) = (Vec::new(), "take=5".to_owned());
    loop {
        let answer = bot.history(&query).await;
        seen.extend(crate::kit::numbers(&answer.ok()["data"]["rankChanges"]));
        bot.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
        bot.change_ranks(account::CADET, json!({"remove": ["medic"]})).await;
        let Some(cursor) = answer.ok()["data"]["nextCursor"].as_str() else { break };
        query = format!("take=5&cursor={cursor}");
    }
    assert_eq!(seen, (1..=12).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn the_last_page_says_that_it_is_the_last() {
    let (_server, bot) = eventful().await;
    for (query, next) in [("take=12", Value::Null), ("take=11", json!("2")), ("take=5&cursor=6", Value::Null)]
    {
        assert_eq!(bot.history(query).await.ok()["data"]["nextCursor"], next, "{query}");
    }
}

#[tokio::test]
async fn a_page_that_looks_at_many_changes_may_be_empty_and_go_on() {
    let server = Server::start().await;
    let bot = server.bot().await;
    server.lengthen_history(50_001).await;
    let first = bot.history("source=import").await;
    assert_eq!(first.ok()["data"]["rankChanges"], json!([]));
    let cursor = first.ok()["data"]["nextCursor"].as_str().expect("it goes on");
    assert_eq!(bot.numbers(&format!("source=import&cursor={cursor}")).await, [6, 5, 4, 3, 2, 1]);
}

#[tokio::test]
async fn a_rank_with_an_end_is_shown_with_it() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let number = server.grant_for(account::NEWCOMER, rank::MEDIC, Duration::from_hours(1)).await;
    let answer = bot.history("take=1").await;
    let entry = &answer.ok()["data"]["rankChanges"][0];
    assert_eq!(entry["changeNumber"], number);
    let grants = json!([{"rank": rank::MEDIC, "expiresAt": "2026-05-01T13:00:00.000Z"}]);
    assert_eq!((&entry["currentRanks"], &entry["added"]), (&grants, &grants));
    assert_eq!((&entry["previousRanks"], &entry["removed"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn the_neighbours_have_a_history_of_their_own() {
    let (server, _) = eventful().await;
    let neighbour = server.neighbours_bot().await;
    assert_eq!(neighbour.numbers("").await, [1]);
    assert_eq!(neighbour.numbers(&format!("accountId={}", account::CADET)).await, [0; 0]);
    let credential = server.change(8).await.credential.expect("a credential");
    assert_eq!(neighbour.numbers(&format!("credentialId={credential}")).await, [0; 0]);
    neighbour.history("rank=cadet").await.problem(400, "invalid-query");
    neighbour.history(&format!("userId={}", account::CHIEF)).await.problem(400, "invalid-query");
}
