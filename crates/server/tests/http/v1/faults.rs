//! Faults of the server, by v1: plain text, without a word of the database, and never a text on which a
//! client stops for good.

use serde_json::json;

use crate::kit::{CALLS, ENGINE_WORDS, Fault, Server, account, rank};

/// Texts on which clients stop for good.
const FATAL: [&str; 2] = ["INVALID COMMUNITY ID", "INVALID API KEY"];

#[tokio::test]
async fn a_client_learns_of_a_broken_database_only_that_something_went_wrong() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    for fault in [Fault::BrokenReads, Fault::PanickingReads] {
        server.fail(fault);
        for call in CALLS {
            let answer = bot.call_listed(*call).await;
            assert_eq!(
                answer.legacy_refusal(500),
                "Something went wrong here. The request id in X-Request-Id finds it in the log.",
                "{}",
                call.0
            );
        }
    }
    server.recover();
    bot.call("GET_SUB_VERSION", json!([])).await.legacy_text();
}

#[tokio::test]
async fn a_client_is_told_to_come_back_when_the_database_is_busy() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    server.fail(Fault::BusyReads);
    for caller in [bot.clone(), bot.with_key("nobodys"), bot.with_id("elsewhere")] {
        for call in CALLS {
            let answer = caller.call_listed(*call).await;
            assert_eq!(answer.legacy_refusal(503), "The database is busy: try again in a moment.");
            assert_eq!(answer.header("retry-after"), Some("2"));
            assert!(FATAL.iter().all(|fatal| !answer.text.contains(fatal)));
        }
    }
}

#[tokio::test]
async fn a_change_that_cannot_be_committed_is_not_answered_as_one() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    let written = server.written().await;
    server.fail(Fault::BrokenWrites);
    for call in CALLS.iter().filter(|(_, scope, _)| !scope.ends_with(":read") && *scope != "admin") {
        let answer = bot.call_listed(*call).await;
        answer.legacy_refusal(503);
        assert!(!answer.text.contains(ENGINE_WORDS) && !answer.text.contains("s3cret"), "{}", answer.text);
    }
    assert_eq!(server.written().await, written);

    server.recover();
    let object = json!({"accId": account::CADET, "add": ["officer"]});
    let answer = bot.call("SET_ACCOUNT_RANKS", json!([object])).await;
    assert_eq!(answer.legacy_json()["ranks"], json!([rank::CADET, rank::OFFICER]));
    assert_eq!(v2.undo(7, json!({})).await.ok()["meta"]["changeNumber"], 8);
}

#[tokio::test]
async fn a_client_is_told_that_the_server_shuts_down() {
    let mut server = Server::start().await;
    let (bot, _) = server.legacy().await;
    server.stop_writer();
    for call in CALLS.iter().filter(|(_, scope, _)| !scope.ends_with(":read") && *scope != "admin") {
        let answer = bot.call_listed(*call).await;
        assert_eq!(
            answer.legacy_refusal(503),
            "The server is shutting down: try again in a moment.",
            "{}",
            call.0
        );
        assert!(answer.header("retry-after").is_some());
    }
    bot.call("GET_COM_ACCOUNT", json!([{"uniqueId": 1002}])).await.legacy_json();
}
