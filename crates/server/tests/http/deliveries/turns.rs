//! Turns: a receiver that is slow or dead delays nobody else, nothing is sent by two nodes, and a server
//! stops in time whatever its receivers do.

use std::time::{Duration, Instant};

use rankledger_domain::subscription::SubscriptionKind;
use rankledger_server::jobs::deliveries::client::MOST_TO_HOST;
use serde_json::json;

use super::receiver::{Manner, Receiver, deliveries, start, subscribe, until};
use crate::kit::{Server, account};

const ACCOUNTS: [&str; 4] = [account::NEWCOMER, account::CADET, account::OFFICER, account::CHIEF];

async fn happen(server: &Server) {
    let bot = server.bot().await;
    for holder in ACCOUNTS {
        bot.set_ranks(holder, json!({"add": ["cadet", "medic"]})).await.ok();
        bot.set_ranks(holder, json!({"remove": ["medic"]})).await.ok();
    }
}

#[tokio::test]
async fn a_slow_receiver_delays_nobody_else() {
    let server = Server::start().await;
    let slow = Receiver::start(Manner::Slow(Duration::from_millis(900))).await;
    let dead = Receiver::start(Manner::Slow(Duration::from_mins(1))).await;
    let quick = Receiver::start(Manner::Answers(200, "")).await;
    for receiver in [&slow, &dead, &quick] {
        subscribe(&server, SubscriptionKind::Standard, &receiver.url(), |_| {}).await;
    }
    let job = start(&server);
    happen(&server).await;
    let begun = Instant::now();
    quick.got(8).await;
    assert!(slow.received().is_empty() || begun.elapsed() > Duration::from_millis(900));
    assert!(dead.received().is_empty());
    slow.got(8).await;
    assert!(slow.most_at_once() <= MOST_TO_HOST);
    let begun = Instant::now();
    job.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_receiver_gets_so_many_requests_at_once_and_no_more() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::Slow(Duration::from_millis(50))).await;
    // Several subscriptions lead to the same host.
    for path in ["a", "b", "c"] {
        subscribe(&server, SubscriptionKind::Standard, &format!("{}/{path}", receiver.url()), |_| {}).await;
    }
    let job = start(&server);
    happen(&server).await;
    receiver.got(24).await;
    job.stop().await;
    let most = receiver.most_at_once();
    assert!(most > 1 && most <= MOST_TO_HOST, "{most}");
}

#[tokio::test]
async fn two_servers_send_each_event_once() {
    let server = Server::start().await;
    let twin = server.twin().await;
    let receiver = Receiver::start(Manner::Answers(200, "")).await;
    let id = subscribe(&server, SubscriptionKind::Standard, &receiver.url(), |_| {}).await;
    let jobs = [start(&server), start(&twin)];
    happen(&server).await;
    until("all", async || receiver.received().len() >= 8).await;
    until("the record", async || deliveries(&server, id).await.len() == 8).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(receiver.received().len(), 8);
    // The one that stops gives the lease back, and the other goes on.
    let [one, other] = jobs;
    one.stop().await;
    happen_again(&server).await;
    receiver.got(9).await;
    other.stop().await;
    assert_eq!(receiver.received().len(), 9);
}

async fn happen_again(server: &Server) {
    server.bot().await.set_ranks(account::CADET, json!({"add": ["medic"]})).await.ok();
}
