//! `GET` and `PUT /v2/community/guards`: the settings by administrators, and removals that pass. Refusals are
//! tested in `guards_refused`.

use std::time::Duration;

use serde_json::json;

use crate::kit::{Actor, Server, account};

/// Gives somebody more ranks. Returns their keys.
async fn give(server: &Server, bot: &Actor, count: u32) -> Vec<String> {
    let keys = server.more_ranks(count).await;
    bot.set_ranks(account::NEWCOMER, json!({"add": keys})).await.undo_id();
    keys
}

#[tokio::test]
async fn an_administrator_reads_the_guards_of_a_community_that_never_set_any() {
    let server = Server::start().await;
    let answer = server.admin().await.get("/v2/community/guards").await;
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn one_setting_switches_the_guard_on() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let answer = admin.set_guards(json!({"enabled": true})).await;
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(admin.guards().await, answer.ok()["data"]);
}

#[tokio::test]
async fn what_is_not_named_stays_as_it_is() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let guards = |enabled: bool, [minute, hour, minute_of_all, hour_of_all]: [u32; 4]| {
        json!({
            "enabled": enabled, "removalsPerMinute": minute, "removalsPerHour": hour,
            "communityRemovalsPerMinute": minute_of_all, "communityRemovalsPerHour": hour_of_all, "frozen": null,
        })
    };
    for (body, expected) in [
        (json!({"removalsPerMinute": 3}), guards(false, [3, 100, 9, 300])),
        (json!({"removalsPerHour": 100_000}), guards(false, [3, 100_000, 9, 100_000])),
        (json!({"enabled": true, "removalsPerMinute": null}), guards(true, [3, 100_000, 9, 100_000])),
        (json!({}), guards(true, [3, 100_000, 9, 100_000])),
        (json!({"communityRemovalsPerMinute": 7}), guards(true, [3, 100_000, 7, 100_000])),
        (json!({"enabled": false, "removalsPerHour": 1}), guards(false, [3, 1, 7, 100_000])),
    ] {
        assert_eq!(admin.set_guards(body).await.ok()["data"], expected);
        assert_eq!(admin.guards().await, expected);
    }
}

#[tokio::test]
async fn a_limit_is_from_1_to_100000() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let members =
        ["removalsPerMinute", "removalsPerHour", "communityRemovalsPerMinute", "communityRemovalsPerHour"];
    for member in members {
        for limit in [0, 100_001] {
            let answer = admin.set_guards(json!({"enabled": true, member: limit})).await;
            let problem = answer.problem(400, "invalid-body");
            assert_eq!(problem["errors"][0]["pointer"], format!("/{member}"));
        }
    }
    assert_eq!(admin.guards().await["enabled"], false);
}

#[tokio::test]
async fn a_bot_without_the_scope_admin_neither_sees_nor_sets_the_guards() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.get("/v2/community/guards").await.problem(403, "missing-scope");
    bot.set_guards(json!({"enabled": true})).await.problem(403, "missing-scope");
    assert_eq!(server.admin().await.guards().await["enabled"], false);
}

#[tokio::test]
async fn while_the_guard_is_off_nobody_is_counted_or_held_up() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    admin.set_guards(json!({"removalsPerMinute": 1})).await.ok();
    let keys = give(&server, &bot, 30).await;
    bot.set_ranks(account::NEWCOMER, json!({"remove": &keys[1..]})).await.undo_id();
    admin.set_guards(json!({"enabled": true})).await.ok();
    bot.set_ranks(account::NEWCOMER, json!({"remove": &keys[..1]})).await.undo_id();
    bot.set_ranks(account::CADET, json!({"set": []})).await.problem(429, "abnormal-usage-detected");
    admin.set_guards(json!({"enabled": false})).await.ok();
    bot.set_ranks(account::CADET, json!({"set": []})).await.undo_id();
}

#[tokio::test]
async fn giving_ranks_is_never_counted() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    admin.set_guards(json!({"enabled": true, "removalsPerMinute": 1, "removalsPerHour": 1})).await.ok();
    for key in give(&server, &bot, 30).await {
        bot.set_ranks(account::OFFICER, json!({"add": [key]})).await.undo_id();
    }
    bot.set_ranks(account::CADET, json!({"remove": ["medic", "chief"]})).await.ok();
    bot.set_ranks(account::CADET, json!({"remove": ["cadet"]})).await.undo_id();
    bot.set_ranks(account::CADET, json!({"add": ["cadet"]})).await.undo_id();
}

#[tokio::test]
async fn a_ban_and_a_retirement_within_the_limit_pass_and_are_counted() {
    let server = Server::start().await;
    let (admin, low) = (server.admin().await, server.admin_below(100).await);
    admin.set_guards(json!({"enabled": true, "removalsPerMinute": 6})).await.ok();
    low.change_standing(account::OFFICER, "ban", json!({})).await.undo_id();
    let body = json!({"removeFromHolders": true});
    assert_eq!(low.change_rank("cadet", "retire", body).await.ok()["data"]["removedFrom"], 3);
    let refused = low.set_ranks(account::CHIEF, json!({"set": []})).await;
    assert_eq!(
        refused.problem(429, "abnormal-usage-detected")["recent"],
        6,
        "two ranks, a standing, three ranks"
    );
    server.advance(Duration::from_mins(1));
    low.set_ranks(account::CHIEF, json!({"set": []})).await.undo_id();
}

#[tokio::test]
async fn an_administrator_without_a_ceiling_is_exempt() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.set_guards(json!({"enabled": true, "removalsPerMinute": 1})).await.ok();
    for account in [account::OFFICER, account::CHIEF, account::CADET] {
        admin.set_ranks(account, json!({"set": [], "userId": account::OWNER})).await.undo_id();
    }
    assert_eq!(admin.counted().await, json!([]));
}

#[tokio::test]
async fn the_neighbours_have_guards_of_their_own() {
    let server = Server::start().await;
    let (admin, theirs) = (server.admin().await, server.neighbours_admin().await);
    admin.set_guards(json!({"enabled": true, "removalsPerMinute": 1})).await.ok();
    assert_eq!(theirs.guards().await["enabled"], false);
    let bot = server.bot().await;
    bot.set_ranks(account::CADET, json!({"set": []})).await.undo_id();
    for ranks in [json!([]), json!(["watchman"]), json!([])] {
        theirs.set_ranks(account::NEIGHBOUR, json!({"set": ranks})).await.undo_id();
    }
    bot.set_ranks(account::OFFICER, json!({"remove": ["medic"]}))
        .await
        .problem(429, "abnormal-usage-detected");
}
