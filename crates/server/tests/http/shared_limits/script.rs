//! `gcra.lua` alone: it gives the same result for every request as the bucket in memory.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use proptest::prelude::*;
use rankledger_domain::ids::CredentialId;
use rankledger_domain::time::Clock;
use rankledger_server::api::v2::community;
use rankledger_server::config::RateLimits;
use rankledger_server::http::rate_limit::{Limiter, PATIENCE};
use redis::{Commands, Connection, Script};
use uuid::Uuid;

use super::{connect, nodes, passes, redis};
use crate::kit::SteppingClock;

const SCRIPT: &str = include_str!("../../../src/http/rate_limit/gcra.lua");

/// Time at which the tests of the script begin, in seconds. It is far from now, as nothing depends on it.
const BEGIN: u64 = 1_800_000_000;

const MINUTE: u64 = 60_000_000;

/// Returns the script with the time as an argument. Its keys stay, because they would expire by the time of
/// Redis.
fn script() -> Script {
    let replaced = |text: &str, from: &str, to: &str| {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text.replace(from, to)
    };
    let text = replaced(SCRIPT, "redis.call('TIME')", "{ARGV[3], ARGV[4]}");
    Script::new(&replaced(&text, ", 'PX', math.ceil(until_full / 1000)", ""))
}

/// Runs the script at a time, in microseconds since the beginning. Returns how many more requests would pass,
/// and how long to wait.
fn ask(connection: &mut Connection, key: &str, per_minute: u32, time: u64) -> (u32, u64) {
    let script = script();
    let mut call = script.key(key);
    call.arg(MINUTE / u64::from(per_minute)).arg(per_minute);
    call.arg(BEGIN + time / 1_000_000).arg(time % 1_000_000);
    call.invoke(connection).expect("an answer")
}

/// Returns a time between two requests: zero, about the time after which another request passes, or any.
fn pause(per_minute: u32) -> impl Strategy<Value = u64> {
    let period = MINUTE / u64::from(per_minute);
    prop_oneof![4 => Just(0), 2 => period - 1..=period + 1, 2 => 0..=2 * period, 1 => 0..=2 * MINUTE]
}

/// Returns a count a minute, and the pauses between requests.
fn requests() -> impl Strategy<Value = (u32, Vec<u64>)> {
    let per_minute = prop_oneof![1..=60_u32, 61..=10_000_u32];
    per_minute.prop_flat_map(|per_minute| {
        (Just(per_minute), proptest::collection::vec(pause(per_minute), 1..=2 * 60))
    })
}

#[test]
fn it_says_of_every_request_what_the_bucket_of_a_process_says() {
    let redis = redis();
    let connection = RefCell::new(connect(&redis));
    proptest!(|((per_minute, pauses) in requests())| {
        let mut connection = connection.borrow_mut();
        let _: () = connection.del("bucket").expect("it is gone");
        let clock = Arc::new(SteppingClock::default());
        let per_endpoint = [("getCommunity".to_owned(), per_minute)].into();
        let limits = RateLimits { per_minute: per_endpoint, ..RateLimits::default() };
        let limiter = Limiter::new([&community::SHOW], &limits, &(Arc::clone(&clock) as Arc<dyn Clock>), PATIENCE);
        let credential = CredentialId(Uuid::from_u128(1));
        let mut time = 0;
        for pause in pauses {
            time += pause;
            clock.advance(Duration::from_micros(pause));
            let local = limiter.check(credential, &community::SHOW).now_or_never();
            let local = local.expect("it waits for nothing").expect("it is limited");
            let shared = ask(&mut connection, "bucket", per_minute, time);
            let wait = local.wait.map_or(0, |wait| wait.as_micros());
            prop_assert_eq!((shared.0, u128::from(shared.1)), (local.remaining, wait));
        }
    });
}

#[test]
fn it_forgives_a_clock_that_was_set_back() {
    let redis = redis();
    let mut connection = connect(&redis);
    let hour = 60 * MINUTE;
    assert_eq!(ask(&mut connection, "bucket", 2, hour), (1, 0));
    let a_little = ask(&mut connection, "bucket", 2, hour - MINUTE / 4);
    assert_eq!(a_little, (0, MINUTE / 4), "a little is waited for");
    assert_eq!(ask(&mut connection, "bucket", 2, 0), (1, 0), "more than a minute is not");
}

#[tokio::test]
async fn a_bucket_is_a_key_that_does_not_outlive_its_being_full() {
    let redis = redis();
    let nodes = nodes(&redis, 1).await;
    let bot = nodes[0].bot().await;
    passes(&bot, 0).await;
    let mut connection = connect(&redis);
    let keys: Vec<String> = connection.keys("*:getCommunity").expect("the keys");
    let [key] = keys.as_slice() else { panic!("one key, not {keys:?}") };
    let credential =
        key.strip_prefix("rankledger:limit:").and_then(|rest| rest.strip_suffix(":getCommunity"));
    assert!(credential.is_some_and(|id| Uuid::parse_str(id).is_ok()), "{key}");
    let left: i64 = connection.pttl(key).expect("how long it stays, in milliseconds");
    assert!((1..=60_000).contains(&left), "it stays for {left} ms");
}
