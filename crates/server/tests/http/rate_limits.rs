//! Rate limits: how many requests pass, when the next one does, and what the headers say.

use std::collections::BTreeMap;
use std::time::Duration;

use rankledger_domain::credential::RateFactor;
use rankledger_domain::rank::Power;
use rankledger_server::config::RateLimits;
use serde_json::json;

use crate::kit::{ALL_SCOPES, Actor, Answer, ENDPOINTS, Options, Server, account};

async fn server_with_documented_limits() -> Server {
    server_with(&[]).await
}

async fn server_with(limits: &[(&str, u32)]) -> Server {
    let per_minute: BTreeMap<_, _> = limits.iter().map(|&(name, limit)| (name.to_owned(), limit)).collect();
    let rate_limits = RateLimits { per_minute, ..RateLimits::default() };
    Server::with(Options { rate_limits, ..Options::default() }).await
}

/// Requests the community until that is refused. Returns how many requests passed, and the refusal.
async fn exhaust(bot: &Actor) -> (usize, Answer) {
    for passed in 0..1000 {
        let answer = bot.get("/v2/community").await;
        if answer.status.as_u16() == 429 {
            return (passed, answer);
        }
    }
    panic!("there seems to be no limit");
}

fn retry_after(answer: &Answer) -> Duration {
    let seconds = answer.header("retry-after").expect("a 429 has Retry-After");
    Duration::from_secs(seconds.parse().expect("whole seconds"))
}

#[tokio::test]
async fn every_endpoint_passes_the_documented_count_at_once_and_no_more() {
    // Nobody waits, where requests would.
    let rate_limits = RateLimits { v1_wait_seconds: 0, ..RateLimits::default() };
    let server = Server::with(Options { rate_limits, ..Options::default() }).await;
    let bot = server.admin().await;
    for endpoint in ENDPOINTS.iter() {
        for left in (0..endpoint.per_minute).rev() {
            let answer = bot.call(endpoint).await;
            assert_ne!(answer.status.as_u16(), 429, "{}", endpoint.operation_id);
            let state = answer.header("ratelimit").expect("the state of the limit");
            assert!(state.starts_with(&format!("\"{}\";r={left};t=", endpoint.operation_id)), "{state}");
            let policy = format!("\"{}\";q={};w=60", endpoint.operation_id, endpoint.per_minute);
            assert_eq!(answer.header("ratelimit-policy"), Some(policy.as_str()));
        }
        bot.call(endpoint).await.problem(429, "rate-limited");
    }
}

#[tokio::test]
async fn a_bot_that_sets_ranks_too_often_is_told_when_to_come_back() {
    let server = server_with_documented_limits().await;
    let bot = server.bot().await;
    for _ in 0..22 {
        bot.set_ranks(account::CADET, json!({"add": ["cadet"]})).await.ok();
    }
    let written = server.written().await;
    let answer = bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await;
    answer.problem(429, "rate-limited");
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_bot_that_undoes_too_often_is_told_when_to_come_back() {
    let server = server_with_documented_limits().await;
    let bot = server.bot().await;
    for _ in 0..13 {
        bot.undo(99, json!({})).await.problem(404, "rank-change-not-found");
    }
    let answer = bot.undo(1, json!({})).await;
    answer.problem(429, "rate-limited");
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn a_bot_that_waits_as_long_as_it_was_told_passes() {
    let server = server_with_documented_limits().await;
    let bot = server.bot().await;
    let (mut passed, mut refusal) = exhaust(&bot).await;
    assert_eq!(passed, 13);
    for _ in 0..20 {
        let wait = retry_after(&refusal);
        assert!(wait <= Duration::from_secs(10), "a client waits at most 10 seconds, not {wait:?}");
        server.advance(wait);
        (passed, refusal) = exhaust(&bot).await;
        assert!(passed >= 1, "{}", refusal.body);
    }
}

#[tokio::test]
async fn a_bot_that_comes_back_a_second_too_early_is_refused_and_loses_nothing() {
    let server = server_with_documented_limits().await;
    let bot = server.bot().await;
    let (_, refusal) = exhaust(&bot).await;
    let wait = retry_after(&refusal);
    server.advance(wait.saturating_sub(Duration::from_secs(1)));
    for _ in 0..5 {
        let answer = bot.get("/v2/community").await;
        answer.problem(429, "rate-limited");
        assert_eq!(retry_after(&answer), Duration::from_secs(1));
    }
    server.advance(Duration::from_secs(1));
    bot.get("/v2/community").await.ok();
}

#[tokio::test]
async fn a_bot_that_rests_for_a_minute_has_the_full_count_again() {
    let server = server_with_documented_limits().await;
    let bot = server.bot().await;
    exhaust(&bot).await;
    server.advance(Duration::from_mins(1));
    assert_eq!(exhaust(&bot).await.0, 13);
    server.advance(Duration::from_hours(24));
    assert_eq!(exhaust(&bot).await.0, 13);
}

#[tokio::test]
async fn a_minute_of_steady_calls_refills_the_documented_count() {
    let server = server_with_documented_limits().await;
    let bot = server.bot().await;
    exhaust(&bot).await;
    let mut passed = 0;
    for _ in 0..60 {
        server.advance(Duration::from_secs(1));
        passed += exhaust(&bot).await.0;
    }
    assert_eq!(passed, 13);
}

#[tokio::test]
async fn two_bots_do_not_share_a_limit() {
    let server = server_with_documented_limits().await;
    let (bot, other) = (server.bot().await, server.bot().await);
    exhaust(&bot).await;
    assert_eq!(exhaust(&other).await.0, 13);
    assert_eq!(exhaust(&server.neighbours_bot().await).await.0, 13);
}

#[tokio::test]
async fn two_endpoints_do_not_share_a_limit() {
    let server = server_with_documented_limits().await;
    let bot = server.bot().await;
    exhaust(&bot).await;
    bot.get("/v2/community/departments").await.ok();
    for _ in 0..22 {
        bot.set_ranks(account::CADET, json!({"add": ["cadet"]})).await.ok();
    }
    // Another method on the same path is another endpoint.
    bot.ranks_of(account::CADET).await;
}

#[tokio::test]
async fn a_refused_request_counts_and_a_stranger_does_not() {
    let server = server_with_documented_limits().await;
    let bot = server.bot_with("accounts:read", |_| {}).await;
    for _ in 0..13 {
        let answer = server.stranger().get("/v2/community").await;
        answer.problem(401, "missing-credential");
        assert_eq!(answer.header("ratelimit"), None);
        bot.get("/v2/community").await.problem(403, "missing-scope");
    }
    bot.get("/v2/community").await.problem(429, "rate-limited");
}

#[tokio::test]
async fn an_operator_sets_another_limit_or_none() {
    let server = server_with(&[("getCommunity", 2), ("getDepartments", 0), ("getSubVersion", 1000)]).await;
    let bot = server.bot().await;
    let (passed, refusal) = exhaust(&bot).await;
    assert_eq!(passed, 2);
    assert_eq!(refusal.header("ratelimit-policy"), Some("\"getCommunity\";q=2;w=60"));
    assert_eq!(retry_after(&refusal), Duration::from_secs(30));
    for _ in 0..50 {
        let unlimited = bot.get("/v2/community/departments").await;
        unlimited.ok();
        assert_eq!(unlimited.header("ratelimit"), None);
        assert_eq!(unlimited.header("ratelimit-policy"), None);
        bot.get("/v2/community/sub-version").await.ok();
    }
}

/// Starts a server with the documented limits, where all credentials of a community together may send this
/// many times as much as one.
async fn server_with_community_factor(community_factor: u32) -> Server {
    let rate_limits = RateLimits { community_factor, ..RateLimits::default() };
    Server::with(Options { rate_limits, ..Options::default() }).await
}

/// Returns a bot whose limits are multiplied by this.
async fn bot_of_factor(server: &Server, factor: u32) -> Actor {
    let factor = RateFactor::new(factor).expect("a factor");
    server.bot_with(ALL_SCOPES, |credential| credential.rate_factor = factor).await
}

#[tokio::test]
async fn many_keys_are_no_way_round_the_limit() {
    let server = server_with_documented_limits().await;
    for _ in 0..10 {
        assert_eq!(exhaust(&server.bot().await).await.0, 13);
    }
    let another = server.bot().await;
    let (passed, refusal) = exhaust(&another).await;
    assert_eq!(passed, 0);
    refusal.problem(429, "rate-limited");
    insta::assert_json_snapshot!(refusal.whole());
    another.get("/v2/community/departments").await.ok();
    server.neighbours_bot().await.get("/v2/community").await.ok();

    server.advance(retry_after(&refusal));
    another.get("/v2/community").await.ok();
    server.advance(Duration::from_mins(1));
    assert_eq!(exhaust(&another).await.0, 13);
}

#[tokio::test]
async fn a_request_that_is_refused_for_the_community_takes_nothing_from_the_credential() {
    let server = server_with_community_factor(1).await;
    let (bot, other) = (server.bot().await, server.bot().await);
    assert_eq!(exhaust(&bot).await.0, 13);
    for _ in 0..100 {
        other.get("/v2/community").await.problem(429, "rate-limited");
    }
    server.advance(Duration::from_mins(1));
    assert_eq!(exhaust(&other).await.0, 13);
}

#[tokio::test]
async fn many_keys_keep_no_administrator_from_acting() {
    let server = server_with_community_factor(1).await;
    let (bot, admin) = (server.bot().await, server.admin().await);
    let low = server.bot_with("admin", |credential| credential.power_ceiling = Some(Power(50))).await;
    assert_eq!(exhaust(&bot).await.0, 13);
    low.get("/v2/community").await.problem(429, "rate-limited");
    assert_eq!(exhaust(&admin).await.0, 13);
}

#[tokio::test]
async fn the_headers_show_the_limit_that_is_closest() {
    let server = server_with_community_factor(2).await;
    let (bot, other, third) = (server.bot().await, server.bot().await, server.bot().await);
    exhaust(&bot).await;
    for left in (5..13).rev() {
        let answer = other.get("/v2/community").await;
        assert_eq!(answer.header("ratelimit-policy"), Some("\"getCommunity\";q=13;w=60"), "{left}");
    }
    let answer = third.get("/v2/community").await;
    assert_eq!(answer.header("ratelimit-policy"), Some("\"getCommunity.community\";q=26;w=60"));
    let state = answer.header("ratelimit").expect("the state of the limit");
    assert!(state.starts_with("\"getCommunity.community\";r=4;t="), "{state}");
}

#[tokio::test]
async fn an_operator_sets_how_much_all_credentials_together_may_send_or_no_limit() {
    let server = server_with_community_factor(1).await;
    assert_eq!(exhaust(&server.bot().await).await.0, 13);
    assert_eq!(exhaust(&server.bot().await).await.0, 0);
    let server = server_with_community_factor(0).await;
    for _ in 0..12 {
        assert_eq!(exhaust(&server.bot().await).await.0, 13);
    }
}

#[tokio::test]
async fn a_key_with_a_factor_has_that_many_times_the_limit() {
    let server = server_with_documented_limits().await;
    let game_server = bot_of_factor(&server, 3).await;
    let first = game_server.get("/v2/community").await;
    assert_eq!(first.header("ratelimit-policy"), Some("\"getCommunity\";q=39;w=60"));
    let (passed, refusal) = exhaust(&game_server).await;
    assert_eq!(passed, 38);
    assert_eq!(retry_after(&refusal), Duration::from_secs(2), "60 s / 39");
    assert_eq!(exhaust(&server.bot().await).await.0, 13, "others have their own");
}

#[tokio::test]
async fn a_key_with_a_large_factor_is_held_back_by_its_own_limit_alone_and_leaves_room_for_others() {
    let server = server_with_documented_limits().await;
    let game_server = bot_of_factor(&server, 30).await;
    assert_eq!(exhaust(&game_server).await.0, 390);
    for _ in 0..9 {
        assert_eq!(exhaust(&server.bot().await).await.0, 13);
    }
    assert_eq!(exhaust(&server.bot().await).await.0, 0, "ten credentials have used their limits up");
}

#[tokio::test]
async fn a_server_without_limits_refuses_nobody_and_says_nothing_of_limits() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for _ in 0..50 {
        let answer = bot.get("/v2/community").await;
        answer.ok();
        assert_eq!(answer.header("ratelimit"), None);
    }
}

#[tokio::test]
async fn health_checks_and_problem_pages_are_not_limited() {
    let server = server_with_documented_limits().await;
    for _ in 0..100 {
        for path in ["/healthz", "/readyz", "/metrics", "/problems"] {
            assert_eq!(server.stranger().get(path).await.status.as_u16(), 200);
        }
    }
}
