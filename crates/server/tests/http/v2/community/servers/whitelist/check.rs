//! `POST /v2/community/servers/{serverId}/whitelist/check`: may this player in? Game servers know five words
//! of refusal, and take everything else for a service that is down.

use std::time::Duration;

use futures_util::future::join_all;
use http::Method;
use rankledger_server::config::RateLimits;
use serde_json::json;

use super::{PATH, set};
use crate::kit::{Answer, Options, Server, account};

/// The refusals that game servers know.
const WORDS: [&str; 5] = [
    "NOT ALLOWED ON WHITELIST",
    "BLOCKED FOR WHITELIST",
    "UNKNOWN_ACC_API_ID",
    "INVALID_SERVER_ID",
    "SERVER_CONFIG_ERROR",
];

/// Returns the word of a refusal, after checking everything that all of them have.
#[track_caller]
fn word(answer: &Answer) -> &str {
    assert!([400, 401, 403, 404, 422].contains(&answer.status.as_u16()), "{}", answer.body);
    let word = answer.body["detail"].as_str().expect("a word");
    assert!(WORDS.contains(&word), "{word}");
    assert_eq!(answer.body["message"], word);
    let explanation = answer.body["explanation"].as_str().expect("a sentence");
    assert!(explanation.ends_with('.'), "{explanation}");
    word
}

fn check() -> String {
    format!("{PATH}/check")
}

#[tokio::test]
async fn a_player_who_may_join_is_answered_by_name() {
    let server = Server::start().await;
    let answer = server.bot().await.post(&check(), json!({"apiId": "100000000000000002"})).await;
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn a_player_is_named_by_any_selector() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for selector in [
        json!({"accId": account::CADET}),
        json!({"accountId": account::CADET}),
        json!({"apiId": "discord:100000000000000002"}),
        json!({"apiId": 100_000_000_000_000_002_u64}),
        json!({"apiId": "LEGACY-7"}),
        json!({"username": "äRWIN cadet"}),
        json!({"discord": "100000000000000002"}),
        json!({"discordId": "discord:100000000000000002"}),
        json!({"uniqueId": 1002}),
        json!({"uniqueId": "1002", "accId": null, "apiId": ""}),
        json!({"uniqueId": 1002, "accId": account::CADET, "discord": "100000000000000002"}),
    ] {
        let answer = bot.post(&check(), selector.clone()).await;
        assert_eq!(answer.status, 200, "{selector}: {}", answer.body);
        assert_eq!(answer.ok()["data"], "Ärwin Cadet", "{selector}");
    }
}

#[tokio::test]
async fn each_refusal_is_a_word_with_a_sentence_beside_it() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    set(&admin, json!(["officer", "explorer"]), json!(["chief"])).await;
    for account in [
        account::CADET,
        account::CHIEF,
        account::BANNED,
        account::ARCHIVED,
        account::EXPLORER,
        account::NEWCOMER,
        account::NOBODY,
    ] {
        let answer = bot.post(&check(), json!({"accId": account})).await;
        word(&answer);
        insta::assert_json_snapshot!(answer.whole());
    }
    let elsewhere = bot.post(&check().replace("/1/", "/9/"), json!({"accId": account::CADET})).await;
    assert_eq!(word(&elsewhere), "INVALID_SERVER_ID");
    insta::assert_json_snapshot!(elsewhere.whole());
}

#[tokio::test]
async fn whoever_is_not_one_account_is_nobody() {
    let server = Server::with_flows().await;
    let bot = server.bot().await;
    for selector in [
        json!({}),
        json!([]),
        json!({"accId": ""}),
        json!({"accId": "nonsense"}),
        json!({"accId": account::NEIGHBOUR}),
        json!({"apiId": "999"}),
        json!({"username": "twin"}),
        json!({"accId": account::CADET, "apiId": "discord:100000000000000003"}),
        json!({"accId": account::CADET, "accountId": account::OFFICER}),
        json!({"accId": [account::CADET, account::OFFICER]}),
        json!({"apiId": {"a": 1}}),
        json!([{"accId": account::CADET}, {"accId": account::OFFICER}]),
        json!("text"),
    ] {
        let answer = bot.post(&check(), selector.clone()).await;
        assert_eq!(word(&answer), "UNKNOWN_ACC_API_ID", "{selector}");
    }
    let broken = bot.send(Method::POST, &check(), "{").await;
    assert_eq!(word(&broken), "UNKNOWN_ACC_API_ID");
    let empty = bot.send(Method::POST, &check(), "").await;
    assert_eq!(word(&empty), "UNKNOWN_ACC_API_ID");
}

#[tokio::test]
async fn a_key_or_a_server_that_is_set_up_wrong_is_told_in_a_word() {
    let server = Server::start().await;
    let lacking = server.bot_with("community:read", |_| {}).await;
    let answer = lacking.post(&check(), json!({"accId": account::CADET})).await;
    assert_eq!(word(&answer), "SERVER_CONFIG_ERROR");
    let bot = server.bot().await;
    for id in ["x", "-1", "1.0", "9007199254740992"] {
        let answer = bot.post(&check().replace("/1/", &format!("/{id}/")), json!({"uniqueId": 1002})).await;
        assert_eq!(word(&answer), "INVALID_SERVER_ID", "{id}");
    }
}

#[tokio::test]
async fn two_hundred_players_who_connect_at_once_are_all_answered() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    set(&admin, json!(["cadet"]), json!([])).await;
    let check = check();
    let ask = |number: i64| {
        let (bot, check) = (bot.clone(), check.clone());
        async move { bot.post(&check, json!({"uniqueId": 1002 + number % 2})).await }
    };
    let answers = join_all((0..200).map(ask)).await;
    for (number, answer) in (0..).zip(&answers) {
        if number % 2 == 0 {
            assert_eq!(answer.ok()["data"], "Ärwin Cadet");
        } else {
            assert_eq!(word(answer), "NOT ALLOWED ON WHITELIST");
        }
    }
}

/// Returns a server on which this many checks pass in a minute, and others wait for up to so many seconds.
async fn server_with_a_limit(per_minute: u32, v1_wait_seconds: u32) -> Server {
    let mode = "documented".parse().expect("a mode");
    let per_minute = [("verifyWhitelist".to_owned(), per_minute)].into();
    let rate_limits = RateLimits { mode, per_minute, v1_wait_seconds, ..RateLimits::default() };
    Server::with(Options { rate_limits, ..Options::default() }).await
}

#[tokio::test]
async fn a_full_server_is_answered_with_the_usual_limits() {
    let rate_limits = RateLimits { mode: "documented".parse().expect("a mode"), ..RateLimits::default() };
    let server = Server::with(Options { rate_limits, ..Options::default() }).await;
    let bot = server.bot().await;
    for _ in 0..200 {
        bot.post(&check(), json!({"uniqueId": 1002})).await.ok();
    }
}

#[tokio::test]
async fn a_check_beyond_the_limit_waits_for_its_turn() {
    let server = server_with_a_limit(60, 8).await;
    let bot = server.bot().await;
    let asked = join_all((0..62).map(|_| {
        let bot = bot.clone();
        async move { bot.post(&check(), json!({"uniqueId": 1002})).await }
    }));
    for answer in asked.await {
        assert_eq!(answer.ok()["data"], "Ärwin Cadet");
    }
}

#[tokio::test]
async fn a_check_whose_turn_comes_too_late_says_when_to_come_back() {
    let server = server_with_a_limit(2, 8).await;
    let bot = server.bot().await;
    for _ in 0..2 {
        bot.post(&check(), json!({"uniqueId": 1002})).await.ok();
    }
    let refused = bot.post(&check(), json!({"uniqueId": 1002})).await;
    refused.problem(429, "rate-limited");
    assert_eq!(refused.header("retry-after"), Some("30"));
}

#[tokio::test]
async fn a_key_that_is_revoked_while_its_check_waits_is_told_nothing() {
    let server = server_with_a_limit(60, 8).await;
    let bot = server.bot().await;
    for _ in 0..60 {
        bot.post(&check(), json!({"uniqueId": 1002})).await.ok();
    }
    let revoked = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        server.revoke_all().await;
    };
    let check = check();
    let (answer, ()) = tokio::join!(bot.post(&check, json!({"uniqueId": 1002})), revoked);
    answer.problem(401, "revoked-credential");
}
