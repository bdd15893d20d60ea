//! A rollback that takes longer than a request waits: 202, and the URL of its status.

use std::time::Duration;

use rankledger_server::api::v2::rank_changes::rollback::Patience;
use rankledger_server::http::feature::Features;
use serde_json::{Value, json};

use crate::kit::{Actor, Answer, HISTORY, Options, Server, account, rank};

/// Makes a server that waits for no rollback, on which the chief has given the cadet a rank.
async fn impatient() -> (Server, Actor) {
    let server = Server::with(Options {
        features: Features::default().with(Patience(Duration::ZERO)),
        ..Options::default()
    })
    .await;
    let bot = server.bot().await;
    bot.change_ranks(account::CADET, json!({"add": ["officer"], "userId": account::CHIEF})).await;
    (server, bot)
}

fn by_chief() -> Value {
    json!({"userId": account::CHIEF})
}

/// Returns the status URL of a rollback that was answered with 202.
#[track_caller]
fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, 202, "{}", answer.body);
    let location = answer.header("location").expect("where to ask").to_owned();
    let batch = answer.body["data"]["batchId"].as_str().expect("a batch id");
    assert_eq!(location, format!("{HISTORY}/rollbacks/{batch}"));
    assert_eq!(answer.body["data"]["status"], "running");
    location
}

/// Runs the previewed rollback while the writer has to wait, until the request is answered. Returns the
/// status URL.
async fn put_off(server: &Server, bot: &Actor, preview: &Answer) -> String {
    let _held_up = server.hold_up().await;
    location(&bot.run(preview).await)
}

/// Polls until the rollback is not running any more. Returns the last answer.
async fn outcome(bot: &Actor, location: &str) -> Answer {
    loop {
        let answer = bot.get(location).await;
        if answer.ok()["data"]["status"] != "running" {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_rollback_that_takes_longer_is_running_and_then_done() {
    let (server, bot) = impatient().await;
    let preview = bot.preview(by_chief()).await;
    let held_up = server.hold_up().await;
    let accepted = bot.run(&preview).await;
    insta::assert_json_snapshot!(accepted.whole());
    let location = location(&accepted);
    let running = bot.get(&location).await;
    insta::assert_json_snapshot!(running.ok()["data"]);
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET, rank::OFFICER]));
    drop(held_up);
    let done = outcome(&bot, &location).await;
    insta::assert_json_snapshot!(done.ok()["data"]);
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
    assert_eq!(done.ok()["data"]["result"]["counts"], preview.ok()["data"]["counts"]);
}

#[tokio::test]
async fn a_rollback_that_is_refused_later_has_failed_and_says_why() {
    let (server, bot) = impatient().await;
    server.admin().await.set_guards(json!({"enabled": true, "removalsPerMinute": 1})).await.ok();
    let preview = bot.preview(by_chief()).await;
    // Another removal of the bot waits for the writer before the rollback, and uses the limit up.
    let held_up = server.hold_up().await;
    let (removed, accepted) =
        tokio::join!(bot.set_ranks(account::OFFICER, json!({"remove": ["medic"]})), async {
            let accepted = bot.run(&preview).await;
            drop(held_up);
            accepted
        });
    removed.undo_id();
    let written = server.written().await;
    let failed = outcome(&bot, &location(&accepted)).await;
    let data = &failed.ok()["data"];
    assert_eq!((&data["status"], &data["result"]), (&json!("failed"), &Value::Null));
    assert_eq!(data["problem"]["type"], "/problems/abnormal-usage-detected");
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_rollback_that_undid_nothing_is_done_too() {
    let (server, bot) = impatient().await;
    let preview = bot.preview(json!({"userId": account::OWNER})).await;
    let done = outcome(&bot, &put_off(&server, &bot, &preview).await).await;
    let data = &done.ok()["data"];
    assert_eq!((&data["status"], &data["result"]["batchId"]), (&json!("done"), &Value::Null));
    assert_eq!(data["result"]["counts"]["undone"], 0);
}

#[tokio::test]
async fn a_rollback_that_is_not_there_is_not_found() {
    let (server, bot) = impatient().await;
    let path = format!("{HISTORY}/rollbacks/{}", account::NOBODY);
    let answer = bot.get(&path).await;
    answer.problem(404, "rollback-not-found");
    insta::assert_json_snapshot!(answer.whole());
    // A rollback of the neighbours is not found either, done or running.
    let preview = bot.preview(by_chief()).await;
    let location = put_off(&server, &bot, &preview).await;
    let neighbour = server.neighbours_bot().await;
    neighbour.get(&location).await.problem(404, "rollback-not-found");
    outcome(&bot, &location).await;
    neighbour.get(&location).await.problem(404, "rollback-not-found");
    server.bot_with("accounts:read", |_| {}).await.get(&location).await.problem(403, "missing-scope");
}
