//! Rollbacks: one of more than a thousand changes is told change by change, or as one event.

use rankledger_domain::log::{ActKind, EventType};
use rankledger_domain::subscription::SubscriptionKind;
use serde_json::{Value, json};

use super::order::{check_order, first_taken};
use super::receiver::{Manner, Receiver, start, stored, subscribe, until};
use crate::kit::{Server, account};

/// Number of changes that are rolled back.
const CHANGES: usize = 1100;

#[tokio::test]
async fn a_rollback_of_many_is_told_change_by_change_or_as_one_event() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for round in 0..CHANGES {
        let body = if round % 2 == 0 { json!({"add": ["medic"]}) } else { json!({"remove": ["medic"]}) };
        admin.set_ranks(account::CADET, body).await.ok();
    }
    let types = vec![EventType::RanksChanged, EventType::Act(ActKind::RollbackCompleted)];
    let (whole, short) =
        (Receiver::start(Manner::Answers(200, "")).await, Receiver::start(Manner::Answers(200, "")).await);
    let whole_id = subscribe(&server, SubscriptionKind::Standard, &whole.url(), |subscription| {
        subscription.types.clone_from(&types);
    })
    .await;
    let short_id = subscribe(&server, SubscriptionKind::Standard, &short.url(), |subscription| {
        subscription.types = types;
        subscription.summarises_rollbacks = true;
    })
    .await;
    let job = start(&server);
    let path = "/v2/community/rank-changes/rollback";
    let filter = json!({"filter": {"accounts": [account::CADET]}});
    let plan = admin.post(path, filter).await.ok()["data"]["planToken"].clone();
    admin.post(path, json!({"planToken": plan})).await.ok();
    let end = |id| {
        let server = &server;
        async move { stored(server, id).await.1.place }
    };
    until("all", async || whole.received().len() > CHANGES).await;
    until("the summary", async || !short.received().is_empty()).await;
    job.stop().await;
    assert_eq!(end(whole_id).await, end(short_id).await);
    let events = first_taken(&whole.taken());
    check_order(&events);
    assert_eq!(events.len(), whole.received().len(), "each once");
    assert!(
        events
            .iter()
            .filter(|event| event["type"] == "ranks.changed")
            .all(|event| event["data"]["batchId"] != Value::Null)
    );
    let told: Vec<_> = short.received().iter().map(|got| got.body["type"].clone()).collect();
    assert_eq!(told, ["rollback.completed"]);
}
