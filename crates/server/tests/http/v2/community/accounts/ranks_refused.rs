//! `PATCH /v2/community/accounts/{accountId}/ranks`, refused: each time with its reason, and nothing is
//! written.

use serde_json::{Value, json};

use crate::kit::{Answer, Server, account, rank};

/// Sends `body` to set the ranks of `account`, and checks that it is refused and nothing is written.
async fn refused(account: &str, body: Value, status: u16, kind: &str) -> Answer {
    let server = Server::start().await;
    let bot = server.bot().await;
    let before =
        (server.written().await, bot.get("/v2/community/accounts?take=100").await.ok()["data"].clone());
    let answer = bot.set_ranks(account, body).await;
    answer.problem(status, kind);
    let after =
        (server.written().await, bot.get("/v2/community/accounts?take=100").await.ok()["data"].clone());
    assert_eq!(before, after);
    answer
}

#[tokio::test]
async fn every_rank_that_is_not_there_is_named_with_its_place() {
    let body = json!({
        "set": ["cadet", "sergeant"],
        "add": [rank::FOREIGN, "officer", "watchman", account::NOBODY],
        "remove": ["Cadet", "", " cadet"],
    });
    let answer = refused(account::CADET, body, 422, "unknown-rank").await;
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn a_rank_of_the_neighbours_cannot_be_given_by_key_or_id() {
    for name in ["watchman", rank::FOREIGN] {
        let answer = refused(account::CADET, json!({"add": [name]}), 422, "unknown-rank").await;
        assert_eq!(answer.body["errors"], json!([{"pointer": "/add/0", "rank": name}]));
    }
}

#[tokio::test]
async fn an_unknown_rank_spoils_the_whole_request() {
    let body = json!({"add": ["officer"], "remove": ["cadet", "nothing"], "active": false});
    let answer = refused(account::CADET, body, 422, "unknown-rank").await;
    assert_eq!(answer.body["errors"], json!([{"pointer": "/remove/1", "rank": "nothing"}]));
}

#[tokio::test]
async fn a_retired_rank_is_not_given_any_more() {
    let body = json!({"set": ["cadet", "explorer"], "add": ["officer", rank::EXPLORER]});
    let answer = refused(account::CADET, body, 422, "rank-retired").await;
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn a_retired_rank_that_was_given_up_does_not_come_back() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.set_ranks(account::EXPLORER, json!({"remove": ["explorer"]})).await.ok();
    let answer = bot.set_ranks(account::EXPLORER, json!({"add": ["explorer"]})).await;
    answer.problem(422, "rank-retired");
}

#[tokio::test]
async fn a_request_that_asks_for_nothing_is_refused() {
    let answer = refused(account::CADET, json!({}), 422, "empty-request").await;
    insta::assert_json_snapshot!(answer.whole());
    for body in [
        json!({"accId": account::CADET}),
        json!({"set": null, "add": null, "remove": null, "active": null}),
        json!({"ranks": ["officer"], "reason": "none"}),
    ] {
        refused(account::CADET, body, 422, "empty-request").await;
    }
}

#[tokio::test]
async fn a_body_that_names_another_account_than_the_path_is_refused() {
    let body = json!({"accId": account::OFFICER, "add": ["officer"]});
    let answer = refused(account::CADET, body, 400, "account-mismatch").await;
    insta::assert_json_snapshot!(answer.whole());
    for other in ["", "1002", "discord:100000000000000002", account::NEIGHBOUR] {
        let body = json!({"accId": other, "add": ["officer"]});
        refused(account::CADET, body, 400, "account-mismatch").await;
    }
}

#[tokio::test]
async fn an_account_that_is_not_there_and_one_of_the_neighbours_get_the_same_answer() {
    let body = json!({"add": ["cadet"]});
    let unknown = refused(account::NOBODY, body.clone(), 404, "account-not-found").await;
    let foreign = refused(account::NEIGHBOUR, body, 404, "account-not-found").await;
    let unknown = unknown.body.to_string().replace(account::NOBODY, account::NEIGHBOUR);
    assert_eq!(foreign.body.to_string(), unknown);
}

#[tokio::test]
async fn a_neighbour_changes_none_of_our_accounts() {
    let server = Server::start().await;
    let written = server.written().await;
    let neighbour = server.neighbours_bot().await;
    let answer = neighbour.set_ranks(account::CADET, json!({"add": ["watchman"]})).await;
    answer.problem(404, "account-not-found");
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_banned_account_is_given_nothing() {
    let answer = refused(account::BANNED, json!({"add": ["officer"]}), 409, "account-banned").await;
    insta::assert_json_snapshot!(answer.whole());
    for body in [
        json!({"set": ["officer"]}),
        json!({"add": ["officer"], "remove": ["cadet"]}),
        json!({"remove": ["cadet"], "active": true}),
    ] {
        refused(account::BANNED, body, 409, "account-banned").await;
    }
}

#[tokio::test]
async fn an_archived_account_is_given_nothing() {
    let answer = refused(account::ARCHIVED, json!({"add": ["officer"]}), 409, "account-archived").await;
    insta::assert_json_snapshot!(answer.whole());
    for body in [json!({"set": ["medic"]}), json!({"remove": ["cadet"], "active": true})] {
        refused(account::ARCHIVED, body, 409, "account-archived").await;
    }
}

#[tokio::test]
async fn a_banned_or_archived_account_is_not_made_active() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (account, kind) in [(account::BANNED, "account-banned"), (account::ARCHIVED, "account-archived")] {
        bot.set_ranks(account, json!({"active": false})).await.ok();
        let written = server.written().await;
        bot.set_ranks(account, json!({"active": true})).await.problem(409, kind);
        assert_eq!(server.written().await, written);
    }
}

#[tokio::test]
async fn a_reason_is_not_a_novel() {
    let reason = "ä".repeat(501);
    let body = json!({"add": ["officer"], "reason": reason});
    let answer = refused(account::CADET, body, 400, "invalid-body").await;
    assert_eq!(answer.body["errors"][0]["pointer"], "/reason");

    let server = Server::start().await;
    let body = json!({"add": ["officer"], "reason": &reason[..1000]});
    server.bot().await.set_ranks(account::CADET, body).await.ok();
}
