//! `/v2/community/webhooks/{subscriptionId}/deliveries`, and sending one again.

use std::time::Duration;

use rankledger_domain::ids::{AccountId, LogId, SubscriptionId};
use rankledger_domain::log::{ActKind, EventType, LogPlace};
use rankledger_domain::subscription::{Attempt, Delivery, DeliveryState};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{OURS, last_act};
use crate::kit::{Actor, Answer, Server, account};

const OUR_ID: SubscriptionId = SubscriptionId(Uuid::from_u128(0x8000_0000_0000_0000_0000_0000_0000_0001));

/// Stores what became of deliveries, as whoever delivers does.
async fn keep(server: &Server, deliveries: &[Delivery]) {
    let club = server.community("club").await;
    let mut tx = server.storage.begin().await.expect("a transaction");
    for delivery in deliveries {
        tx.put_delivery(club, OUR_ID, delivery).await.expect("it is stored");
    }
    tx.commit().await.expect("a commit");
}

fn delivery(server: &Server, place: i64, state: DeliveryState) -> Delivery {
    let last = Attempt {
        at: server.now(),
        took: Duration::from_millis(12),
        status: Some(503),
        answer: Some("down for repairs".to_owned()),
        error: Some("the receiver answered 503".to_owned()),
    };
    Delivery {
        place: LogPlace(place),
        event: LogId(Uuid::from_u128(u128::from(place.unsigned_abs()))),
        event_type: EventType::Act(ActKind::AccountBanned),
        account: Some(AccountId(Uuid::from_u128(7))),
        state,
        attempts: 10,
        last: Some(last),
    }
}

async fn list(admin: &Actor, query: &str) -> Answer {
    admin.get(&format!("{OURS}/deliveries{query}")).await
}

/// Returns the places of a page, and its cursor.
#[track_caller]
fn places(answer: &Answer) -> (Vec<i64>, Value) {
    let data = &answer.ok()["data"];
    let places = data["deliveries"].as_array().expect("a list").iter();
    (places.filter_map(|one| one["place"].as_i64()).collect(), data["nextCursor"].clone())
}

async fn redeliver(admin: &Actor, place: impl std::fmt::Display) -> Answer {
    admin.post(&format!("{OURS}/deliveries/{place}/redeliver"), json!({})).await
}

#[tokio::test]
async fn deliveries_are_listed_with_their_last_attempt() {
    let server = Server::start().await;
    let admin = server.admin().await;
    assert_eq!(places(&list(&admin, "").await), (vec![], Value::Null));
    let now = server.now();
    let fresh = Delivery {
        attempts: 0,
        last: None,
        account: None,
        ..delivery(&server, 3, DeliveryState::Waiting(now))
    };
    let deliveries =
        [delivery(&server, 1, DeliveryState::Failed), delivery(&server, 2, DeliveryState::Delivered), fresh];
    keep(&server, &deliveries).await;
    insta::assert_json_snapshot!(list(&admin, "").await.whole());
    assert_eq!(places(&list(&admin, "?state=failed").await).0, [1]);
    assert_eq!(places(&list(&admin, "?state=delivered").await).0, [2]);
    assert_eq!(places(&list(&admin, "?state=waiting").await).0, [3]);
    let (first, cursor) = places(&list(&admin, "?take=2").await);
    assert_eq!((first, &cursor), (vec![3, 2], &json!("2")));
    assert_eq!(places(&list(&admin, "?take=2&cursor=2").await), (vec![1], Value::Null));
    for query in ["?state=lost", "?take=0", "?take=101", "?cursor=0", "?cursor=last"] {
        list(&admin, query).await.problem(400, "invalid-query");
    }
}

#[tokio::test]
async fn a_delivery_that_rests_is_sent_again() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let failed = delivery(&server, 3, DeliveryState::Failed);
    keep(&server, std::slice::from_ref(&failed)).await;
    server.advance(Duration::from_mins(1));
    insta::assert_json_snapshot!(redeliver(&admin, 3).await.whole());
    insta::assert_json_snapshot!(last_act(&server).await);
    assert_eq!(places(&list(&admin, "?state=waiting").await).0, [3]);
}

#[tokio::test]
async fn what_was_delivered_long_ago_is_sent_again_by_its_place() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let event = admin.get("/v2/community/events?take=1").await.ok()["data"]["events"][0].clone();
    let again = redeliver(&admin, 1).await;
    let data = &again.ok()["data"];
    assert_eq!((&data["eventId"], &data["type"]), (&event["id"], &event["type"]));
    assert_eq!(data["accId"], event["data"]["accId"]);
    assert_eq!((&data["state"], &data["lastAttempt"]), (&json!("waiting"), &Value::Null));
}

#[tokio::test]
async fn what_is_not_wanted_or_was_never_delivered_is_not_sent_again() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.patch(OURS, json!({"types": ["account.banned"]})).await.ok();
    let written = server.written().await;
    insta::assert_json_snapshot!(redeliver(&admin, 1).await.problem(409, "unwanted-event"));
    let end = admin.get("/v2/community/events?take=100").await.ok()["data"]["events"]
        .as_array()
        .map_or(0, Vec::len);
    let unknown = redeliver(&admin, end + 1).await;
    insta::assert_json_snapshot!(unknown.problem(404, "delivery-not-found"));
    for place in [end + 1, 999_999] {
        redeliver(&admin, place).await.problem(404, "delivery-not-found");
    }
    for place in ["0", "-1", "x", "+1", "1.0", "99999999999999999999"] {
        redeliver(&admin, place).await.problem(400, "invalid-path");
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_replay_forgets_the_deliveries_that_wait_after_its_place() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let waiting = DeliveryState::Waiting(server.now());
    let states = [(1, waiting), (2, waiting), (3, DeliveryState::Failed), (4, waiting)];
    keep(&server, &states.map(|(place, state)| delivery(&server, place, state))).await;
    admin.post(&format!("{OURS}/replay"), json!({"place": 2})).await.ok();
    assert_eq!(places(&list(&admin, "").await).0, [3, 1]);
}

#[tokio::test]
async fn a_game_server_is_not_sent_what_it_does_not_know() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let game_server = json!({"kind": "game-server", "name": "City", "url": "https://example.com/events",
        "secret": "a-long-enough-secret"});
    let made = admin.post("/v2/community/webhooks", game_server).await;
    let id = made.ok()["data"]["id"].as_str().expect("an id").to_owned();
    admin
        .patch("/v2/community/departments/d0000000-0000-0000-0000-000000000002", json!({"label": "Medics"}))
        .await
        .ok();
    admin.set_ranks(account::CADET, json!({"add": ["medic"]})).await.ok();
    let place_of = async |kind: &str| {
        let page = admin.get(&format!("/v2/community/events?types={kind}&take=100")).await;
        let events = page.ok()["data"]["events"].as_array().expect("events").clone();
        events.last().and_then(|event| event["place"].as_i64()).expect("a place")
    };
    let [structure, ranks] = [place_of("structure.changed").await, place_of("ranks.changed").await];
    admin.post(&format!("/v2/community/webhooks/{id}/replay"), json!({"place": ranks + 1})).await.ok();
    let again = async |place: i64| {
        admin.post(&format!("/v2/community/webhooks/{id}/deliveries/{place}/redeliver"), json!({})).await
    };
    again(ranks).await.ok();
    let written = server.written().await;
    let refused = again(structure).await;
    let problem = refused.problem(409, "unwanted-event");
    assert_eq!(problem["eventType"], "structure.changed");
    let detail = problem["detail"].as_str().expect("a sentence");
    assert!(detail.contains("game servers know nothing like it"), "{detail}");
    assert_eq!(server.written().await, written);
}
