//! `GET /v2/community/servers/{serverId}/whitelist`: all who may join a game server.

mod check;

use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::{Actor, Server, account};

const PATH: &str = "/v2/community/servers/1/whitelist";

/// Lets these ranks in, and keeps those out.
async fn set(admin: &Actor, allowed: Value, blocked: Value) {
    let server = json!({"id": 1, "name": "Main", "allowedRanks": allowed, "blockedRanks": blocked});
    admin.put_servers(json!([server, {"id": 2, "name": "Test"}])).await.ok();
}

/// Returns the names of those who may join.
async fn names(actor: &Actor) -> Vec<String> {
    let list = actor.get(PATH).await.ok()["data"].clone();
    let name = |member: &Value| member["name"].as_str().expect("a name").to_owned();
    list.as_array().expect("a list").iter().map(name).collect()
}

/// Returns the answer to the question whether an account may join.
async fn may_join(actor: &Actor, account: &str) -> bool {
    let answer = actor.post(&format!("{PATH}/check"), json!({"accId": account})).await;
    if answer.status == 200 {
        return true;
    }
    let detail = answer.body["detail"].as_str().expect("a word");
    assert!(["NOT ALLOWED ON WHITELIST", "BLOCKED FOR WHITELIST"].contains(&detail), "{detail}");
    assert_eq!(answer.status, 403);
    false
}

#[tokio::test]
async fn a_game_server_reads_all_who_may_join() {
    let server = Server::start().await;
    insta::assert_json_snapshot!(server.bot().await.get(PATH).await.whole());
}

#[tokio::test]
async fn one_blocked_rank_keeps_out_and_else_one_allowed_rank_lets_in() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    for (allowed, blocked, expected) in [
        (json!([]), json!([]), vec!["Ärwin Cadet", "Officer", "Chief"]),
        (json!(["officer", "chief"]), json!([]), vec!["Officer", "Chief"]),
        (json!(["officer", "cadet"]), json!(["medic"]), vec!["Ärwin Cadet"]),
        (json!([]), json!(["chief", "cadet"]), vec!["Officer"]),
        (json!(["chief"]), json!(["chief"]), vec![]),
    ] {
        set(&admin, allowed.clone(), blocked.clone()).await;
        assert_eq!(names(&bot).await, expected, "{allowed} {blocked}");
    }
}

#[tokio::test]
async fn the_whitelist_follows_the_ledger_at_once() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    set(&admin, json!(["officer"]), json!(["medic"])).await;
    let of_cadet = |answer: Vec<String>| answer.contains(&"Ärwin Cadet".to_owned());
    let is_in = || async {
        let listed = of_cadet(names(&bot).await);
        assert_eq!(may_join(&bot, account::CADET).await, listed, "the list and the check agree");
        listed
    };
    assert!(!is_in().await);
    let given = bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    assert!(is_in().await, "an allowed rank was given");
    bot.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
    assert!(!is_in().await, "a blocked rank was given");
    bot.change_ranks(account::CADET, json!({"remove": ["medic"]})).await;
    assert!(is_in().await);
    bot.undo(&given, json!({})).await.ok();
    assert!(!is_in().await, "the allowed rank was undone");
    let until = json!([{"rank": "officer", "expiresIn": "PT1H"}]);
    bot.change_ranks(account::CADET, json!({ "add": until })).await;
    assert!(is_in().await);
    server.advance(Duration::from_secs(3599));
    assert!(is_in().await);
    server.advance(Duration::from_secs(1));
    assert!(!is_in().await, "the end has come, and nobody has taken the rank away yet");
    let for_ever = json!([{"rank": "officer", "expiresAt": null}]);
    bot.change_ranks(account::CADET, json!({ "set": for_ever })).await;
    assert!(is_in().await);
    for (out, back) in [("ban", "unban"), ("archive", "restore")] {
        bot.change_standing(account::CADET, out, json!({"keepRanks": true})).await.ok();
        assert!(!is_in().await, "{out}");
        bot.change_standing(account::CADET, back, json!({})).await.ok();
        bot.set_ranks(account::CADET, json!({"active": true})).await.ok();
        assert!(is_in().await, "{back}");
    }
    bot.set_ranks(account::CADET, json!({"active": false})).await.ok();
    assert!(!is_in().await, "it is not active");
    bot.set_ranks(account::CADET, json!({"active": true})).await.ok();
    server.edit_profile(account::CADET, |profile| profile.sys_status = false).await;
    assert!(!is_in().await, "it is disabled");
}

#[tokio::test]
async fn ids_stand_with_their_type_and_without_but_for_those_that_people_share() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let identifiers = json!({"identifiers": [
        {"type": "ip", "value": "203.0.113.7"}, {"type": "hwid", "value": "a-computer"},
        {"type": "license", "value": "abcdef0123"},
    ]});
    bot.post(&format!("/v2/community/accounts/{}/identifiers", account::CADET), identifiers).await.ok();
    let list = bot.get(PATH).await.ok()["data"].clone();
    let expected = json!([
        "discord:100000000000000002",
        "license:abcdef0123",
        "100000000000000002",
        "abcdef0123",
        "LEGACY-7"
    ]);
    assert_eq!(list[0]["apiIds"], expected);
    for id in expected.as_array().expect("ids") {
        let answer = bot.post(&format!("{PATH}/check"), json!({ "apiId": id })).await;
        assert_eq!(answer.ok()["data"], "Ärwin Cadet", "{id}");
    }
}

#[tokio::test]
async fn the_discord_id_of_the_row_alone_lets_a_member_in() {
    let server = Server::start().await;
    let (legacy, bot) = server.legacy().await;
    let created = server.admin().await.create_account(json!({"name": "Imported"})).await;
    let account = created.ok()["data"]["accId"].as_str().expect("an id").to_owned();
    server.link_discord(&account, "4242").await;
    bot.set_ranks(&account, json!({"add": ["cadet"]})).await.ok();
    let list = bot.get(PATH).await.ok()["data"].clone();
    let members = list.as_array().expect("a list");
    let member = members.iter().find(|member| member["name"] == "Imported").expect("the member");
    assert_eq!(member["apiIds"], json!(["discord:4242", "4242"]));
    for id in ["4242", "discord:4242", "Discord:4242"] {
        let answer = bot.post(&format!("{PATH}/check"), json!({ "apiId": id })).await;
        assert_eq!(answer.ok()["data"], "Imported", "{id}");
        assert_eq!(legacy.call("CHECK_COM_APIID", json!([{ "apiId": id }])).await.legacy_text(), "Imported");
    }
    let row = bot.get(&format!("/v2/community/accounts/{account}")).await;
    assert_eq!(row.ok()["data"]["activeApiIds"], json!(["discord:4242"]));
    let found = bot.get("/v2/community/accounts/search?apiId=4242").await;
    assert_eq!(found.ok()["data"]["items"][0]["activeApiIds"], json!(["discord:4242"]));
    let other_type = bot.post(&format!("{PATH}/check"), json!({"apiId": "steam:4242"})).await;
    assert_eq!(other_type.body["detail"], "UNKNOWN_ACC_API_ID");
}

#[tokio::test]
async fn a_server_that_is_not_there_has_no_whitelist() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.get(&PATH.replace("/1/", "/9/")).await.problem(404, "server-not-found");
    bot.get(&PATH.replace("/1/", "/x/")).await.problem(400, "invalid-path");
}
