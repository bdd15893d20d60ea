//! Discord: messages that a person likes to read, and that do no harm whatever people are called.

use std::time::Duration;

use rankledger_domain::log::{ActKind, EventType};
use rankledger_domain::subscription::{DeliveryState, SubscriptionKind};
use serde_json::{Value, json};

use super::receiver::{Manner, Receiver, deliveries, start, stored, subscribe, until};
use crate::kit::{Server, account};

async fn rename(server: &Server, name: &str) {
    let path = format!("/v2/community/accounts/{}/name", account::CADET);
    server.bot().await.patch(&path, json!({"newName": name})).await.ok();
}

#[tokio::test]
async fn a_person_reads_who_and_what_and_by_whom_and_why_and_how_to_undo_it() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::Answers(204, "")).await;
    subscribe(&server, SubscriptionKind::Discord, &receiver.url(), |_| {}).await;
    let job = start(&server);
    let body = json!({"add": ["medic"], "remove": ["cadet"], "reason": "Passed the *exam*", "userId": account::CHIEF});
    server.bot().await.set_ranks(account::CADET, body).await.ok();
    let got = receiver.got(1).await;
    job.stop().await;
    assert_eq!(got[0].body["allowed_mentions"], json!({"parse": []}));
    insta::assert_json_snapshot!(got[0].body["embeds"]);
}

#[tokio::test]
async fn a_name_mentions_nobody_and_formats_nothing() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::Answers(204, "")).await;
    subscribe(&server, SubscriptionKind::Discord, &receiver.url(), |subscription| {
        subscription.types = vec![EventType::Act(ActKind::AccountRenamed)];
    })
    .await;
    let job = start(&server);
    rename(&server, "**@everyone** <@1> [x](https://evil)").await;
    let got = receiver.got(1).await;
    job.stop().await;
    let title = got[0].body["embeds"][0]["title"].as_str().expect("a title");
    assert_eq!(title, r"\*\*\@everyone\*\* \<\@1\> \[x\]\(https\:\/\/evil\) has a new name");
}

#[tokio::test]
async fn up_to_ten_events_share_a_message_within_the_limits_of_discord() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::Answers(503, "")).await;
    let id = subscribe(&server, SubscriptionKind::Discord, &receiver.url(), |_| {}).await;
    let job = start(&server);
    let bot = server.bot().await;
    let reason = "*".repeat(500);
    bot.set_ranks(account::CADET, json!({"add": ["medic"], "reason": reason})).await.ok();
    receiver.got(1).await;
    until("the record", async || !deliveries(&server, id).await.is_empty()).await;
    for round in 0..24 {
        let body = if round % 2 == 1 {
            json!({"add": ["medic"]})
        } else {
            json!({"remove": ["medic"], "reason": reason})
        };
        bot.set_ranks(account::CADET, body).await.ok();
    }
    receiver.set(Manner::Answers(204, ""));
    server.advance(Duration::from_secs(6));
    until("all", async || {
        let kept = deliveries(&server, id).await;
        kept.len() == 25 && kept.iter().all(|one| one.state == DeliveryState::Delivered)
    })
    .await;
    job.stop().await;
    let messages: Vec<_> = receiver.received().into_iter().filter(|got| got.status == 204).collect();
    let mut told = 0;
    for message in &messages {
        let embeds = message.body["embeds"].as_array().expect("embeds");
        assert!(embeds.len() <= 10);
        assert!(embeds.iter().map(length).sum::<usize>() <= 6000);
        told += embeds.len();
    }
    assert_eq!(told, 25);
    assert!(messages.len() < 10, "{} messages", messages.len());
}

/// The number of characters that Discord counts.
fn length(embed: &Value) -> usize {
    let text = |value: &Value| value.as_str().unwrap_or_default().encode_utf16().count();
    let fields = embed["fields"].as_array().expect("fields").iter();
    let fields: usize = fields.map(|field| text(&field["name"]) + text(&field["value"])).sum();
    assert!(text(&embed["title"]) <= 256 && text(&embed["description"]) <= 4096);
    text(&embed["title"]) + text(&embed["description"]) + text(&embed["footer"]["text"]) + fields
}

#[tokio::test]
async fn its_wish_to_be_left_alone_is_obeyed() {
    let server = Server::start().await;
    let body = r#"{"message": "You are being rate limited.", "retry_after": 64.57, "global": false}"#;
    let receiver = Receiver::start(Manner::Answers(429, body)).await;
    let id = subscribe(&server, SubscriptionKind::Discord, &receiver.url(), |_| {}).await;
    let job = start(&server);
    rename(&server, "Anna").await;
    receiver.got(1).await;
    until("the record", async || !deliveries(&server, id).await.is_empty()).await;
    server.advance(Duration::from_secs(64));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(receiver.received().len(), 1);
    receiver.set(Manner::Answers(204, ""));
    server.advance(Duration::from_secs(1));
    receiver.got(2).await;
    job.stop().await;
}

#[tokio::test]
async fn a_webhook_that_was_deleted_there_is_disabled_here() {
    for status in [401, 404] {
        let server = Server::start().await;
        let receiver = Receiver::start(Manner::Answers(status, "")).await;
        let id = subscribe(&server, SubscriptionKind::Discord, &receiver.url(), |_| {}).await;
        let job = start(&server);
        rename(&server, "Anna").await;
        until("the end", async || stored(&server, id).await.0.disabled.is_some()).await;
        job.stop().await;
        let because = stored(&server, id).await.0.disabled.and_then(|disabled| disabled.because);
        let because = because.expect("the server did it");
        assert!(because.starts_with(&format!("Discord answers {status}")), "{because}");
        assert_eq!(deliveries(&server, id).await.len(), 1, "it waits, in case the URL is mended");
    }
}
