//! Receivers that fail: for a while, for ever, by a redirect, by too long an answer, by where they are. The
//! tests own the clock.

use std::sync::Arc;
use std::time::Duration;

use rankledger_domain::log::{ActKind, EventType};
use rankledger_domain::subscription::{DeliveryState, SubscriptionKind};
use rankledger_server::config::WebhookSettings;
use rankledger_server::jobs::deliveries::client::Client;
use serde_json::json;

use super::names::Names;
use super::receiver::{
    Manner, Receiver, change, client, deliveries, loopback, start, start_with, stored, subscribe, until,
};
use crate::kit::{Server, account};

/// The pauses after each failure but the last, in seconds, with the jitter that there may be.
const PAUSES: [u64; 9] = [5, 30, 120, 600, 3600, 3 * 3600, 8 * 3600, 24 * 3600, 36 * 3600];

/// Makes a rank change.
async fn happen(server: &Server) {
    let bot = server.bot().await;
    let body = json!({"add": ["medic"]});
    if bot.set_ranks(account::CADET, body).await.ok()["meta"]["undoId"].is_null() {
        bot.set_ranks(account::CADET, json!({"remove": ["medic"]})).await.ok();
    }
}

/// Advances the clock by the longest that a pause may take.
fn pass(server: &Server, seconds: u64) {
    server.advance(Duration::from_secs(seconds + seconds / 10 + 1));
}

/// The wait after which what was to happen would have happened.
async fn a_moment() {
    tokio::time::sleep(Duration::from_millis(400)).await;
}

#[tokio::test]
async fn it_is_tried_ten_times_in_three_days_and_rests_then() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::Answers(500, "no <b>way</b>")).await;
    let id = subscribe(&server, SubscriptionKind::Standard, &receiver.url(), |_| {}).await;
    let job = start(&server);
    happen(&server).await;
    for (made, pause) in PAUSES.into_iter().enumerate() {
        receiver.got(made + 1).await;
        until("the record", async || {
            deliveries(&server, id).await.first().is_some_and(|first| first.attempts as usize == made + 1)
        })
        .await;
        let DeliveryState::Waiting(due_at) = deliveries(&server, id).await[0].state else {
            panic!("it waits")
        };
        let waits = due_at.duration_since(server.now()).as_secs();
        let pause = i64::try_from(pause).expect("a few hours");
        assert!((pause..=pause + pause / 10).contains(&waits), "attempt {made}: {waits} s");
        server.advance(Duration::from_secs(u64::try_from(pause).expect("above 0") - 1));
        if made < 3 {
            a_moment().await;
            assert_eq!(receiver.received().len(), made + 1, "not before its time");
        }
        server.advance(Duration::from_secs(u64::try_from(pause / 10).expect("above 0") + 2));
    }
    receiver.got(10).await;
    until("the end", async || deliveries(&server, id).await[0].state == DeliveryState::Failed).await;
    let ids: std::collections::HashSet<_> =
        receiver.received().iter().map(|got| got.header("webhook-id").to_owned()).collect();
    assert_eq!(ids.len(), 1, "it is always the same event");
    let kept = deliveries(&server, id).await;
    let last = kept[0].last.as_ref().expect("an attempt");
    assert_eq!(
        (kept.len(), kept[0].attempts, last.status, last.answer.as_deref()),
        (1, 10, Some(500), Some("no <b>way</b>"))
    );
    assert_eq!(last.error.as_deref(), Some("it answers with status 500"));
    // It rests, and others are told still.
    receiver.set(Manner::Answers(200, ""));
    server.advance(Duration::from_hours(100));
    happen(&server).await;
    receiver.got(11).await;
    a_moment().await;
    assert_eq!(receiver.received().len(), 11);
    job.stop().await;
}

#[tokio::test]
async fn a_receiver_that_is_back_gets_at_once_what_it_has_missed() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::Answers(503, "")).await;
    let id = subscribe(&server, SubscriptionKind::Standard, &receiver.url(), |_| {}).await;
    let job = start(&server);
    let bot = server.bot().await;
    for holder in [account::NEWCOMER, account::CADET, account::CHIEF] {
        bot.set_ranks(holder, json!({"add": ["medic"]})).await.ok();
        bot.set_ranks(holder, json!({"remove": ["medic"]})).await.ok();
    }
    // Four attempts of each: the next one is ten minutes away.
    for (round, pause) in [5, 30, 120].into_iter().enumerate() {
        receiver.got(3 * (round + 1)).await;
        until("the record", async || {
            deliveries(&server, id).await.iter().filter(|one| one.attempts as usize == round + 1).count() == 3
        })
        .await;
        pass(&server, pause);
    }
    receiver.got(12).await;
    until("the record", async || {
        deliveries(&server, id).await.iter().filter(|one| one.attempts == 4).count() == 3
    })
    .await;
    receiver.set(Manner::Answers(200, ""));
    pass(&server, 600);
    until("the first success", async || !receiver.taken().is_empty()).await;
    // The spread of what is tried again is by the clock, too.
    server.advance(Duration::from_secs(1));
    until("all", async || receiver.taken().len() == 6).await;
    until("the record", async || stored(&server, id).await.1.failing_since.is_none()).await;
    job.stop().await;
    assert!(deliveries(&server, id).await.iter().all(|one| one.state == DeliveryState::Delivered));
}

#[tokio::test]
async fn five_days_without_a_success_disable_it_and_the_log_says_so() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::Answers(500, "")).await;
    let id = subscribe(&server, SubscriptionKind::Standard, &receiver.url(), |_| {}).await;
    let job = start(&server);
    happen(&server).await;
    receiver.got(1).await;
    until("the record", async || stored(&server, id).await.1.failing_since.is_some()).await;
    server.advance(Duration::from_hours(5 * 24));
    receiver.got(2).await;
    until("the end", async || stored(&server, id).await.0.disabled.is_some()).await;
    let disabled = stored(&server, id).await.0.disabled.expect("it is");
    let because = disabled.because.expect("the server did it");
    assert_eq!(because, "nothing was delivered for 5 days; at the last attempt it answers with status 500");
    let log = server
        .admin()
        .await
        .get("/v2/community/administration?kind=subscription.disabled")
        .await
        .ok()
        .clone();
    let entry = &log["data"]["entries"][0];
    assert_eq!((&entry["after"]["because"], &entry["after"]["id"]), (&json!(because), &json!(id)));
    happen(&server).await;
    server.advance(Duration::from_hours(24));
    a_moment().await;
    assert_eq!(receiver.received().len(), 2, "it is told of nothing any more");
    // Enabled again, it gets all that it has missed.
    receiver.set(Manner::Answers(200, ""));
    change(&server, id, |subscription| subscription.disabled = None).await;
    until("all", async || receiver.taken().len() >= 2).await;
    job.stop().await;
}

#[tokio::test]
async fn a_receiver_that_takes_too_long_has_failed() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::Slow(Duration::from_mins(1))).await;
    let id = subscribe(&server, SubscriptionKind::Standard, &receiver.url(), |_| {}).await;
    let hasty = Client::new(loopback(), Duration::from_millis(200));
    let job = start_with(&server, Arc::new(hasty));
    happen(&server).await;
    until("the record", async || !deliveries(&server, id).await.is_empty()).await;
    job.stop().await;
    let kept = deliveries(&server, id).await;
    let error = kept[0].last.as_ref().and_then(|last| last.error.clone());
    assert_eq!(error.as_deref(), Some("there was no answer within 0.2 s"));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let server = Server::start().await;
    let (elsewhere, receiver) =
        (Receiver::start(Manner::Answers(200, "")).await, Receiver::start(Manner::Answers(200, "")).await);
    let to: &'static str = elsewhere.url().leak();
    receiver.set(Manner::AnswersWith(307, ("location", to), ""));
    let id = subscribe(&server, SubscriptionKind::Standard, &receiver.url(), |_| {}).await;
    let job = start(&server);
    happen(&server).await;
    receiver.got(1).await;
    until("the record", async || !deliveries(&server, id).await.is_empty()).await;
    job.stop().await;
    let kept = deliveries(&server, id).await;
    let error = kept[0].last.as_ref().and_then(|last| last.error.clone()).expect("an error");
    assert!(error.contains("redirect (307)"), "{error}");
    assert!(elsewhere.received().is_empty());
}

#[tokio::test]
async fn of_an_endless_answer_only_the_beginning_is_read() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::Endless).await;
    let id = subscribe(&server, SubscriptionKind::Standard, &receiver.url(), |_| {}).await;
    let job = start(&server);
    happen(&server).await;
    until("the record", async || !deliveries(&server, id).await.is_empty()).await;
    job.stop().await;
    let kept = deliveries(&server, id).await;
    let last = kept[0].last.as_ref().expect("an attempt");
    assert_eq!(kept[0].state, DeliveryState::Delivered, "it has answered 200");
    assert_eq!(last.answer.as_ref().map(String::len), Some(500));
    assert!(last.took < Duration::from_secs(1));
}

#[tokio::test]
async fn a_name_that_leads_to_this_machine_is_not_connected_to_unless_that_is_allowed() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::Answers(200, "")).await;
    let id = subscribe(&server, SubscriptionKind::Standard, &receiver.url_by_name(), |_| {}).await;
    let http_only =
        WebhookSettings { allow_networks: Vec::new(), allow_http: true, ..WebhookSettings::default() };
    let job = start_with(&server, client(http_only));
    happen(&server).await;
    until("the record", async || !deliveries(&server, id).await.is_empty()).await;
    job.stop().await;
    let kept = deliveries(&server, id).await;
    let last = kept[0].last.as_ref().expect("an attempt");
    assert_eq!((kept[0].attempts, last.status), (1, None));
    assert!(
        last.error.as_ref().is_some_and(|error| error.starts_with("localhost has no public address")),
        "{last:?}"
    );
    assert!(receiver.received().is_empty());
    server.advance(Duration::from_secs(6));
    let job = start_with(&server, client(loopback()));
    receiver.got(1).await;
    job.stop().await;
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_after_the_check_gains_nothing() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::Answers(200, "")).await;
    let url = receiver.url().replace("127.0.0.1", "rebound.example");
    let id = subscribe(&server, SubscriptionKind::Standard, &url, |_| {}).await;
    // Another address of this machine is allowed, and nobody listens there.
    let allow_networks = vec!["127.0.0.2".parse().expect("a network")];
    let settings = WebhookSettings { allow_networks, allow_http: true, ..WebhookSettings::default() };
    let names = Names::in_turn(&["127.0.0.2", "127.0.0.1"]);
    let client = Client::resolving_by(settings, Duration::from_secs(1), names);
    let job = start_with(&server, Arc::new(client));
    happen(&server).await;
    let error = async |attempt: u32| {
        until("the record", async || {
            deliveries(&server, id).await.first().is_some_and(|first| first.attempts == attempt)
        })
        .await;
        let kept = deliveries(&server, id).await;
        kept[0].last.as_ref().and_then(|last| last.error.clone()).expect("an error")
    };
    let first = error(1).await;
    assert!(
        first.starts_with("no connection could be made"),
        "it was connected to what was checked: {first}"
    );
    server.advance(Duration::from_secs(6));
    let second = error(2).await;
    assert!(second.starts_with("rebound.example has no public address"), "{second}");
    job.stop().await;
    assert!(receiver.received().is_empty());
}

#[tokio::test]
async fn a_permission_that_was_taken_away_counts_at_once() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::Answers(200, "")).await;
    let id = subscribe(&server, SubscriptionKind::Standard, &receiver.url(), |_| {}).await;
    let job = start_with(&server, client(WebhookSettings::default()));
    happen(&server).await;
    until("the record", async || !deliveries(&server, id).await.is_empty()).await;
    job.stop().await;
    let kept = deliveries(&server, id).await;
    let error = kept[0].last.as_ref().and_then(|last| last.error.clone()).expect("an error");
    assert!(error.contains("allow_http"), "{error}");
    assert!(receiver.received().is_empty());
}

#[tokio::test]
async fn who_asks_to_be_left_alone_is_and_that_is_no_failure() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::AnswersWith(429, ("retry-after", "40"), "")).await;
    let id = subscribe(&server, SubscriptionKind::Standard, &receiver.url(), |_| {}).await;
    let job = start(&server);
    happen(&server).await;
    receiver.got(1).await;
    until("the record", async || !deliveries(&server, id).await.is_empty()).await;
    happen(&server).await;
    server.advance(Duration::from_secs(39));
    a_moment().await;
    assert_eq!(receiver.received().len(), 1);
    receiver.set(Manner::Answers(200, ""));
    server.advance(Duration::from_secs(2));
    receiver.got(3).await;
    job.stop().await;
    let kept = deliveries(&server, id).await;
    assert_eq!(kept.iter().map(|one| one.attempts).collect::<Vec<_>>(), [1, 1], "the first counts once");
    assert_eq!(stored(&server, id).await.1.failing_since, None);
}

#[tokio::test]
async fn who_is_gone_for_good_is_told_of_nothing_any_more() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::Answers(410, "")).await;
    let id = subscribe(&server, SubscriptionKind::Standard, &receiver.url(), |subscription| {
        subscription.types = vec![EventType::RanksChanged, EventType::Act(ActKind::SubscriptionDisabled)];
    })
    .await;
    let job = start(&server);
    happen(&server).await;
    until("the end", async || stored(&server, id).await.0.disabled.is_some()).await;
    happen(&server).await;
    a_moment().await;
    job.stop().await;
    assert_eq!(receiver.received().len(), 1);
    let because = stored(&server, id).await.0.disabled.and_then(|disabled| disabled.because);
    assert_eq!(because.as_deref(), Some("it answers 410: it is gone for good"));
}

#[tokio::test]
async fn what_became_of_deliveries_is_forgotten_after_thirty_days() {
    let server = Server::start().await;
    let receiver = Receiver::start(Manner::Answers(200, "")).await;
    let id = subscribe(&server, SubscriptionKind::Standard, &receiver.url(), |_| {}).await;
    let job = start(&server);
    happen(&server).await;
    until("the record", async || deliveries(&server, id).await.len() == 1).await;
    server.advance(Duration::from_hours(29 * 24));
    happen(&server).await;
    until("the record", async || deliveries(&server, id).await.len() == 2).await;
    let second = deliveries(&server, id).await[1].place;
    server.advance(Duration::from_hours(25));
    until("the first is forgotten", async || deliveries(&server, id).await.len() == 1).await;
    assert_eq!(deliveries(&server, id).await[0].place, second);
    job.stop().await;
}
