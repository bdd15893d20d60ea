//! Rate limits that are shared in a Redis, and the lines that `serve` logs about them.

use std::process::Command;
use std::time::{Duration, Instant};

use rankledger_instances::Redis;

use crate::kit::{Community, KEY, PATIENCE, Process, agent, database_url, rankledger, run};

/// Starts a server whose limits are shared at this URL, and on which Get Community is limited to two.
fn serve(community: &Community, url: &str) -> Process {
    let config = community.folder.path().join("rankledger.toml");
    let text = format!("[rate_limits]\nshared = \"{url}\"\n[rate_limits.per_minute]\ngetCommunity = 2\n");
    std::fs::write(&config, text).expect("a file");
    let config = config.to_str().expect("a path of text");
    Process::start(&["serve", "--config", config, "--database", &database_url(&community.database)])
}

/// Returns the password and the address in the URL of a Redis.
fn password_and_place(redis: &Redis) -> (String, String) {
    let url = redis.url();
    let (password, place) =
        url.strip_prefix("redis://:").and_then(|rest| rest.split_once('@')).expect("both");
    (password.to_owned(), place.to_owned())
}

/// Calls Get Community. Returns its status.
fn ask(server: &Process) -> u16 {
    let request = agent().get(server.url("/v2/community")).header("authorization", format!("Bearer {KEY}"));
    request.call().expect("an answer").status().as_u16()
}

/// Waits until the log has this line. Returns the log up to it.
fn log_until(server: &Process, expected: &str) -> String {
    let begun = Instant::now();
    let mut log = String::new();
    while !log.contains(expected) {
        assert!(begun.elapsed() < PATIENCE, "the log has no {expected:?}: {log}");
        log.extend(server.said().into_iter().map(|line| line + "\n"));
        std::thread::sleep(Duration::from_millis(10));
    }
    log
}

const SHARED: &str = "the shared rate limits answer";
const ALONE: &str = "the shared rate limits do not answer";

#[test]
fn an_outage_is_told_once_and_its_end_too() {
    let community = Community::of(1);
    let mut redis = Redis::start().expect("a Redis");
    let server = serve(&community, &redis.url());
    let log = log_until(&server, SHARED);
    let (password, _) = password_and_place(&redis);
    assert!(log.contains(",shared=redis://***@127.0.0.1:") && !log.contains(&password), "{log}");

    redis.kill().expect("it ends");
    assert_eq!([ask(&server), ask(&server), ask(&server)], [200, 200, 429]);
    redis.start_again().expect("it starts");
    let log = log_until(&server, SHARED);
    assert_eq!(log.matches(ALONE).count(), 1, "{log}");
    assert!(log.contains("WARN") && !log.contains("ERROR"), "{log}");

    let (code, rest) = server.terminate();
    assert_eq!(code, Some(0), "{rest:?}");
}

#[test]
fn a_redis_that_cannot_be_reached_at_start_stops_nobody() {
    let community = Community::of(1);
    let mut redis = Redis::start().expect("a Redis");
    redis.kill().expect("it ends");
    let server = serve(&community, &redis.url());
    assert_eq!([ask(&server), ask(&server), ask(&server)], [200, 200, 429]);
    log_until(&server, ALONE);
    redis.start_again().expect("it starts");
    log_until(&server, SHARED);
}

#[test]
fn a_wrong_password_is_told_and_stops_nobody() {
    let community = Community::of(1);
    let redis = Redis::start().expect("a Redis");
    let (_, place) = password_and_place(&redis);
    let server = serve(&community, &format!("redis://:mistaken@{place}"));
    let log = log_until(&server, ALONE);
    assert!(log.contains("Password authentication failed") && !log.contains("mistaken"), "{log}");
    assert_eq!(ask(&server), 200);
}

#[test]
fn a_redis_that_does_not_speak_tls_is_told_and_stops_nobody() {
    let community = Community::of(1);
    let redis = Redis::start().expect("a Redis");
    let server = serve(&community, &redis.url().replace("redis://", "rediss://"));
    log_until(&server, ALONE);
    assert_eq!(ask(&server), 200);
}

#[test]
fn a_server_that_is_the_only_one_does_not_say_that_it_counts_alone() {
    let community = Community::of(1);
    let server = Process::start(&["serve", "--database", &database_url(&community.database)]);
    let (_, log) = server.terminate();
    assert!(log.iter().any(|line| line.contains("serving")), "{log:?}");
    assert!(!log.iter().any(|line| line.contains("rate limits are counted")), "{log:?}");
}

#[test]
fn what_is_no_url_of_a_redis_is_refused_with_an_example() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("rankledger.toml");
    let refusal = |command: &mut Command| {
        let output = run(command);
        assert!(!output.status.success());
        String::from_utf8(output.stderr).expect("text")
    };
    for url in [
        "",
        "10.0.0.5:6379",
        "http://:secret@10.0.0.5",
        "redis://:secret@host:port",
        "redis://host/one",
        "rediss://:secret",
        "rediss:secret",
        "redis://me:12/secret@host",
        "redis://me:12?secret@host",
        "redis://host?protocol=secret",
    ] {
        std::fs::write(&config, format!("[rate_limits]\nshared = \"{url}\"\n")).expect("a file");
        let of_the_file = refusal(rankledger(&["serve", "--config"]).arg(&config));
        let of_the_flag = refusal(&mut rankledger(&["serve", "--rate-limits-shared", url]));
        let of_the_environment = refusal(rankledger(&["serve"]).env("RANKLEDGER_RATE_LIMITS_SHARED", url));
        for said in [of_the_file, of_the_flag, of_the_environment] {
            assert!(said.contains("rate_limits.shared") && said.contains("redis://10.0.0.5:6379"), "{said}");
            assert!(!said.contains("secret"), "{said}");
        }
    }
}

#[test]
fn the_address_of_a_redis_is_shown_without_its_password() {
    for (url, shown) in [
        ("redis://me:my@s%2Fecret@127.0.0.1:1/3", "redis://***@127.0.0.1:1/3"),
        ("rediss://:secret@127.0.0.1:1", "rediss://***@127.0.0.1:1"),
        ("unix:///nowhere/redis.sock?pass=secret", "unix://***@/nowhere/redis.sock"),
        ("redis://[::1]:1", "redis://[::1]:1"),
        ("redis://127.0.0.1:1?db=secret", "redis://127.0.0.1:1"),
    ] {
        let output = run(&mut rankledger(&["doctor", "--rate-limits-shared", url]));
        let said = String::from_utf8(output.stdout).expect("text");
        assert!(
            said.contains(&format!("shared={shown}")) && said.contains(&format!("{shown} does not answer")),
            "{said}"
        );
        assert!(!said.contains("ecret"), "{said}");
    }
}
