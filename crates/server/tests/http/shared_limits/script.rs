//! `gcra.lua` alone: it gives the same result for every request as the bucket in memory.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use jiff::Timestamp;
use proptest::prelude::*;
use rankledger_domain::credential::{Credential, RateFactor, Scopes};
use rankledger_domain::ids::{CommunityId, CredentialId};
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

/// The rate factors of the credentials.
const FACTORS: [u32; 4] = [1, 1, 2, 7];

/// Returns the script with the time as an argument. Its keys stay, because they would expire by the time of
/// Redis.
fn script() -> Script {
    let replaced = |text: &str, from: &str, to: &str| {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text.replace(from, to)
    };
    let text = replaced(SCRIPT, "redis.call('TIME')", "{ARGV[#ARGV - 1], ARGV[#ARGV]}");
    Script::new(&replaced(&text, ", 'PX', math.ceil(until_full[i] / 1000)", ""))
}

/// Runs the script at a time, in microseconds since the beginning, for buckets with these names and counts a
/// minute. Returns for each how many more requests would pass, and how long to wait.
fn ask_all(connection: &mut Connection, buckets: &[(&str, u32)], time: u64) -> Vec<(u32, u64)> {
    ask_patiently(connection, buckets, time, 0)
}

/// Runs the script like [`ask_all`], for a request that would wait so many microseconds.
fn ask_patiently(
    connection: &mut Connection,
    buckets: &[(&str, u32)],
    time: u64,
    patience: u64,
) -> Vec<(u32, u64)> {
    let script = script();
    let mut call = script.prepare_invoke();
    call.arg(patience);
    for (name, per_minute) in buckets {
        call.key(*name).arg(MINUTE / u64::from(*per_minute)).arg(*per_minute);
    }
    call.arg(BEGIN + time / 1_000_000).arg(time % 1_000_000);
    call.invoke(connection).expect("an answer")
}

/// Runs the script for one bucket.
fn ask(connection: &mut Connection, bucket: &str, per_minute: u32, time: u64) -> (u32, u64) {
    let answers = ask_all(connection, &[(bucket, per_minute)], time);
    assert_eq!(answers.len(), 1);
    answers[0]
}

/// Returns the credential with this number, of the community of all of them.
fn credential(number: u32) -> Credential {
    Credential {
        id: CredentialId(Uuid::from_u128(number.into())),
        community: CommunityId(1),
        name: "bot".to_owned(),
        scopes: Scopes::usual(),
        power_ceiling: None,
        rate_factor: RateFactor::new(FACTORS[number as usize]).expect("a factor"),
        created_at: Timestamp::UNIX_EPOCH,
        made_by: None,
        expires_at: None,
        revoked_at: None,
    }
}

/// Returns a time between two requests: zero, about the time after which another request passes, or any.
fn pause(per_minute: u32) -> impl Strategy<Value = u64> {
    let period = MINUTE / u64::from(per_minute);
    prop_oneof![4 => Just(0), 2 => period - 1..=period + 1, 2 => 0..=2 * period, 1 => 0..=2 * MINUTE]
}

/// Returns a count a minute, the community's factor, and requests: the pause before each, and the number of
/// its credential.
fn requests() -> impl Strategy<Value = (u32, u32, Vec<(u64, u32)>)> {
    let per_minute = prop_oneof![1..=60_u32, 61..=10_000_u32];
    (per_minute, 0..=3_u32).prop_flat_map(|(per_minute, factor)| {
        let request = (pause(per_minute), 0..4_u32);
        (Just(per_minute), Just(factor), proptest::collection::vec(request, 1..=2 * 60))
    })
}

/// Returns what the script says of a request of this credential: the answer of the bucket that is closest to
/// refusing.
fn closest(connection: &mut Connection, number: u32, per_minute: u32, factor: u32, time: u64) -> (u32, u64) {
    let (own, name) = (per_minute * FACTORS[number as usize], format!("credential {number}"));
    let mut buckets = vec![(name.as_str(), own)];
    if factor > 0 {
        buckets.push(("community", own * factor));
    }
    let answers = ask_all(connection, &buckets, time).into_iter();
    answers.min_by_key(|(remaining, wait)| (Reverse(*wait), *remaining)).expect("an answer")
}

#[test]
fn it_says_of_every_request_what_the_bucket_of_a_process_says() {
    let redis = redis();
    let connection = RefCell::new(connect(&redis));
    proptest!(|((per_minute, factor, requests) in requests())| {
        let mut connection = connection.borrow_mut();
        redis::cmd("FLUSHALL").exec(&mut *connection).expect("the buckets are gone");
        let clock = Arc::new(SteppingClock::default());
        let per_endpoint = [("getCommunity".to_owned(), per_minute)].into();
        let limits = RateLimits { per_minute: per_endpoint, community_factor: factor, ..RateLimits::default() };
        let limiter = Limiter::new([&community::SHOW], &limits, &(Arc::clone(&clock) as Arc<dyn Clock>), PATIENCE);
        let mut time = 0;
        for (pause, number) in requests {
            time += pause;
            clock.advance(Duration::from_micros(pause));
            let local = limiter.check(&credential(number), &community::SHOW).now_or_never();
            let local = local.expect("it waits for nothing").expect("it is limited");
            let shared = closest(&mut connection, number, per_minute, factor, time);
            let wait = local.wait.map_or(0, |wait| wait.as_micros());
            prop_assert_eq!((shared.0, u128::from(shared.1)), (local.remaining, wait));
        }
    });
}

#[test]
fn a_request_that_one_bucket_refuses_takes_from_none() {
    let redis = redis();
    let mut connection = connect(&redis);
    let mut ask_both = |own: &str| ask_all(&mut connection, &[(own, 2), ("community", 3)], 0);
    assert_eq!(ask_both("one"), [(1, 0), (2, 0)]);
    assert_eq!(ask_both("one"), [(0, 0), (1, 0)]);
    assert_eq!(ask_both("one"), [(0, MINUTE / 2), (0, 0)], "the community's bucket keeps what is left");
    assert_eq!(ask_both("other"), [(1, 0), (0, 0)]);
    for _ in 0..3 {
        assert_eq!(ask_both("other"), [(0, 0), (0, MINUTE / 3)], "one request is left in its own bucket");
    }
}

#[test]
fn a_request_that_waits_takes_its_turn_before_those_that_come_later() {
    let redis = redis();
    let mut connection = connect(&redis);
    let second = MINUTE / 60;
    let mut ask =
        |time, patience| ask_patiently(&mut connection, &[("own", 60), ("community", 120)], time, patience);
    for left in (0..60).rev() {
        assert_eq!(ask(0, 0)[0], (left, 0));
    }
    for seconds in 1..=60 {
        assert_eq!(ask(0, 60 * second)[0], (0, seconds * second), "each waits for the one before it");
    }
    assert_eq!(ask(0, 60 * second)[0], (0, 61 * second), "that is too long: it takes nothing");
    assert_eq!(ask(0, 0)[0], (0, 61 * second), "who does not wait is told the true time");
    assert_eq!(ask(60 * second, 0)[0], (0, second), "the last of those who waited has passed");
    assert_eq!(ask(61 * second, 0)[0], (0, 0));
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
    let owner = |key: &String| {
        let rest = key.strip_prefix("rankledger:limit:").and_then(|rest| rest.strip_suffix(":getCommunity"));
        rest.expect("a key of a bucket").to_owned()
    };
    let (credentials, others): (Vec<_>, Vec<_>) =
        keys.iter().map(owner).partition(|owner| Uuid::parse_str(owner).is_ok());
    assert_eq!(credentials.len(), 1, "{keys:?}");
    assert_eq!(others, ["community:1"]);
    for key in &keys {
        let left: i64 = connection.pttl(key).expect("how long it stays, in milliseconds");
        assert!((1..=60_000).contains(&left), "{key} stays for {left} ms");
    }
}
