//! Rate limits that two nodes share in a Redis of the test's own: they hold for both together, and each node
//! limits on its own while Redis does not answer.
//!
//! The time is that of Redis and cannot be stopped. So the limits here are small: they refill more slowly
//! than any test runs.

mod script;

use std::time::{Duration, Instant};

use rankledger_instances::Redis;
use rankledger_server::config::RateLimits;
use rankledger_server::http::rate_limit;
use redis::Connection;
use serde_json::json;

use crate::kit::{Actor, Options, Server};
use crate::metrics::metric;

/// Longest time that an operation may take which should be done in a moment.
const PATIENCE: Duration = Duration::from_mins(1);

fn redis() -> Redis {
    Redis::start().expect("a Redis")
}

fn connect(redis: &Redis) -> Connection {
    let client = redis::Client::open(redis.url()).expect("a URL");
    client.get_connection().expect("a connection")
}

/// Sends a command to Redis.
fn tell(redis: &Redis, command: &[&str]) {
    let mut connection = connect(redis);
    let [name, args @ ..] = command else { panic!("a command") };
    redis::cmd(name).arg(args).exec(&mut connection).expect("it does so");
}

/// Returns options with Get Community and Get Sub Version limited to this count.
fn options(redis: &Redis, per_minute: u32) -> Options {
    let rate_limits = RateLimits {
        shared: Some(redis.url().parse().expect("a URL")),
        per_minute: ["getCommunity", "getSubVersion"].map(|name| (name.to_owned(), per_minute)).into(),
        ..RateLimits::default()
    };
    Options { rate_limits, ..Options::default() }
}

/// Starts two nodes on one database and one Redis.
async fn nodes(redis: &Redis, per_minute: u32) -> [Server; 2] {
    let one = Server::with(options(redis, per_minute)).await;
    let other = one.twin_with(options(redis, per_minute)).await;
    until_shared(&one).await;
    until_shared(&other).await;
    [one, other]
}

/// Waits until the shared limits answer.
async fn until_shared(server: &Server) {
    let begun = Instant::now();
    while !is_shared(server).await {
        assert!(begun.elapsed() < PATIENCE, "the shared limits do not answer");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn is_shared(server: &Server) -> bool {
    metric(server, "rankledger_rate_limit_shared_up").await == Some(1)
}

async fn fallbacks(server: &Server) -> u64 {
    metric(server, "rankledger_rate_limit_fallbacks_total").await.expect("it is always there")
}

/// Returns the same bot as a caller of each node.
async fn bot_of(nodes: &[Server; 2]) -> [Actor; 2] {
    let key = nodes[0].bot_key().await;
    nodes.each_ref().map(|node| node.holder_of(&key))
}

/// Requests the community. Checks that the request passes and leaves this many requests.
async fn passes(bot: &Actor, remaining: u32) {
    let answer = bot.get("/v2/community").await;
    answer.ok();
    let state = answer.header("ratelimit").expect("the state of the limit");
    assert!(state.starts_with(&format!("\"getCommunity\";r={remaining};t=")), "{state}");
}

/// Requests the community. Checks that the request is refused.
async fn is_refused(bot: &Actor) {
    let answer = bot.get("/v2/community").await;
    answer.problem(429, "rate-limited");
    assert!(answer.header("retry-after").is_some());
    let state = answer.header("ratelimit").expect("the state of the limit");
    assert!(state.starts_with("\"getCommunity\";r=0;t="), "{state}");
}

#[tokio::test]
async fn a_bot_over_its_limit_gets_the_documented_count_from_two_nodes_in_sum() {
    let redis = redis();
    let nodes = nodes(&redis, 13).await;
    let bots = bot_of(&nodes).await;
    let begun = Instant::now();
    let mut passed = 0;
    while bots[passed % 2].get("/v2/community").await.status.as_u16() != 429 {
        passed += 1;
    }
    // The bucket refills if the machine pauses in between.
    let refilled = begun.elapsed().as_millis() * 13 / 60_000;
    let range = 13..=13 + usize::try_from(refilled).expect("a small number");
    assert!(range.contains(&passed), "{passed} requests passed, not {range:?}");
}

#[tokio::test]
async fn each_node_tells_what_both_have_left() {
    let redis = redis();
    let nodes = nodes(&redis, 3).await;
    let [one, other] = bot_of(&nodes).await;
    passes(&one, 2).await;
    passes(&other, 1).await;
    passes(&one, 0).await;
    is_refused(&other).await;
    is_refused(&one).await;
    assert_eq!(fallbacks(&nodes[0]).await + fallbacks(&nodes[1]).await, 0);
}

#[tokio::test]
async fn two_bots_and_two_endpoints_do_not_share_a_bucket() {
    let redis = redis();
    let nodes = nodes(&redis, 1).await;
    let [one, other] = bot_of(&nodes).await;
    passes(&one, 0).await;
    passes(&nodes[1].bot().await, 0).await;
    passes(&nodes[1].neighbours_bot().await, 0).await;
    other.get("/v2/community/departments").await.ok();
    is_refused(&other).await;
}

#[tokio::test]
async fn the_bots_of_a_community_share_a_bucket_on_all_nodes() {
    let redis = redis();
    let shared = || {
        let mut options = options(&redis, 2);
        options.rate_limits.community_factor = 2;
        options
    };
    let one = Server::with(shared()).await;
    let other = one.twin_with(shared()).await;
    until_shared(&one).await;
    until_shared(&other).await;
    for node in [&one, &other] {
        let bot = node.bot().await;
        bot.get("/v2/community").await.ok();
        bot.get("/v2/community").await.ok();
    }
    let refused = one.bot().await.get("/v2/community").await;
    refused.problem(429, "rate-limited");
    assert_eq!(refused.header("ratelimit-policy"), Some("\"getCommunity.community\";q=4;w=60"));
    one.neighbours_bot().await.get("/v2/community").await.ok();
    assert_eq!(fallbacks(&one).await + fallbacks(&other).await, 0);
}

#[tokio::test]
async fn a_bot_of_the_legacy_api_shares_the_buckets_of_its_endpoints() {
    let redis = redis();
    let nodes = nodes(&redis, 2).await;
    let (legacy, bot) = nodes[0].legacy().await;
    bot.get("/v2/community/sub-version").await.ok();
    let answer = legacy.call("GET_SUB_VERSION", json!([])).await;
    let state = answer.header("ratelimit").expect("the state of the limit");
    assert!(state.starts_with("\"getSubVersion\";r=0;t="), "{state}");
    legacy.call("GET_SUB_VERSION", json!([])).await.legacy_refusal(429);
    bot.get("/v2/community/sub-version").await.problem(429, "rate-limited");
    assert_eq!(fallbacks(&nodes[0]).await, 0);
}

#[tokio::test]
async fn while_redis_is_gone_each_node_counts_by_itself() {
    let mut redis = redis();
    let nodes = nodes(&redis, 2).await;
    let bots = bot_of(&nodes).await;
    passes(&bots[0], 1).await;
    passes(&bots[1], 0).await;
    is_refused(&bots[0]).await;

    redis.kill().expect("it ends");
    for (node, bot) in nodes.iter().zip(&bots) {
        passes(bot, 1).await;
        passes(bot, 0).await;
        is_refused(bot).await;
        assert_eq!(fallbacks(node).await, 3);
        assert!(!is_shared(node).await);
    }

    redis.start_again().expect("it starts");
    for node in &nodes {
        until_shared(node).await;
    }
    passes(&bots[0], 1).await;
    passes(&bots[1], 0).await;
    is_refused(&bots[0]).await;
    assert_eq!(fallbacks(&nodes[0]).await, 3);
}

#[tokio::test]
async fn a_redis_that_does_not_answer_holds_nobody_up_for_long() {
    let redis = redis();
    let options = Options { limits_patience: rate_limit::PATIENCE, ..options(&redis, 2) };
    let server = Server::with(options).await;
    until_shared(&server).await;
    let bot = server.bot().await;
    tell(&redis, &["CLIENT", "PAUSE", "3600000", "ALL"]);
    passes(&bot, 1).await;
    passes(&bot, 0).await;
    is_refused(&bot).await;
    assert_eq!(fallbacks(&server).await, 3);
}

#[tokio::test]
async fn a_redis_that_refuses_to_write_counts_as_gone() {
    let redis = redis();
    let nodes = nodes(&redis, 2).await;
    let [bot, _] = bot_of(&nodes).await;
    tell(&redis, &["CONFIG", "SET", "maxmemory", "1"]);
    passes(&bot, 1).await;
    assert_eq!(fallbacks(&nodes[0]).await, 1);
    assert!(!is_shared(&nodes[0]).await);
    tell(&redis, &["CONFIG", "SET", "maxmemory", "0"]);
    until_shared(&nodes[0]).await;
    passes(&bot, 1).await;
    assert_eq!(fallbacks(&nodes[0]).await, 1);
}

#[tokio::test]
async fn a_redis_that_has_forgotten_the_script_is_told_it_again() {
    let redis = redis();
    let nodes = nodes(&redis, 2).await;
    let [one, other] = bot_of(&nodes).await;
    passes(&one, 1).await;
    tell(&redis, &["SCRIPT", "FLUSH"]);
    passes(&other, 0).await;
    assert_eq!(fallbacks(&nodes[1]).await, 0);
}

#[tokio::test]
async fn limits_that_are_off_need_no_redis() {
    let redis = redis();
    let mut options = options(&redis, 1);
    options.rate_limits.mode = "off".parse().expect("a mode");
    let server = Server::with(options).await;
    let bot = server.bot().await;
    for _ in 0..3 {
        let answer = bot.get("/v2/community").await;
        answer.ok();
        assert_eq!(answer.header("ratelimit"), None);
    }
    assert_eq!(metric(&server, "rankledger_rate_limit_shared_up").await, None);
}
