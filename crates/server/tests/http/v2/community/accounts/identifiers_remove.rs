//! `DELETE /v2/community/accounts/{accountId}/identifiers/{identifierId}`: takes an identifier from the
//! account.

use serde_json::{Value, json};

use crate::kit::{Actor, Answer, Server, account};

/// The Discord identifier of the cadet, and its value.
const DISCORD: &str = "50000000-0000-0000-0000-000000000002";
const VALUE: &str = "100000000000000002";

fn path(account: &str) -> String {
    format!("/v2/community/accounts/{account}/identifiers")
}

async fn remove(actor: &Actor, account: &str, id: &str) -> Answer {
    actor.delete(&format!("{}/{id}", path(account))).await
}

async fn register(actor: &Actor, account: &str, value: &str) -> Answer {
    actor.post(&path(account), json!({"identifiers": [{"type": "discord", "value": value}]})).await
}

async fn discord_id(actor: &Actor, account: &str) -> Value {
    let answer = actor.get(&format!("/v2/community/accounts/{account}")).await;
    answer.ok()["data"]["discordId"].clone()
}

#[tokio::test]
async fn an_identifier_is_answered_as_it_was_and_is_free_for_its_rightful_owner() {
    let server = Server::start().await;
    let bot = server.bot().await;
    register(&bot, account::NEWCOMER, VALUE).await.problem(409, "identifier-taken");
    insta::assert_json_snapshot!(remove(&bot, account::CADET, DISCORD).await.whole());
    assert_eq!(discord_id(&bot, account::CADET).await, Value::Null);
    register(&bot, account::NEWCOMER, VALUE).await.ok();
    assert_eq!(remove(&bot, account::CADET, DISCORD).await.status, 404);
}

#[tokio::test]
async fn the_row_names_the_next_of_the_same_type() {
    let server = Server::start().await;
    let bot = server.bot().await;
    register(&bot, account::CADET, "100000000000000055").await.ok();
    assert_eq!(discord_id(&bot, account::CADET).await, VALUE);
    remove(&bot, account::CADET, DISCORD).await.ok();
    assert_eq!(discord_id(&bot, account::CADET).await, "100000000000000055");
}

#[tokio::test]
async fn an_identifier_that_is_not_the_accounts_is_not_found() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    for (account, id) in [(account::CHIEF, DISCORD), (account::CADET, account::NOBODY)] {
        remove(&bot, account, id).await.problem(404, "identifier-not-found");
    }
    remove(&bot, account::NEIGHBOUR, DISCORD).await.problem(404, "account-not-found");
    remove(&bot, account::CADET, "first").await.problem(400, "invalid-path");
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn nobody_is_unlinked_from_an_account_that_stands_too_high_for_the_credential() {
    let server = Server::start().await;
    let low = server.bot_below(50).await;
    let chiefs = "50000000-0000-0000-0000-000000000004";
    remove(&low, account::CHIEF, chiefs).await.problem(403, "insufficient-power");
    remove(&low, account::CADET, DISCORD).await.ok();
}

#[tokio::test]
async fn the_account_has_another_etag_afterwards() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let row = format!("/v2/community/accounts/{}", account::CADET);
    let before = bot.get(&row).await;
    remove(&bot, account::CADET, DISCORD).await.ok();
    assert_ne!(bot.get(&row).await.etag(), before.etag());
}
