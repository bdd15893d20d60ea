//! `POST /v2/community/webhooks/{subscriptionId}/rotate-secret`.

use std::time::Duration;

use serde_json::{Value, json};

use super::{OURS, PATH, create, last_act, path_of, without_secret};
use crate::kit::{Actor, Server};

/// Another secret than that of the kit.
const OTHER: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

async fn secrets(admin: &Actor) -> Value {
    admin.get(&format!("{PATH}?withSecrets=true")).await.ok()["data"][0]["secret"].clone()
}

#[tokio::test]
async fn a_secret_is_replaced_and_the_old_one_signs_for_a_day() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let old = secrets(&admin).await;
    let rotated = admin.post(&format!("{OURS}/rotate-secret"), json!({})).await;
    insta::assert_json_snapshot!(without_secret(&rotated));
    insta::assert_json_snapshot!(last_act(&server).await);
    assert_eq!(secrets(&admin).await, rotated.ok()["data"]["secret"]);
    assert_ne!(secrets(&admin).await, old);

    server.advance(Duration::from_hours(24) - Duration::from_millis(1));
    assert!(admin.get(OURS).await.ok()["data"]["previousSecretUntil"].is_string());
    server.advance(Duration::from_millis(1));
    assert_eq!(admin.get(OURS).await.ok()["data"]["previousSecretUntil"], Value::Null);
}

#[tokio::test]
async fn a_secret_of_ones_own_replaces_the_old_one_and_the_same_changes_nothing() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({"secret": OTHER});
    let rotated = admin.post(&format!("{OURS}/rotate-secret"), body.clone()).await;
    assert_eq!(rotated.ok()["data"]["secret"], OTHER);
    let written = server.written().await;
    server.advance(Duration::from_hours(1));
    let again = admin.post(&format!("{OURS}/rotate-secret"), body).await;
    assert_eq!(again.ok()["data"]["previousSecretUntil"], rotated.ok()["data"]["previousSecretUntil"]);
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_game_server_is_sent_the_new_key_at_once() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({"kind": "game-server", "name": "City", "url": "https://play.example.com/e", "secret": "8c1d7e40-93a5-4f0b"});
    let path = path_of(&create(&admin, body).await);
    let refused = admin.post(&format!("{path}/rotate-secret"), json!({})).await;
    insta::assert_json_snapshot!(refused.problem(400, "invalid-webhook-secret"));
    let body = json!({"secret": "5f9b1c22-7e0d-4a86"});
    let rotated = admin.post(&format!("{path}/rotate-secret"), body).await;
    assert_eq!(rotated.ok()["data"]["previousSecretUntil"], Value::Null);
    let act = last_act(&server).await;
    assert_eq!(act["after"]["secret"], "replaced");
    assert!(!act.to_string().contains("5f9b1c22"), "{act}");
}

#[tokio::test]
async fn a_discord_webhook_has_no_secret_to_be_replaced() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let url = "https://discord.com/api/webhooks/123456789012345678/sEcReT-tOkEn_0123";
    let path = path_of(&create(&admin, json!({"kind": "discord", "name": "News", "url": url})).await);
    let refused = admin.post(&format!("{path}/rotate-secret"), json!({})).await;
    insta::assert_json_snapshot!(refused.problem(409, "subscription-has-no-secret"));
}
