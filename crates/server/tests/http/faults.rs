//! Faults of the server itself: what is answered, that no word of the database is in it, and that work goes on after.

use serde_json::json;

use crate::kit::{ENDPOINTS, ENGINE_WORDS, Fault, Server, account};

#[tokio::test]
async fn a_client_learns_of_a_broken_database_only_that_something_went_wrong() {
    let server = Server::start().await;
    let bot = server.bot().await;
    server.fail(Fault::BrokenReads);
    for endpoint in ENDPOINTS.iter() {
        let answer = bot.call(endpoint).await;
        answer.problem(500, "internal");
        assert!(!answer.body.to_string().contains("s3cret"));
    }
    // An id of its own, so that the snapshot does not count the endpoints.
    let again = bot.with("x-request-id", "00000000-0000-7000-8000-000000000041");
    insta::assert_json_snapshot!(again.get("/v2/community").await.whole());
    server.recover();
    bot.get("/v2/community").await.ok();
}

#[tokio::test]
async fn a_client_is_told_to_come_back_when_the_database_is_busy() {
    let server = Server::start().await;
    let bot = server.bot().await;
    server.fail(Fault::BusyReads);
    let answer = bot.get("/v2/community").await;
    answer.problem(503, "unavailable");
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn a_panic_is_an_answer_and_not_a_broken_connection() {
    let server = Server::start().await;
    let bot = server.bot().await;
    server.fail(Fault::PanickingReads);
    let answer = bot.get("/v2/community").await;
    answer.problem(500, "internal");
    assert!(!answer.body.to_string().contains(ENGINE_WORDS));
    server.recover();
    bot.get("/v2/community").await.ok();
}

#[tokio::test]
async fn a_change_that_cannot_be_committed_is_not_answered_as_one() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    server.fail(Fault::BrokenWrites);
    let answer = bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await;
    answer.problem(503, "unavailable");
    insta::assert_json_snapshot!(answer.whole());
    assert!(!answer.body.to_string().contains("s3cret"));
    bot.undo(1, json!({})).await.problem(503, "unavailable");
    assert_eq!(server.written().await, written);

    server.recover();
    let answer = bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await;
    assert_eq!(answer.ok()["meta"]["changeNumber"], 7);
}
