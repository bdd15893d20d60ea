//! `GET /v2/community/accounts/{accountId}/clock/current`: the open row, if there is one.

use serde_json::json;

use super::clock;
use crate::kit::{Server, account};

fn path(account: &str) -> String {
    format!("/v2/community/accounts/{account}/clock/current")
}

#[tokio::test]
async fn a_bot_reads_the_open_row_of_an_account() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let row = clock(&bot, account::OFFICER, json!({"type": "training"})).await;
    let answer = bot.get(&path(account::OFFICER)).await;
    assert_eq!(answer.ok()["data"], row.ok()["data"]);
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn an_account_that_is_off_duty_is_told_of_as_text() {
    let server = Server::start().await;
    let bot = server.bot().await;
    insta::assert_json_snapshot!(bot.get(&path(account::CADET)).await.whole());
    clock(&bot, account::CADET, json!({})).await.ok();
    clock(&bot, account::CADET, json!({})).await.ok();
    assert_eq!(bot.get(&path(account::CADET)).await.ok()["data"], "Not Clocked In");
    assert_eq!(bot.get(&path(account::NEWCOMER)).await.ok()["data"], "Not Clocked In");
}

#[tokio::test]
async fn the_account_may_be_repeated_but_not_another_named() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for query in [
        format!("accId={}", account::CADET),
        format!("accId={}", account::CADET.to_uppercase()),
        "accId=".to_owned(),
    ] {
        bot.get(&format!("{}?{query}", path(account::CADET))).await.ok();
    }
    for other in [account::OFFICER, "me", "%00"] {
        bot.get(&format!("{}?accId={other}", path(account::CADET))).await.problem(400, "account-mismatch");
    }
    let twice = format!("{}?accId={1}&accId={1}", path(account::CADET), account::CADET);
    bot.get(&twice).await.problem(400, "invalid-query");
}

#[tokio::test]
async fn an_account_that_is_not_here_is_not_off_duty() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for account in [account::NOBODY, account::NEIGHBOUR] {
        bot.get(&path(account)).await.problem(404, "account-not-found");
    }
}
