//! A Discord id in the place of `{accountId}`.

use serde_json::json;

use crate::kit::{ENDPOINTS, Server, account};

/// The Discord id of the account that the tests of all endpoints name.
const DISCORD: &str = "100000000000000002";

#[tokio::test]
async fn every_endpoint_of_an_account_takes_its_discord_id_as_it_takes_its_uuid() {
    let mut endpoints = 0;
    for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.path.contains(account::CADET)) {
        // Undo ids and times are the same on two fresh servers.
        let server = Server::start().await;
        let by_uuid = server.admin().await.call(endpoint).await;
        for id in [DISCORD, "discord:100000000000000002"] {
            let path = endpoint.path.replace(account::CADET, id);
            let server = Server::start().await;
            let mut by_discord_id =
                server.admin().await.send(endpoint.method.clone(), &path, endpoint.body).await;
            assert_eq!(by_discord_id.status, by_uuid.status, "{path}: {}", by_discord_id.body);
            if path.split('?').next() == Some(path.as_str()) && by_uuid.status == 200 {
                by_discord_id.body["meta"]["path"] = by_uuid.body["meta"]["path"].clone();
                assert_eq!(by_discord_id.body["data"], by_uuid.body["data"], "{path}");
            }
        }
        endpoints += 1;
    }
    assert!(endpoints >= 17, "the table has {endpoints}");
}

#[tokio::test]
async fn a_bot_gives_a_rank_and_takes_it_back_by_discord_ids_alone() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let body = json!({"add": ["officer"], "userId": "100000000000000004"});
    let given = bot.set_ranks("100000000000000001", body).await;
    assert_eq!(given.ok()["data"]["accId"], account::NEWCOMER);
    let history = bot.get("/v2/community/rank-changes?accountId=100000000000000001").await;
    assert_eq!(history.ok()["data"]["rankChanges"][0]["accId"], account::NEWCOMER);
    bot.undo(given.undo_id(), json!({"userId": "100000000000000004"})).await.ok();
    assert_eq!(bot.ranks_of("discord:100000000000000001").await, json!([]));
}

#[tokio::test]
async fn a_short_discord_id_needs_its_type() {
    let server = Server::start().await;
    let bot = server.bot().await;
    server.link_discord(account::OFFICER, "1234567890").await;
    let answer = bot.get("/v2/community/accounts/discord:1234567890").await;
    assert_eq!(answer.ok()["data"]["accId"], account::OFFICER);
    insta::assert_json_snapshot!(bot.get("/v2/community/accounts/1234567890").await.whole());
}

#[tokio::test]
async fn nobody_several_and_what_is_no_id() {
    let server = Server::start().await;
    let bot = server.bot().await;
    insta::assert_json_snapshot!(bot.get("/v2/community/accounts/100000000000000099").await.whole());
    server.link_discord(account::OFFICER, DISCORD).await;
    let before = server.written().await;
    let several = bot.set_ranks(DISCORD, json!({"add": ["medic"]})).await;
    let detail = several.problem(404, "account-not-found")["detail"].as_str().expect("a sentence");
    assert!(detail.contains("2 accounts"), "{detail}");
    for id in ["1002", "discord:", "discord:x", "steam:110000100000002", "123456789012345678901", "Officer"] {
        bot.set_ranks(id, json!({"add": ["medic"]})).await.problem(400, "invalid-path");
        let path = format!("/v2/community/rank-changes?accountId={id}");
        bot.get(&path).await.problem(400, "invalid-query");
    }
    // Another community's.
    let neighbour = server.neighbours_bot().await;
    neighbour.set_ranks("100000000000000003", json!({"set": []})).await.problem(404, "account-not-found");
    assert_eq!(server.written().await, before);
}

#[tokio::test]
async fn who_may_not_read_accounts_learns_nothing_of_a_discord_id() {
    let server = Server::start().await;
    let bot = server.bot_with("community:read", |_| {}).await;
    for id in [DISCORD, "100000000000000099"] {
        bot.get(&format!("/v2/community/accounts/{id}")).await.problem(403, "missing-scope");
        bot.set_ranks(id, json!({"add": ["medic"]})).await.problem(403, "missing-scope");
    }
}

#[tokio::test]
async fn the_body_may_repeat_the_account_by_its_uuid_only() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let body = |id: &str| json!({"accId": id, "add": ["officer"], "dryRun": true});
    bot.set_ranks(DISCORD, body(account::CADET)).await.ok();
    bot.set_ranks(DISCORD, body(account::OFFICER)).await.problem(400, "account-mismatch");
}
