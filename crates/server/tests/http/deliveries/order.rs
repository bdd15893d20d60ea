//! Order: the events of an account arrive in order, whatever fails; and what a receiver has pieced together
//! from them is what the accounts hold.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use rankledger_domain::log::EventType;
use rankledger_domain::subscription::{DeliveryState, SubscriptionKind};
use serde_json::{Value, json};

use super::receiver::{Manner, Received, Receiver, deliveries, start, stored, subscribe, until};
use crate::kit::{Server, account};

const ACCOUNTS: [&str; 4] = [account::NEWCOMER, account::CADET, account::OFFICER, account::CHIEF];

/// The events that a receiver has taken, each once, in the order in which it has first taken them.
pub(super) fn first_taken(taken: &[Received]) -> Vec<Value> {
    let mut seen = HashSet::new();
    let fresh = taken.iter().filter(|got| seen.insert(got.header("webhook-id").to_owned()));
    fresh.map(|got| got.body["data"].clone()).collect()
}

/// Checks that the events of each account came in order.
pub(super) fn check_order(events: &[Value]) {
    let mut last: HashMap<String, i64> = HashMap::new();
    for event in events {
        let place = event["place"].as_i64().expect("a place");
        let account = event["data"]["accId"].as_str().unwrap_or_default().to_owned();
        let before = last.insert(account.clone(), place).unwrap_or(0);
        assert!(before < place, "{account}: {place} came after {before}");
    }
}

/// Makes rank changes of several accounts in turn.
async fn happen(server: &Server, rounds: usize) {
    let bot = server.bot().await;
    for round in 0..rounds {
        for holder in ACCOUNTS {
            let change =
                if round % 2 == 0 { json!({"add": ["cadet"]}) } else { json!({"remove": ["cadet"]}) };
            bot.set_ranks(holder, change).await.ok();
        }
    }
}

#[tokio::test]
async fn a_receiver_that_fails_at_random_gets_each_account_in_order() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::FailsAtRandom(40)).await;
    let id = subscribe(&server, SubscriptionKind::Standard, &receiver.url(), |subscription| {
        subscription.types = vec![EventType::RanksChanged];
    })
    .await;
    let job = start(&server);
    happen(&server, 12).await;
    let feed =
        server.admin().await.get("/v2/community/events?take=100&types=ranks.changed").await.ok().clone();
    let last =
        feed["data"]["events"].as_array().and_then(|events| events.last()).expect("events")["place"].clone();
    until("all", async || {
        // What has failed is tried again as time passes.
        server.advance(Duration::from_secs(400));
        tokio::time::sleep(Duration::from_millis(150)).await;
        let waits = deliveries(&server, id).await.iter().any(|one| one.state != DeliveryState::Delivered);
        !waits && json!(stored(&server, id).await.1.place) == last
    })
    .await;
    job.stop().await;
    let events = first_taken(&receiver.taken());
    check_order(&events);
    let begun = events[0]["place"].as_i64().expect("a place");
    let feed = feed["data"]["events"].as_array().expect("events");
    let expected = feed.iter().filter(|event| event["place"].as_i64() >= Some(begun)).count();
    assert_eq!(events.len(), expected, "each arrived");
    // What was pieced together is what the accounts hold.
    let mut pieced: HashMap<String, Value> = HashMap::new();
    for event in &events {
        let data = &event["data"];
        pieced.insert(data["accId"].as_str().expect("an id").to_owned(), data["currentRanks"].clone());
    }
    for (account, ranks) in pieced {
        let held = server.bot().await.ranks_of(&account).await;
        let ids: Vec<_> = ranks.as_array().expect("ranks").iter().map(|grant| &grant["rank"]).collect();
        assert_eq!(json!(ids), held, "{account}");
    }
}

#[tokio::test]
async fn an_account_whose_event_fails_waits_and_others_go_on() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::Answers(500, "")).await;
    let id = subscribe(&server, SubscriptionKind::Standard, &receiver.url(), |_| {}).await;
    let job = start(&server);
    let bot = server.bot().await;
    bot.set_ranks(account::CADET, json!({"add": ["medic"]})).await.ok();
    receiver.got(1).await;
    until("the record", async || !deliveries(&server, id).await.is_empty()).await;
    receiver.set(Manner::Answers(200, ""));
    bot.set_ranks(account::CADET, json!({"remove": ["medic"]})).await.ok();
    bot.set_ranks(account::OFFICER, json!({"add": ["cadet"]})).await.ok();
    receiver.got(2).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let events = first_taken(&receiver.taken());
    assert_eq!(events.len(), 1, "the cadet's wait for their first");
    assert_eq!(events[0]["data"]["accId"], account::OFFICER);
    server.advance(Duration::from_secs(6));
    receiver.got(4).await;
    job.stop().await;
    check_order(&first_taken(&receiver.taken()));
    assert_eq!(deliveries(&server, id).await.len(), 3);
}
