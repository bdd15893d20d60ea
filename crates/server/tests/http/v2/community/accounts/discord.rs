//! `GET /v2/community/accounts/discord/{discordId}`: the account of a Discord id.

use serde_json::json;

use crate::kit::{Server, account};

fn path(id: &str) -> String {
    format!("/v2/community/accounts/discord/{id}")
}

#[tokio::test]
async fn the_answer_is_that_of_get_account() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let by_id = bot.get(&format!("/v2/community/accounts/{}", account::CADET)).await;
    for id in ["100000000000000002", "discord:100000000000000002", "0100000000000000002"] {
        let found = bot.get(&path(id)).await;
        assert_eq!(found.ok()["data"], by_id.ok()["data"], "{id}");
        assert_eq!(found.etag(), by_id.etag());
    }
}

#[tokio::test]
async fn a_discord_id_of_any_length_is_found() {
    let server = Server::start().await;
    let bot = server.bot().await;
    server.link_discord(account::OFFICER, "1234567890").await;
    assert_eq!(bot.get(&path("1234567890")).await.ok()["data"]["accId"], account::OFFICER);
}

#[tokio::test]
async fn nobody_several_and_what_is_no_discord_id() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.get(&path("100000000000000099")).await.problem(404, "account-not-found");
    server.link_discord(account::OFFICER, "100000000000000002").await;
    let several = bot.get(&path("100000000000000002")).await;
    let detail = several.problem(404, "account-not-found")["detail"].as_str().expect("a sentence");
    assert!(detail.contains("2 accounts"), "{detail}");
    for id in ["me", "discord:", "steam:110000100000002", "123456789012345678901"] {
        bot.get(&path(id)).await.problem(400, "invalid-path");
    }
    // Another community's.
    server.neighbours_bot().await.get(&path("100000000000000003")).await.problem(404, "account-not-found");
}

#[tokio::test]
async fn a_discord_id_with_its_type_names_who_acts_whatever_its_length() {
    let server = Server::start().await;
    let bot = server.bot().await;
    server.link_discord(account::CHIEF, "1234567890").await;
    let body = json!({"add": ["medic"], "userId": "discord:1234567890"});
    bot.set_ranks(account::CADET, body).await.ok();
}
