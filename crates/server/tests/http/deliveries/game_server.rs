//! Game servers: push events as their resources take them.

use std::time::Duration;

use rankledger_domain::log::EventType;
use rankledger_domain::subscription::{DeliveryState, Disabled, SubscriptionKind};
use serde_json::{Value, json};

use super::receiver::{Manner, Receiver, SECRET, deliveries, start, subscribe, until};
use crate::kit::{Server, account, rank};

#[tokio::test]
async fn a_game_server_gets_the_account_as_it_is_now() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::Answers(200, "ok")).await;
    subscribe(&server, SubscriptionKind::GameServer, &receiver.url(), |_| {}).await;
    let job = start(&server);
    server.bot().await.set_ranks(account::CADET, json!({"add": ["medic"]})).await.ok();
    let got = receiver.got(1).await;
    job.stop().await;
    assert_eq!((&got[0].body["key"], &got[0].body["type"]), (&json!(SECRET), &json!("ACCOUNT_UPDATED")));
    let data = &got[0].body["data"];
    insta::assert_json_snapshot!(data);
    let ids = data["activeApiIds"].as_array().expect("ids");
    assert!(ids.iter().all(|id| !id.as_str().expect("text").contains(':')), "bare ids");
    assert_eq!(data["ranks"], json!([rank::CADET, rank::MEDIC]));
}

#[tokio::test]
async fn each_event_of_an_account_has_the_type_that_game_servers_know() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::Answers(200, "Event not registered\n")).await;
    let id = subscribe(&server, SubscriptionKind::GameServer, &receiver.url(), |_| {}).await;
    let job = start(&server);
    let admin = server.admin().await;
    let of = |what: &str| format!("/v2/community/accounts/{}/{what}", account::NEWCOMER);
    admin.patch(&of("name"), json!({"newName": "Nina"})).await.ok();
    admin.post(&of("sync"), json!({})).await.ok();
    admin.post(&of("clock"), json!({"forceClockIn": true})).await.ok();
    admin.post(&of("ban"), json!({})).await.ok();
    receiver.got(3).await;
    until("the record", async || {
        deliveries(&server, id).await.iter().filter(|one| one.state == DeliveryState::Delivered).count() >= 3
    })
    .await;
    job.stop().await;
    let types: Vec<_> = receiver.received().iter().map(|got| got.body["type"].clone()).collect();
    assert_eq!(types.iter().filter(|one| *one == "ACCOUNT_UPDATED").count() + 1, types.len(), "{types:?}");
    let banned = receiver
        .received()
        .iter()
        .find(|got| got.body["type"] == "ACCOUNT_BANNED")
        .expect("the ban")
        .body
        .clone();
    assert_eq!(banned["data"], json!({"discordId": "100000000000000001", "accountId": account::NEWCOMER}));
}

#[tokio::test]
async fn a_sync_says_how_many_game_servers_are_told() {
    let server = Server::start().await;
    let path = format!("/v2/community/accounts/{}/sync", account::CADET);
    let listeners =
        async || server.bot().await.post(&path, json!({})).await.ok()["meta"]["listeners"].clone();
    assert_eq!(listeners().await, 0);
    let urls =
        ["http://127.0.0.1:1/a", "http://127.0.0.1:1/b", "http://127.0.0.1:1/c", "http://127.0.0.1:1/d"];
    for url in &urls[..2] {
        subscribe(&server, SubscriptionKind::GameServer, url, |_| {}).await;
    }
    subscribe(&server, SubscriptionKind::Standard, urls[2], |_| {}).await;
    subscribe(&server, SubscriptionKind::GameServer, urls[3], |subscription| {
        subscription.disabled = Some(Disabled { at: subscription.created_at, because: None });
    })
    .await;
    assert_eq!(listeners().await, 2);
}

#[tokio::test]
async fn a_push_event_and_v1_name_the_same_primary_rank() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::Answers(200, "ok")).await;
    subscribe(&server, SubscriptionKind::GameServer, &receiver.url(), |_| {}).await;
    let job = start(&server);
    let (legacy, bot) = server.legacy().await;
    let sets =
        [json!(["officer", "chief", "medic"]), json!(["officer", "cadet"]), json!(["medic"]), json!([])];
    for (count, set) in (1..).zip(sets) {
        bot.set_ranks(account::CADET, json!({ "set": set })).await.ok();
        receiver.got(count).await;
        let pushed = receiver.received()[count - 1].body["data"].clone();
        let read = legacy.call("GET_COM_ACCOUNT", json!([{"accId": account::CADET}])).await;
        for name in ["primaryRank", "secondaryRanks", "primaryDepartment", "secondaryDepartments"] {
            assert_eq!(pushed[name], read.legacy_json()[name], "{set}: {name}");
        }
    }
    job.stop().await;
}

#[tokio::test]
async fn a_refusal_is_a_failure_although_its_status_is_200() {
    for answer in ["Bad API Key", r#"{"error":"bad request"}"#, "<html>"] {
        let server = Server::start().await;
        let receiver = Receiver::start(Manner::Answers(200, answer)).await;
        let id = subscribe(&server, SubscriptionKind::GameServer, &receiver.url(), |_| {}).await;
        let job = start(&server);
        server.bot().await.set_ranks(account::CADET, json!({"add": ["medic"]})).await.ok();
        until("the record", async || !deliveries(&server, id).await.is_empty()).await;
        let kept = deliveries(&server, id).await;
        assert!(matches!(kept[0].state, DeliveryState::Waiting(_)), "{answer}");
        let last = kept[0].last.as_ref().expect("an attempt");
        assert_eq!((last.status, last.answer.as_deref()), (Some(200), Some(answer)));
        assert!(last.error.is_some());
        receiver.set(Manner::Answers(200, "OK"));
        server.advance(Duration::from_secs(6));
        until("success", async || deliveries(&server, id).await[0].state == DeliveryState::Delivered).await;
        job.stop().await;
    }
}

#[tokio::test]
async fn a_game_server_that_wants_what_none_knows_is_told_of_nothing() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::Answers(200, "ok")).await;
    subscribe(&server, SubscriptionKind::GameServer, &receiver.url(), |subscription| {
        subscription.types = EventType::parse("structure.changed").into_iter().collect();
    })
    .await;
    let job = start(&server);
    server.bot().await.set_ranks(account::CADET, json!({"add": ["medic"]})).await.ok();
    tokio::time::sleep(Duration::from_millis(300)).await;
    job.stop().await;
    assert_eq!(
        receiver.received().iter().map(|got| got.body.clone()).collect::<Vec<Value>>(),
        Vec::<Value>::new()
    );
}
