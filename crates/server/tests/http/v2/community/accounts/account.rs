//! `GET /v2/community/accounts/{accountId}`: the account row in its shorter documented form.

use serde_json::json;

use crate::kit::{Server, account};

fn path(account: &str) -> String {
    format!("/v2/community/accounts/{account}")
}

#[tokio::test]
async fn a_bot_reads_an_account_with_every_part_filled_in() {
    let server = Server::start().await;
    insta::assert_json_snapshot!(server.bot().await.get(&path(account::CADET)).await.whole());
}

#[tokio::test]
async fn a_bot_reads_an_account_with_hardly_anything_filled_in() {
    let server = Server::start().await;
    insta::assert_json_snapshot!(server.bot().await.get(&path(account::OWNER)).await.whole());
}

#[tokio::test]
async fn an_account_has_the_etag_that_a_change_of_its_ranks_answered() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let before = bot.get(&path(account::CADET)).await;
    let changed = bot.set_ranks(account::CADET, json!({"add": ["medic"]})).await;
    let after = bot.get(&path(account::CADET)).await;
    assert_ne!(before.header("etag"), after.header("etag"));
    assert_eq!(changed.header("etag"), after.header("etag"));
    assert_eq!(changed.ok()["data"]["ranks"], after.ok()["data"]["ranks"]);
}

#[tokio::test]
async fn a_bot_is_told_that_an_account_is_not_there() {
    let server = Server::start().await;
    let answer = server.bot().await.get(&path(account::NOBODY)).await;
    answer.problem(404, "account-not-found");
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn another_communitys_account_is_as_absent_as_one_that_never_was() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let foreign = bot.get(&path(account::NEIGHBOUR)).await;
    let unknown = bot.get(&path(account::NOBODY)).await;
    let text = foreign.problem(404, "account-not-found").to_string();
    let expected = unknown.problem(404, "account-not-found").to_string();
    assert_eq!(text, expected.replace(account::NOBODY, account::NEIGHBOUR));
}
