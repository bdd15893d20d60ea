//! `GET /v2/community/accounts/{accountId}/identifiers`: the ids that tie an account to Discord, Steam and
//! the like.

use serde_json::json;

use crate::kit::{Server, account};

fn path(account: &str) -> String {
    format!("/v2/community/accounts/{account}/identifiers")
}

#[tokio::test]
async fn a_bot_reads_the_identifiers_of_an_account_oldest_first() {
    let server = Server::start().await;
    insta::assert_json_snapshot!(server.bot().await.get(&path(account::CADET)).await.whole());
}

#[tokio::test]
async fn an_account_without_identifiers_has_an_empty_list() {
    let server = Server::start().await;
    let answer = server.bot().await.get(&path(account::OWNER)).await;
    assert_eq!(answer.ok()["data"], json!([]));
}

#[tokio::test]
async fn a_bot_is_told_that_an_account_is_not_there() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for account in [account::NOBODY, account::NEIGHBOUR] {
        bot.get(&path(account)).await.problem(404, "account-not-found");
    }
}
