//! `POST /v2/community/webhooks/{subscriptionId}/enable` and `/disable`.

use rankledger_domain::ids::SubscriptionId;
use rankledger_domain::log::LogPlace;
use rankledger_domain::subscription::Progress;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{OURS, last_act};
use crate::kit::Server;

#[tokio::test]
async fn a_subscription_is_disabled_and_enabled_again() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.post(&format!("{OURS}/enable"), json!({})).await.ok();
    let disabled = admin.post(&format!("{OURS}/disable"), json!({})).await;
    insta::assert_json_snapshot!(disabled.whole());
    insta::assert_json_snapshot!(last_act(&server).await);
    let written = server.written().await;
    let again = admin.post(&format!("{OURS}/disable"), json!({})).await;
    assert_eq!(again.ok()["data"]["disabled"], disabled.ok()["data"]["disabled"]);
    assert_eq!(server.written().await, written, "nothing was changed");

    let enabled = admin.post(&format!("{OURS}/enable"), json!({})).await;
    assert_eq!(enabled.ok()["data"]["enabled"], true);
    assert_eq!(enabled.ok()["data"]["disabled"], Value::Null);
    let place = |answer: &crate::kit::Answer| answer.ok()["data"]["progress"]["place"].clone();
    assert_eq!(place(&enabled), place(&disabled), "it goes on where it stopped");
}

#[tokio::test]
async fn an_enabled_subscription_has_its_whole_time_to_fail_again() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let (club, id) = (
        server.community("club").await,
        SubscriptionId(Uuid::from_u128(0x8000_0000_0000_0000_0000_0000_0000_0001)),
    );
    let mut tx = server.storage.begin().await.expect("a transaction");
    let failing =
        Progress { place: LogPlace(2), succeeded_at: Some(server.now()), failing_since: Some(server.now()) };
    tx.put_subscription_progress(club, id, &failing).await.expect("it is stored");
    tx.commit().await.expect("a commit");
    assert!(admin.get(OURS).await.ok()["data"]["progress"]["failingSince"].is_string());

    let enabled = admin.post(&format!("{OURS}/enable"), json!({})).await;
    let progress = &enabled.ok()["data"]["progress"];
    assert_eq!((&progress["failingSince"], &progress["place"]), (&Value::Null, &json!(2)));
    assert!(progress["succeededAt"].is_string());
}
