//! Authority to ban, kick, archive and bring back: the credential's power ceiling, and the power of the
//! person in `userId`.

use serde_json::{Value, json};

use crate::kit::{Actor, Server, account};

const ACTIONS: [&str; 5] = ["ban", "unban", "kick", "archive", "restore"];

/// Checks that every action of `actor` on this account is refused for lack of power, and that nothing is
/// written.
async fn assert_too_low(server: &Server, actor: &Actor, account: &str, body: Value) {
    let path = format!("/v2/community/accounts/{account}");
    let before = (server.written().await, actor.get(&path).await.ok()["data"].clone());
    for action in ACTIONS {
        let mut body = body.clone();
        if let ("unban" | "restore", Some(members)) = (action, body.as_object_mut()) {
            // Unban and restore take nothing away, and do not know this member.
            members.remove("keepRanks");
        }
        let answer = actor.change_standing(account, action, body.clone()).await;
        assert_eq!(answer.body["type"], "/problems/insufficient-power", "{action} {body}");
        answer.problem(403, "insufficient-power");
    }
    assert_eq!((server.written().await, actor.get(&path).await.ok()["data"].clone()), before);
}

#[tokio::test]
async fn a_bot_puts_out_only_who_stands_strictly_below_its_ceiling() {
    let server = Server::start().await;
    let bot = server.bot_below(30).await;
    assert_too_low(&server, &bot, account::OFFICER, json!({})).await;
    assert_too_low(&server, &bot, account::OFFICER, json!({"keepRanks": true})).await;
    insta::assert_json_snapshot!(bot.change_standing(account::OFFICER, "ban", json!({})).await.whole());
    server.bot_below(31).await.change_standing(account::OFFICER, "ban", json!({})).await.undo_id();
}

#[tokio::test]
async fn a_bot_of_no_power_puts_out_nobody() {
    let server = Server::start().await;
    assert_too_low(&server, &server.bot_below(0).await, account::NEWCOMER, json!({})).await;
    server.bot_below(1).await.change_standing(account::NEWCOMER, "ban", json!({})).await.ok();
}

#[tokio::test]
async fn only_a_bot_without_ceiling_puts_out_the_owner() {
    let server = Server::start().await;
    assert_too_low(&server, &server.bot_below(u32::MAX).await, account::OWNER, json!({})).await;
    let bot = server.bot().await;
    assert_too_low(&server, &bot, account::OWNER, json!({"userId": account::CHIEF})).await;
    let answer = server.bot_below(u32::MAX).await.change_standing(account::OWNER, "ban", json!({})).await;
    insta::assert_json_snapshot!(answer.whole());
    bot.change_standing(account::OWNER, "ban", json!({})).await.ok();
}

#[tokio::test]
async fn a_person_puts_out_only_who_stands_strictly_below_them() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let by_officer = json!({"userId": account::OFFICER});
    assert_too_low(&server, &bot, account::CHIEF, by_officer.clone()).await;
    bot.change_ranks(account::NEWCOMER, json!({"set": ["medic"]})).await;
    assert_too_low(&server, &bot, account::NEWCOMER, by_officer.clone()).await;
    bot.change_standing(account::CADET, "ban", by_officer).await.undo_id();
    let by_discord = json!({"userId": "discord:100000000000000004"});
    bot.change_standing(account::OFFICER, "kick", by_discord).await.undo_id();
    let by_owner = json!({"userId": account::OWNER});
    bot.change_standing(account::CHIEF, "archive", by_owner).await.undo_id();
}

#[tokio::test]
async fn nobody_puts_themselves_out_or_brings_themselves_back() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for person in [account::CHIEF, account::BANNED, account::ARCHIVED, account::NEWCOMER] {
        assert_too_low(&server, &bot, person, json!({"userId": person})).await;
    }
}

#[tokio::test]
async fn a_banned_or_archived_person_puts_out_nobody() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.change_standing(account::CHIEF, "ban", json!({"keepRanks": true})).await.ok();
    for person in [account::CHIEF, account::ARCHIVED] {
        assert_too_low(&server, &bot, account::NEWCOMER, json!({"userId": person})).await;
    }
}

#[tokio::test]
async fn the_lower_of_ceiling_and_person_decides() {
    let server = Server::start().await;
    let low = server.bot_below(20).await;
    assert_too_low(&server, &low, account::OFFICER, json!({"userId": account::OWNER})).await;
    let high = server.bot_below(1000).await;
    assert_too_low(&server, &high, account::CHIEF, json!({"userId": account::OFFICER})).await;
    low.change_standing(account::CADET, "ban", json!({"userId": account::OWNER})).await.undo_id();
}

#[tokio::test]
async fn a_person_whom_nobody_knows_puts_out_nobody() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let before = server.written().await;
    for action in ACTIONS {
        for user in [account::NOBODY, account::NEIGHBOUR, "100000000000000098", "Chief", ""] {
            let answer = bot.change_standing(account::CADET, action, json!({"userId": user})).await;
            let errors = &answer.problem(422, "unknown-user")["errors"];
            assert_eq!(*errors, json!([{"pointer": "/userId"}]), "{action} {user:?}");
        }
    }
    assert_eq!(server.written().await, before);
}
