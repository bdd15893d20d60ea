//! What `/readyz` and `/metrics` say of subscriptions.

use std::time::Duration;

use rankledger_domain::ids::SubscriptionId;
use rankledger_domain::log::LogPlace;
use rankledger_domain::subscription::{Disabled, Progress};
use serde_json::{Value, json};
use uuid::Uuid;

use super::OURS;
use crate::kit::Server;

const OUR_ID: SubscriptionId = SubscriptionId(Uuid::from_u128(0x8000_0000_0000_0000_0000_0000_0000_0001));

/// Returns the warnings, a little later than when they were last looked at.
async fn warnings(server: &Server) -> Value {
    server.advance(Duration::from_secs(2));
    server.stranger().get("/readyz").await.body["warnings"].clone()
}

#[tokio::test]
async fn an_operator_is_warned_of_a_subscription_that_fails_for_an_hour_or_was_disabled_by_the_server() {
    let server = Server::start().await;
    let admin = server.admin().await;
    assert_eq!(warnings(&server).await, Value::Null, "a person has disabled it");
    admin.post(&format!("{OURS}/enable"), json!({})).await.ok();
    let club = server.community("club").await;
    let mut tx = server.storage.begin().await.expect("a transaction");
    let failing = Progress { place: LogPlace(1), succeeded_at: None, failing_since: Some(server.now()) };
    tx.put_subscription_progress(club, OUR_ID, &failing).await.expect("it is stored");
    tx.commit().await.expect("a commit");
    assert_eq!(warnings(&server).await, Value::Null);
    server.advance(Duration::from_hours(1));
    let told = warnings(&server).await;
    assert!(
        told[0]
            .as_str()
            .is_some_and(|text| text.starts_with("1 of the subscriptions of club get no events: 1 fail"))
    );
    assert!(!told.to_string().contains("Website"), "{told}");

    let mut tx = server.storage.begin().await.expect("a transaction");
    let mut subscription = tx.subscription(club, OUR_ID).await.expect("a look-up").expect("it is there");
    subscription.disabled = Some(Disabled { at: server.now(), because: Some("it answered 410".to_owned()) });
    tx.put_subscription(club, &subscription).await.expect("it is stored");
    tx.commit().await.expect("a commit");
    assert!(warnings(&server).await.to_string().contains("and 1 the server has disabled"));
    admin.delete(OURS).await.ok();
    assert_eq!(warnings(&server).await, Value::Null);
}
