//! `POST /v2/community/accounts/{accountId}/identifiers` with identifiers that people share: an address, the
//! parts of a computer. They are nobody's own. The flags that they raise are in `../flags.rs`.

use serde_json::{Value, json};

use crate::kit::{Actor, Answer, Server, account};

fn path(account: &str) -> String {
    format!("/v2/community/accounts/{account}/identifiers")
}

async fn register(actor: &Actor, account: &str, pairs: &[(&str, &str)]) -> Answer {
    let entries = pairs.iter().map(|(kind, value)| json!({"type": kind, "value": value}));
    actor.post(&path(account), json!({"identifiers": entries.collect::<Vec<_>>()})).await
}

async fn values(actor: &Actor, account: &str) -> Vec<String> {
    let answer = actor.get(&path(account)).await;
    let all = answer.ok()["data"].as_array().expect("a list").clone();
    all.iter().map(|identifier| identifier["value"].as_str().expect("a value").to_owned()).collect()
}

/// What a game server reports of a player, with an address and a computer that two of them share.
fn report(license: &str, discord: &str) -> [(&'static str, String); 6] {
    [
        ("ip", "192.0.2.77".to_owned()),
        ("hwid", "2:shared-pc".to_owned()),
        ("hwid", format!("3:{license}")),
        ("hwid_4", "4:shared-pc".to_owned()),
        ("license", license.to_owned()),
        ("discord", discord.to_owned()),
    ]
}

#[tokio::test]
async fn the_second_member_of_a_household_is_registered_like_the_first() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (account, license, discord) in [
        (account::NEWCOMER, "aaaa01", "100000000000000001"),
        (account::OFFICER, "aaaa02", "100000000000000003"),
    ] {
        let report = report(license, discord);
        let pairs: Vec<_> = report.iter().map(|(kind, value)| (*kind, value.as_str())).collect();
        let answer = register(&bot, account, &pairs).await;
        assert_eq!(answer.ok()["data"].as_array().map(Vec::len), Some(6), "all of them");
        insta::assert_json_snapshot!(license, answer.whole());
    }
    insta::assert_json_snapshot!(bot.get(&path(account::OFFICER)).await.ok()["data"]);
}

#[tokio::test]
async fn a_shared_identifier_finds_nobody_and_is_no_id_of_the_account() {
    let server = Server::start().await;
    let bot = server.bot().await;
    register(&bot, account::NEWCOMER, &[("ip", "192.0.2.77"), ("hwid", "77777"), ("license", "aa77")])
        .await
        .ok();
    for id in ["ip:192.0.2.77", "192.0.2.77", "hwid:77777", "77777"] {
        let found = bot.get(&format!("/v2/community/accounts/search?apiId={id}")).await;
        assert_eq!(found.ok()["data"]["total"], 0, "{id}");
    }
    let row = bot.get(&format!("/v2/community/accounts/{}", account::NEWCOMER)).await;
    let ids = json!(["discord:100000000000000001", "license:aa77"]);
    assert_eq!(row.ok()["data"]["activeApiIds"], ids);
    let listed = bot.get("/v2/community/accounts?take=1").await;
    assert_eq!(listed.ok()["data"]["items"][0]["activeApiIds"], ids);
}

#[tokio::test]
async fn a_banned_account_gains_shared_identifiers_but_none_of_its_own() {
    let server = Server::start().await;
    let bot = server.bot().await;
    register(&bot, account::BANNED, &[("ip", "192.0.2.77")]).await.ok();
    register(&bot, account::BANNED, &[("ip", "192.0.2.78"), ("xbl", "7")])
        .await
        .problem(409, "account-banned");
    assert!(!values(&bot, account::BANNED).await.contains(&"192.0.2.78".to_owned()));
}

#[tokio::test]
async fn the_oldest_shared_identifiers_make_room_for_new_ones() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let licenses: Vec<_> = (0..98).map(|number| format!("{number:x}")).collect();
    let licenses: Vec<_> = licenses.iter().map(|value| ("license", value.as_str())).collect();
    register(&bot, account::NEWCOMER, &licenses).await.ok();
    // A player whose address is another one every day, and who has a Discord id besides.
    for chunk in 0..3 {
        let day = |number: i32| format!("198.51.100.{}", chunk * 50 + number);
        let addresses: Vec<_> = (0..50).map(day).collect();
        let addresses: Vec<_> = addresses.iter().map(|value| ("ip", value.as_str())).collect();
        server.advance(std::time::Duration::from_mins(1));
        register(&bot, account::NEWCOMER, &addresses).await.ok();
    }
    let values = values(&bot, account::NEWCOMER).await;
    assert_eq!(values.len(), 200);
    let kept = |number: i32| values.contains(&format!("198.51.100.{number}"));
    assert!(kept(149) && kept(50) && !kept(0) && !kept(40), "{values:?}");
    let entries =
        server.admin().await.get("/v2/community/administration?kind=identifiers.changed&take=1").await;
    let entry = &entries.ok()["data"]["entries"][0];
    assert_eq!(entry["before"]["identifiers"].as_array().map(Vec::len), Some(49), "those that made room");
    assert_eq!(entry["after"]["identifiers"].as_array().map(Vec::len), Some(50));
}

#[tokio::test]
async fn only_what_is_new_is_told_to_those_who_listen() {
    let server = Server::start().await;
    let (bot, admin) = (server.bot().await, server.admin().await);
    let count = async || {
        let entries = admin.get("/v2/community/administration?kind=identifiers.changed&take=100").await;
        entries.ok()["data"]["entries"].as_array().map(Vec::len)
    };
    let before = count().await;
    let known = [("discord", "100000000000000001")];
    register(&bot, account::NEWCOMER, &known).await.ok();
    assert_eq!(count().await, before);
    register(&bot, account::NEWCOMER, &[known[0], ("ip", "192.0.2.1")]).await.ok();
    let entries = admin.get("/v2/community/administration?kind=identifiers.changed&take=1").await;
    assert_eq!(entries.ok()["data"]["entries"][0]["after"], json!({"identifiers": ["ip:192.0.2.1"]}));
    assert_eq!(entries.body["data"]["entries"][0]["before"], Value::Null);
}

#[tokio::test]
async fn a_frozen_community_registers_none() {
    let server = Server::start().await;
    server.admin().await.post("/v2/community/freeze", json!({})).await.ok();
    let refused = register(&server.bot().await, account::NEWCOMER, &[("ip", "192.0.2.1")]).await;
    refused.problem(423, "community-frozen");
}
