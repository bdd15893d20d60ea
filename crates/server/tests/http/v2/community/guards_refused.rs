//! Removals that the guard of a community refuses, and the time after which they pass.

use std::time::Duration;

use futures_util::FutureExt;
use serde_json::{Value, json};

use crate::kit::{Actor, Answer, Server, account, rank};

/// Returns a server whose guard allows this many removals, its administrator, and a bot.
async fn guarded(per_minute: u32, per_hour: u32) -> (Server, Actor, Actor) {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let guards = json!({"enabled": true, "removalsPerMinute": per_minute, "removalsPerHour": per_hour});
    admin.set_guards(guards).await.ok();
    (server, admin, bot)
}

/// Gives somebody more ranks. Returns their keys.
async fn give(server: &Server, bot: &Actor, count: u32) -> Vec<String> {
    let keys = server.more_ranks(count).await;
    bot.set_ranks(account::NEWCOMER, json!({"add": keys})).await.undo_id();
    keys
}

/// Takes ranks away, in the name of somebody or of nobody.
async fn take(bot: &Actor, keys: &[String], user: Option<&str>) -> Answer {
    bot.set_ranks(account::NEWCOMER, json!({"remove": keys, "userId": user})).await
}

/// Returns the problem after too many removals, and how long the client is to wait.
#[track_caller]
fn refused(answer: &Answer) -> (&Value, Option<u64>) {
    let wait = answer.header("retry-after").map(|wait| wait.parse().expect("seconds"));
    (answer.problem(429, "abnormal-usage-detected"), wait)
}

#[tokio::test]
async fn who_takes_too_many_ranks_in_a_minute_is_told_what_and_how_long_and_passes_then() {
    let (server, _, bot) = guarded(3, 100).await;
    let keys = give(&server, &bot, 5).await;
    take(&bot, &keys[..1], None).await.undo_id();
    server.advance(Duration::from_millis(20_500));
    take(&bot, &keys[1..3], None).await.undo_id();
    server.advance(Duration::from_secs(10));

    let (written, held) = (server.written().await.0, bot.ranks_of(account::NEWCOMER).await);
    let answer = take(&bot, &keys[3..4], None).await;
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(refused(&answer).1, Some(30), "the first of them was 30.5 s ago");
    assert_eq!(refused(&take(&bot, &keys[3..], None).await).1, Some(50), "two have to wait for the next");
    assert_eq!(server.written().await.0, written);
    assert_eq!(bot.ranks_of(account::NEWCOMER).await, held);

    server.advance(Duration::from_millis(29_499));
    refused(&take(&bot, &keys[3..4], None).await);
    server.advance(Duration::from_millis(1));
    take(&bot, &keys[3..4], None).await.undo_id();
    assert_eq!(refused(&take(&bot, &keys[4..], None).await).1, Some(21), "refusals are not counted");
}

#[tokio::test]
async fn who_takes_too_many_ranks_in_an_hour_waits_until_the_first_are_an_hour_old() {
    let (server, _, bot) = guarded(2, 3).await;
    let keys = give(&server, &bot, 5).await;
    take(&bot, &keys[..2], None).await.undo_id();
    server.advance(Duration::from_mins(30));
    take(&bot, &keys[2..3], None).await.undo_id();
    let answer = take(&bot, &keys[3..4], None).await;
    let (problem, wait) = refused(&answer);
    assert_eq!(
        (&problem["window"], &problem["limit"], &problem["recent"]),
        (&json!("hour"), &json!(3), &json!(3))
    );
    assert_eq!(wait, Some(30 * 60));
    server.advance(Duration::from_mins(30) - Duration::from_millis(1));
    assert_eq!(refused(&take(&bot, &keys[3..4], None).await).1, Some(1));
    server.advance(Duration::from_millis(1));
    take(&bot, &keys[3..], None).await.undo_id();
}

#[tokio::test]
async fn a_person_is_counted_with_whichever_credential() {
    let (server, _, bot) = guarded(2, 100).await;
    let other = server.bot().await;
    let keys = give(&server, &bot, 4).await;
    take(&bot, &keys[..1], Some(account::CHIEF)).await.undo_id();
    take(&other, &keys[1..2], Some("100000000000000004")).await.undo_id();
    let answer = take(&other, &keys[2..3], Some(account::CHIEF)).await;
    let (problem, wait) = refused(&answer);
    assert_eq!((&problem["userId"], wait), (&json!(account::CHIEF), Some(60)));
    assert_eq!(problem.get("credentialId"), None);
    take(&other, &keys[2..3], Some(account::OWNER)).await.undo_id();
}

#[tokio::test]
async fn a_credential_is_counted_in_whosever_name() {
    let (server, _, bot) = guarded(2, 100).await;
    let keys = give(&server, &bot, 4).await;
    take(&bot, &keys[..1], Some(account::CHIEF)).await.undo_id();
    take(&bot, &keys[1..2], None).await.undo_id();
    let answer = take(&bot, &keys[2..3], Some(account::OWNER)).await;
    let (problem, wait) = refused(&answer);
    assert!(problem["credentialId"].is_string() && problem.get("userId").is_none(), "{problem}");
    assert_eq!(wait, Some(60));
    take(&server.bot().await, &keys[2..3], Some(account::OWNER)).await.undo_id();
}

#[tokio::test]
async fn of_person_and_credential_the_one_that_waits_longer_is_told() {
    let (server, _, bot) = guarded(1, 100).await;
    let (first, second) = (server.bot().await, server.bot().await);
    let keys = give(&server, &bot, 3).await;
    take(&first, &keys[..1], Some(account::CHIEF)).await.undo_id();
    server.advance(Duration::from_secs(20));
    take(&second, &keys[1..2], None).await.undo_id();
    let answer = take(&second, &keys[2..], Some(account::CHIEF)).await;
    assert!(refused(&answer).0["credentialId"].is_string(), "{}", answer.body);
    assert_eq!(refused(&answer).1, Some(60));
    let answer = take(&first, &keys[2..], Some(account::CHIEF)).await;
    assert_eq!((&refused(&answer).0["userId"], refused(&answer).1), (&json!(account::CHIEF), Some(40)));
}

#[tokio::test]
async fn more_than_the_limit_at_once_never_passes_and_is_told_so() {
    let (server, admin, bot) = guarded(3, 100).await;
    let keys = give(&server, &bot, 4).await;
    let written = server.written().await.0;
    let answer = take(&bot, &keys, None).await;
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(refused(&answer).1, None);
    assert_eq!(server.written().await.0, written);
    admin.set_guards(json!({"removalsPerMinute": 4})).await.ok();
    take(&bot, &keys, None).await.undo_id();
}

#[tokio::test]
async fn a_ban_that_takes_too_many_ranks_is_refused_whole() {
    let (server, _, bot) = guarded(3, 100).await;
    give(&server, &bot, 4).await;
    let written = server.written().await.0;
    for action in ["ban", "kick", "archive"] {
        let answer = bot.change_standing(account::NEWCOMER, action, json!({})).await;
        assert_eq!(refused(&answer).1, None);
    }
    assert_eq!(server.written().await.0, written);
    let kept = bot.change_standing(account::NEWCOMER, "ban", json!({"keepRanks": true})).await;
    assert_eq!(kept.ok()["data"]["banned"], true);
}

#[tokio::test]
async fn a_retirement_that_takes_too_many_ranks_is_refused_whole() {
    let (server, admin, _) = guarded(2, 100).await;
    let low = server.admin_below(100).await;
    let (written, departments) = (server.written().await.0, admin.departments().await);
    let body = json!({"removeFromHolders": true});
    let answer = low.change_rank("cadet", "retire", body.clone()).await;
    assert_eq!((&refused(&answer).0["removals"], refused(&answer).1), (&json!(3), None));
    let answer = low.change_department(crate::kit::department::POLICE, "retire", body.clone()).await;
    assert_eq!((&refused(&answer).0["removals"], refused(&answer).1), (&json!(6), None));
    assert_eq!((server.written().await.0, admin.departments().await), (written, departments));

    admin.set_guards(json!({"removalsPerMinute": 3})).await.ok();
    low.set_ranks(account::OFFICER, json!({"remove": ["medic"]})).await.undo_id();
    let answer = low.change_rank("cadet", "retire", body.clone()).await;
    assert_eq!(refused(&answer).1, Some(60), "it passes when the other is a minute old");
    server.advance(Duration::from_mins(1));
    assert_eq!(low.change_rank("cadet", "retire", body).await.ok()["data"]["removedFrom"], 3);
}

#[tokio::test]
async fn flows_run_until_the_limit_and_tell_of_each_user_that_is_refused() {
    let (_server, _, bot) = guarded(2, 100).await;
    let data = json!([
        {"flowId": "up", "users": ["1002", "1003"], "promote": true},
        {"flowId": "up", "users": ["1002", "1003", "1001"], "promote": false},
        {"flowId": "up", "users": ["1001"], "promote": true},
    ]);
    let body = json!({"data": data, "force": true});
    let answer = bot.post("/v2/community/promotion-flows/trigger", body).await;
    let results = answer.ok()["data"].as_array().expect("the results");
    let succeeded: Vec<_> = results.iter().map(|result| result["succeeded"] == true).collect();
    assert_eq!(succeeded, [true, true, true, false, true, false]);
    let message = results[3]["message"].as_str().expect("a sentence");
    assert!(message.contains("passes in 60 s"), "{message}");
    assert_eq!(bot.ranks_of(account::OFFICER).await, json!([rank::OFFICER, rank::MEDIC]));
    assert_eq!(bot.ranks_of(account::NEWCOMER).await, json!([rank::CADET]));
}

#[tokio::test]
async fn what_shares_a_commit_is_counted_together() {
    let (server, admin, bot) = guarded(2, 100).await;
    let keys = give(&server, &bot, 4).await;
    let requests = keys.iter().map(|key| take(&bot, std::slice::from_ref(key), None));
    let answers = server.together(requests).await;
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses, [200, 200, 429, 429]);

    server.advance(Duration::from_mins(1));
    let (first, frozen) = (take(&bot, &keys[2..3], None), admin.freeze(json!({})));
    let second = take(&bot, &keys[3..], None);
    let answers = server.together([first.boxed_local(), frozen.boxed_local(), second.boxed_local()]).await;
    let [first, frozen, second] = answers.as_slice() else { panic!("three answers") };
    first.undo_id();
    frozen.ok();
    second.problem(423, "community-frozen");
}

#[tokio::test]
async fn a_restart_forgets_nothing() {
    let server = Server::start().await;
    let (key, admin) = (server.bot_key().await, server.admin().await);
    let bot = server.holder_of(&key);
    admin.set_guards(json!({"enabled": true, "removalsPerMinute": 1})).await.ok();
    bot.set_ranks(account::CADET, json!({"set": []})).await.undo_id();
    let body = json!({"remove": ["medic"]});
    refused(&bot.set_ranks(account::OFFICER, body.clone()).await);

    let server = server.restarted().await;
    let bot = server.holder_of(&key);
    assert_eq!(refused(&bot.set_ranks(account::OFFICER, body.clone()).await).1, Some(60));
    server.advance(Duration::from_mins(1));
    bot.set_ranks(account::OFFICER, body).await.undo_id();
}

#[tokio::test]
async fn a_caller_of_v1_is_refused_in_plain_text_with_the_true_wait() {
    let (server, _, _) = guarded(1, 100).await;
    let (legacy, _) = server.legacy().await;
    legacy.call("SET_ACCOUNT_RANKS", json!([{"uniqueId": 1002, "remove": ["cadet"]}])).await.legacy_json();
    let answer = legacy.call("SET_ACCOUNT_RANKS", json!([{"uniqueId": 1003, "remove": ["medic"]}])).await;
    assert!(answer.legacy_refusal(429).contains("passes in 60 s"), "{}", answer.text);
    assert_eq!(answer.header("retry-after"), Some("60"));
}
