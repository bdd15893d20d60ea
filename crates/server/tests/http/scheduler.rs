//! The scheduler alone: it looks again and again, whatever happens. A test of the real binary checks that the
//! server starts it and ends it in time.

use std::time::{Duration, Instant};

use rankledger_domain::ids::AccountId;
use rankledger_domain::rank_change::Source;
use serde_json::json;
use uuid::Uuid;

use crate::kit::{Fault, Server, account, rank};

/// Longest time that an operation may take which should be done in a moment.
const PATIENCE: Duration = Duration::from_mins(1);

/// Waits until the condition holds.
async fn until(is_so: impl AsyncFn() -> bool) {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < PATIENCE, "it did not come about");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Starts a server whose cadet got the rank `medic` for an hour that has passed.
async fn with_an_ended_grant() -> Server {
    let server = Server::start().await;
    let body = json!({"add": [{"rank": "medic", "expiresIn": "PT1H"}]});
    server.bot().await.set_ranks(account::CADET, body).await.ok();
    server.advance(Duration::from_hours(1));
    server
}

async fn is_taken_away(server: &Server) -> bool {
    let cadet = account::CADET.parse().map(AccountId).expect("a UUID");
    let community = server.community("club").await;
    let mut tx = server.storage.read().await.expect("a view");
    let account = tx.standing(community, cadet).await.expect("a look-up").expect("the account").account;
    account.ranks.iter().all(|held| held.rank.to_string() != rank::MEDIC)
}

#[tokio::test]
async fn it_finds_what_has_ended_before_it_was_started() {
    let server = with_an_ended_grant().await;
    let scheduler = server.start_scheduler();
    until(async || is_taken_away(&server).await).await;
    scheduler.stop().await;
}

#[tokio::test]
async fn it_finds_what_ends_while_it_waits() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let scheduler = server.start_scheduler();
    let body = json!({"add": [{"rank": "medic", "expiresIn": "PT1H"}]});
    bot.set_ranks(account::CADET, body).await.ok();
    assert!(!is_taken_away(&server).await);
    server.advance(Duration::from_hours(1));
    until(async || is_taken_away(&server).await).await;
    scheduler.stop().await;
}

#[tokio::test]
async fn it_goes_on_after_a_fault() {
    for fault in [Fault::BusyReads, Fault::BrokenReads, Fault::PanickingReads, Fault::BrokenWrites] {
        let server = with_an_ended_grant().await;
        server.fail(fault);
        let scheduler = server.start_scheduler();
        // A scheduler that fails only to write meets the fault twice: when it has read, and when it begins to
        // write.
        until(async || server.failures() >= 2).await;
        assert!(!is_taken_away(&server).await);
        server.recover();
        until(async || is_taken_away(&server).await).await;
        scheduler.stop().await;
    }
}

#[tokio::test]
async fn two_servers_take_each_rank_away_once() {
    let server = Server::start().await;
    let (bot, twin) = (server.bot().await, server.twin().await);
    let accounts = [account::NEWCOMER, account::CADET, account::CHIEF, account::EXPLORER];
    for holder in accounts {
        let body = json!({"add": [{"rank": "medic", "expiresIn": "PT1H"}]});
        bot.set_ranks(holder, body).await.ok();
    }
    let given = server.written().await.0;
    let taken = given + i64::try_from(accounts.len()).expect("a small number");
    let schedulers = [server.start_scheduler(), twin.start_scheduler()];
    server.advance(Duration::from_hours(1));
    until(async || server.written().await.0 >= taken).await;
    for scheduler in schedulers {
        scheduler.stop().await;
    }
    assert_eq!(server.written().await.0, taken, "each was taken away once");
    for number in given + 1..=taken {
        assert_eq!(server.change(number).await.source, Source::Expiry);
    }
}

#[tokio::test]
async fn it_has_the_lease_while_it_works_and_gives_it_back_when_it_stops() {
    let server = with_an_ended_grant().await;
    assert_eq!(server.leases().await, 0);
    let scheduler = server.start_scheduler();
    until(async || is_taken_away(&server).await).await;
    assert_eq!(server.leases().await, 1);
    scheduler.stop().await;
    assert_eq!(server.leases().await, 0);
}

#[tokio::test]
async fn it_waits_for_the_lease_of_another() {
    let server = with_an_ended_grant().await;
    let other = Uuid::from_u128(7);
    let mut tx = server.storage.begin().await.expect("a transaction");
    assert!(tx.take_lease("scheduler", other, Duration::from_hours(1)).await.expect("an answer"));
    tx.commit().await.expect("a commit");
    let scheduler = server.start_scheduler();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!is_taken_away(&server).await);
    let mut tx = server.storage.begin().await.expect("a transaction");
    tx.give_lease_back("scheduler", other).await.expect("an answer");
    tx.commit().await.expect("a commit");
    until(async || is_taken_away(&server).await).await;
    scheduler.stop().await;
}
