//! Rate limits of v1: a type shares the limit of the endpoint of v2 that does the same.

use std::time::Duration;

use futures_util::future::join_all;
use rankledger_server::config::RateLimits;
use serde_json::json;

use crate::kit::{CALLS, ENDPOINTS, Options, Server, account, legacy_type};

async fn server_with_documented_limits() -> Server {
    server_that_waits(0).await
}

/// A server on which a call beyond its limit waits so many seconds for its turn.
async fn server_that_waits(v1_wait_seconds: u32) -> Server {
    let mode = "documented".parse().expect("a mode");
    let rate_limits = RateLimits { mode, v1_wait_seconds, ..RateLimits::default() };
    Server::with(Options { rate_limits, ..Options::default() }).await
}

#[tokio::test]
async fn every_type_passes_the_documented_count_at_once_and_no_more() {
    let server = server_with_documented_limits().await;
    for call in CALLS {
        let (bot, _) = server.legacy().await;
        let endpoint = legacy_type(call.0).endpoint;
        for left in (0..endpoint.per_minute).rev() {
            let answer = bot.call_listed(*call).await;
            assert_ne!(answer.status.as_u16(), 429, "{}", call.0);
            let state = answer.header("ratelimit").expect("the state of the limit");
            assert!(state.starts_with(&format!("\"{}\";r={left};t=", endpoint.operation_id)), "{state}");
        }
        let answer = bot.call_listed(*call).await;
        assert!(answer.legacy_refusal(429).starts_with("Too many requests"), "{}", answer.text);
        assert!(answer.header("retry-after").is_some());
        assert!(answer.header("ratelimit-policy").is_some());
    }
}

#[tokio::test]
async fn a_type_shares_the_limit_of_its_endpoint_of_v2() {
    let server = server_with_documented_limits().await;
    for call in CALLS {
        let (bot, v2) = server.legacy().await;
        let endpoint = legacy_type(call.0).endpoint;
        let row = ENDPOINTS.iter().find(|row| row.operation_id == endpoint.operation_id);
        let row = row.expect("an endpoint of the kit");
        for _ in 0..endpoint.per_minute / 2 {
            assert_ne!(v2.call(row).await.status.as_u16(), 429, "{}", call.0);
        }
        for _ in endpoint.per_minute / 2..endpoint.per_minute {
            assert_ne!(bot.call_listed(*call).await.status.as_u16(), 429, "{}", call.0);
        }
        bot.call_listed(*call).await.legacy_refusal(429);
        v2.call(row).await.problem(429, "rate-limited");
    }
}

#[tokio::test]
async fn a_bot_that_calls_too_often_is_told_in_text_when_to_come_back() {
    let server = server_with_documented_limits().await;
    let (bot, _) = server.legacy().await;
    let object = json!({"accId": account::CADET, "add": ["cadet"]});
    for _ in 0..22 {
        bot.call("SET_ACCOUNT_RANKS", json!([object])).await.legacy_json();
    }
    let written = server.written().await;
    let answer = bot.call("SET_ACCOUNT_RANKS", json!([{"accId": account::CADET, "add": ["officer"]}])).await;
    answer.legacy_refusal(429);
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(server.written().await, written);

    let seconds = answer.header("retry-after").expect("Retry-After").parse().expect("whole seconds");
    assert!(seconds <= 10, "a client waits at most 10 seconds");
    server.advance(Duration::from_secs(seconds));
    bot.call("SET_ACCOUNT_RANKS", json!([object])).await.legacy_json();
}

#[tokio::test]
async fn what_is_refused_counts_and_who_is_not_let_in_does_not() {
    let server = server_with_documented_limits().await;
    let (bot, _) = server.legacy().await;
    for _ in 0..40 {
        bot.with_key("nobodys").call("GET_SUB_VERSION", json!([])).await.legacy_refusal(400);
        let unknown = bot.call_at("/general/get_sub_version", "GET_NOTHING", json!([])).await;
        assert_eq!(unknown.legacy_refusal(400), "INVALID REQUEST TYPE");
        assert_eq!(unknown.header("ratelimit"), None);
    }
    for left in (0..13).rev() {
        let answer = bot.call("GET_SUB_VERSION", json!("no object")).await;
        answer.legacy_refusal(400);
        let state = answer.header("ratelimit").expect("the state of the limit");
        assert!(state.starts_with(&format!("\"getSubVersion\";r={left};")), "{state}");
    }
    bot.call("GET_SUB_VERSION", json!([])).await.legacy_refusal(429);
}

#[tokio::test]
async fn two_bots_do_not_share_a_limit() {
    let server = server_with_documented_limits().await;
    let ((bot, _), (other, _)) = (server.legacy().await, server.legacy().await);
    for _ in 0..13 {
        bot.call("GET_SUB_VERSION", json!([])).await.legacy_text();
    }
    bot.call("GET_SUB_VERSION", json!([])).await.legacy_refusal(429);
    other.call("GET_SUB_VERSION", json!([])).await.legacy_text();
    server.neighbours_legacy().await.call("GET_SUB_VERSION", json!([])).await.legacy_text();
}

#[tokio::test]
async fn a_call_beyond_its_limit_waits_for_its_turn() {
    let server = server_that_waits(8).await;
    let (bot, v2) = server.legacy().await;
    for _ in 0..13 {
        bot.call("GET_SUB_VERSION", json!([])).await.legacy_text();
    }
    v2.get("/v2/community/sub-version").await.problem(429, "rate-limited");
    let turn_comes = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        server.advance(Duration::from_secs(5));
    };
    let (answer, ()) = tokio::join!(bot.call("GET_SUB_VERSION", json!([])), turn_comes);
    answer.legacy_text();
}

#[tokio::test]
async fn a_key_that_is_revoked_while_its_call_waits_does_nothing_more() {
    let server = server_that_waits(8).await;
    let (bot, _) = server.legacy().await;
    let give = |rank: &str| json!([{"accId": account::CADET, "add": [rank]}]);
    for _ in 0..22 {
        bot.call("SET_ACCOUNT_RANKS", give("cadet")).await.legacy_json();
    }
    let (written, _) = server.written().await;
    let revoked = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        server.revoke_all().await;
        server.advance(Duration::from_secs(5));
    };
    let (answer, ()) = tokio::join!(bot.call("SET_ACCOUNT_RANKS", give("officer")), revoked);
    assert_eq!(answer.legacy_refusal(400), "INVALID API KEY");
    assert_eq!(server.written().await.0, written);
}

#[tokio::test]
async fn a_call_whose_turn_comes_too_late_is_refused_at_once() {
    let server = server_that_waits(4).await;
    let (bot, _) = server.legacy().await;
    for _ in 0..13 {
        bot.call("GET_SUB_VERSION", json!([])).await.legacy_text();
    }
    // The next turn of 13 a minute is 4.6 seconds away.
    bot.call("GET_SUB_VERSION", json!([])).await.legacy_refusal(429);
}

/// Returns a server on which this many calls of `GET_SUB_VERSION` pass in a minute, and others wait.
async fn server_with_a_limit(per_minute: u32) -> Server {
    let mode = "documented".parse().expect("a mode");
    let per_minute = [("getSubVersion".to_owned(), per_minute)].into();
    let rate_limits = RateLimits { mode, per_minute, community_factor: 0, ..RateLimits::default() };
    Server::with(Options { rate_limits, ..Options::default() }).await
}

#[tokio::test]
async fn calls_that_wait_pass_in_the_order_in_which_they_came() {
    let server = server_with_a_limit(120).await;
    let (bot, v2) = server.legacy().await;
    for _ in 0..120 {
        bot.call("GET_SUB_VERSION", json!([])).await.legacy_text();
    }
    let passed = std::sync::Mutex::new(Vec::new());
    let call = |number: u32| {
        let (bot, passed) = (&bot, &passed);
        async move {
            // A turn is half a second: each comes while the one before it waits.
            tokio::time::sleep(Duration::from_millis(300) * number).await;
            bot.call("GET_SUB_VERSION", json!([])).await.legacy_text();
            passed.lock().expect("nobody panicked").push(number);
        }
    };
    let later = async {
        tokio::time::sleep(Duration::from_millis(850)).await;
        v2.get("/v2/community/sub-version").await.problem(429, "rate-limited");
    };
    tokio::join!(call(0), call(1), call(2), call(3), later);
    assert_eq!(*passed.lock().expect("nobody panicked"), [0, 1, 2, 3]);
}

#[tokio::test]
async fn one_key_leaves_room_for_the_calls_of_others_to_wait() {
    // Of 1200 a minute 160 more pass within the 8 seconds: more than may wait for one key.
    let server = server_with_a_limit(1200).await;
    let ((bot, _), (other, _)) = (server.legacy().await, server.legacy().await);
    for _ in 0..1200 {
        for bot in [&bot, &other] {
            bot.call("GET_SUB_VERSION", json!([])).await.legacy_text();
        }
    }
    let calls = (0..100).map(|_| bot.call("GET_SUB_VERSION", json!([])));
    let (answers, of_other) = tokio::join!(biased; join_all(calls), other.call("GET_SUB_VERSION", json!([])));
    of_other.legacy_text();
    let refused = answers.iter().filter(|answer| answer.status == 429).count();
    // Fewer, if some have had their turn before the last ones came; none, if all might wait.
    assert!((1..=36).contains(&refused), "64 of one key wait at the same time: {refused}");
}
