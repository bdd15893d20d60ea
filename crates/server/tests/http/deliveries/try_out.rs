//! Trying out a receiver: it gets a request that tells of no event, and what it says is shown.

use rankledger_domain::ids::LogId;
use rankledger_domain::subscription::{Attempt, SubscriptionKind};
use rankledger_server::config::WebhookSettings;
use rankledger_server::jobs::deliveries::client::Client;
use rankledger_server::jobs::deliveries::try_out;
use rankledger_server::system::SystemClock;
use serde_json::json;
use uuid::Uuid;

use super::receiver::{Manner, Receiver, SECRET, client, loopback, stored, subscribe};
use crate::kit::Server;

/// Tries a receiver of this kind out.
async fn tried(server: &Server, client: &Client, kind: SubscriptionKind, url: &str) -> Attempt {
    let id = subscribe(server, kind, url, |subscription| "*News*".clone_into(&mut subscription.name)).await;
    let (subscription, _) = stored(server, id).await;
    try_out(client, &SystemClock::default(), &subscription, LogId(Uuid::from_u128(7))).await
}

#[tokio::test]
async fn each_kind_of_receiver_gets_what_it_understands() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::Answers(200, "Event not registered")).await;
    let client = client(loopback());
    for kind in [SubscriptionKind::Standard, SubscriptionKind::Discord, SubscriptionKind::GameServer] {
        let attempt = tried(&server, &client, kind, &receiver.url()).await;
        assert_eq!((attempt.status, attempt.error), (Some(200), None));
        assert_eq!(attempt.answer.as_deref(), Some("Event not registered"));
    }
    let got = receiver.received();
    assert_eq!(
        (&got[0].body["type"], &got[0].body["data"]["name"]),
        (&json!("webhook.test"), &json!("*News*"))
    );
    assert_eq!(got[0].header("webhook-id"), Uuid::from_u128(7).to_string());
    assert!(got[0].header("webhook-signature").starts_with("v1,"));
    let description = got[1].body["embeds"][0]["description"].as_str().expect("a text");
    assert!(description.contains(r"**\*News\***"), "{description}");
    assert_eq!(got[2].body, json!({"key": SECRET, "type": "CONNECTION_TEST", "data": {}}));
}

#[tokio::test]
async fn a_receiver_that_refuses_or_cannot_be_reached_is_told_of_as_such() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::Answers(200, "Bad API Key")).await;
    let attempt = tried(&server, &client(loopback()), SubscriptionKind::GameServer, &receiver.url()).await;
    let error = "the game server expects another key than the secret of the subscription";
    assert_eq!((attempt.status, attempt.error.as_deref()), (Some(200), Some(error)));
    let strict = client(WebhookSettings {
        allow_networks: Vec::new(),
        allow_http: true,
        ..WebhookSettings::default()
    });
    let attempt = tried(&server, &strict, SubscriptionKind::Standard, &receiver.url()).await;
    let error = attempt.error.expect("an error");
    assert!(attempt.status.is_none() && error.starts_with("nothing is sent to this URL"), "{error}");
}
