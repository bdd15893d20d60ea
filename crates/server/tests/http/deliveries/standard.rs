//! Standard Webhooks: what a receiver gets is the event as the feed has it, signed.

use std::time::Duration;

use rankledger_domain::log::{ActKind, EventType};
use rankledger_domain::subscription::{DeliveryState, PREVIOUS_SECRET_SIGNS, SubscriptionKind};
use serde_json::{Value, json};
use standardwebhooks::Webhook;

use super::receiver::{
    Manner, Received, Receiver, SECRET, change, deliveries, start, stored, subscribe, until,
};
use crate::kit::{Server, account};

/// Another secret than the usual one.
const OTHER: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

async fn feed(server: &Server) -> Vec<Value> {
    let feed = server.admin().await.get("/v2/community/events?take=100").await.ok().clone();
    feed["data"]["events"].as_array().expect("events").clone()
}

/// Whether a request bears the signature by this secret.
fn is_signed(received: &Received, secret: &str) -> bool {
    let seconds = received.header("webhook-timestamp").parse().expect("seconds");
    let key = Webhook::new(secret).expect("a secret");
    let expected = key.sign(received.header("webhook-id"), seconds, received.text.as_bytes());
    let expected = expected.expect("a signature");
    received.header("webhook-signature").split(' ').any(|signature| signature == expected)
}

#[tokio::test]
async fn a_receiver_is_told_what_the_feed_says_and_nothing_from_before() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.set_ranks(account::CADET, json!({"add": ["medic"]})).await.ok();
    let receiver = Receiver::start(Manner::Answers(200, "thanks")).await;
    let id = subscribe(&server, SubscriptionKind::Standard, &receiver.url(), |_| {}).await;
    let begun = feed(&server).await.len();
    let job = start(&server);
    bot.set_ranks(account::CADET, json!({"remove": ["medic"], "reason": "Höflich, 🦀"})).await.ok();
    bot.patch(&format!("/v2/community/accounts/{}/name", account::CADET), json!({"newName": "Anna"}))
        .await
        .ok();
    let got = receiver.got(2).await;
    for (received, event) in got.iter().zip(&feed(&server).await[begun..]) {
        assert_eq!(received.body, json!({"type": event["type"], "timestamp": event["at"], "data": event}));
        assert_eq!(received.header("webhook-id"), event["id"]);
        assert_eq!(received.header("content-type"), "application/json");
        assert!(received.header("user-agent").starts_with("Rankledger/"));
        assert_eq!(received.header("webhook-timestamp"), server.now().as_second().to_string());
        assert!(is_signed(received, SECRET) && !is_signed(received, OTHER));
    }
    until("the record", async || {
        stored(&server, id).await.1.succeeded_at.is_some() && deliveries(&server, id).await.len() == 2
    })
    .await;
    let kept = deliveries(&server, id).await;
    for delivery in &kept {
        assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Delivered, 1));
        let last = delivery.last.as_ref().expect("an attempt");
        assert_eq!(
            (last.status, last.answer.as_deref(), last.error.as_deref()),
            (Some(200), Some("thanks"), None)
        );
    }
    assert_eq!(stored(&server, id).await.1.place, kept[1].place);
    job.stop().await;
    assert_eq!(receiver.received().len(), 2);
}

#[tokio::test]
async fn only_the_types_that_are_wanted_are_told() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::Answers(204, "")).await;
    let id = subscribe(&server, SubscriptionKind::Standard, &receiver.url(), |subscription| {
        subscription.types = vec![EventType::Act(ActKind::AccountRenamed)];
    })
    .await;
    let job = start(&server);
    let bot = server.bot().await;
    for name in ["Anna", "Berta"] {
        bot.set_ranks(account::CADET, json!({"add": ["medic"]})).await.ok();
        bot.set_ranks(account::CADET, json!({"remove": ["medic"]})).await.ok();
        bot.patch(&format!("/v2/community/accounts/{}/name", account::CADET), json!({"newName": name}))
            .await
            .ok();
    }
    let names: Vec<_> =
        receiver.got(2).await.iter().map(|got| got.body["data"]["data"]["after"]["name"].clone()).collect();
    assert_eq!(names, ["Anna", "Berta"]);
    change(&server, id, |subscription| subscription.types = vec![EventType::RanksChanged]).await;
    // The supervisor looks several times a second.
    tokio::time::sleep(Duration::from_millis(300)).await;
    bot.set_ranks(account::CADET, json!({"add": ["medic"]})).await.ok();
    let got = receiver.got(3).await;
    assert_eq!(got[2].body["type"], "ranks.changed");
    assert_eq!(got[2].body["data"]["data"]["added"].as_array().map(Vec::len), Some(1), "nothing from before");
    job.stop().await;
    assert_eq!(receiver.received().len(), 3);
}

#[tokio::test]
async fn during_a_rotation_both_secrets_sign() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::Answers(200, "")).await;
    let until = server.now() + PREVIOUS_SECRET_SIGNS;
    subscribe(&server, SubscriptionKind::Standard, &receiver.url(), |subscription| {
        subscription.secret = Some(OTHER.to_owned());
        subscription.previous_secret = Some((SECRET.to_owned(), until));
    })
    .await;
    let job = start(&server);
    let bot = server.bot().await;
    bot.set_ranks(account::CADET, json!({"add": ["medic"]})).await.ok();
    let got = receiver.got(1).await;
    assert!(is_signed(&got[0], SECRET) && is_signed(&got[0], OTHER));
    server.advance(PREVIOUS_SECRET_SIGNS);
    bot.set_ranks(account::CADET, json!({"remove": ["medic"]})).await.ok();
    let got = receiver.got(2).await;
    assert!(!is_signed(&got[1], SECRET) && is_signed(&got[1], OTHER));
    job.stop().await;
}

#[tokio::test]
async fn a_server_that_starts_again_goes_on_where_it_stopped() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::Answers(200, "")).await;
    let id = subscribe(&server, SubscriptionKind::Standard, &receiver.url(), |_| {}).await;
    let job = start(&server);
    let bot = server.bot().await;
    bot.set_ranks(account::CADET, json!({"add": ["medic"]})).await.ok();
    receiver.got(1).await;
    job.stop().await;
    assert_eq!(deliveries(&server, id).await.len(), 1, "recorded before it stopped");
    bot.set_ranks(account::CADET, json!({"remove": ["medic"]})).await.ok();
    bot.set_ranks(account::OFFICER, json!({"remove": ["medic"]})).await.ok();
    let job = start(&server);
    receiver.got(3).await;
    job.stop().await;
    let ids: std::collections::HashSet<_> =
        receiver.received().iter().map(|got| got.header("webhook-id").to_owned()).collect();
    assert_eq!((ids.len(), receiver.received().len()), (3, 3), "each once");
}
