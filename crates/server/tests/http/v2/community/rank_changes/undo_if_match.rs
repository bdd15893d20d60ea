//! `If-Match` on `POST /v2/community/rank-changes/{undoId}/undo`: undoes only in the version of the account
//! that the client read.

use serde_json::json;

use crate::kit::{Server, account, rank};

#[tokio::test]
async fn a_bot_undoes_on_the_account_that_it_has_seen() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let change = bot.set_ranks(account::CADET, json!({"add": ["medic"]})).await;
    let answer = bot.with("if-match", change.etag()).undo(change.undo_id(), json!({})).await;
    assert_eq!(answer.ok()["data"]["currentRanks"], json!([rank::CADET]));
}

#[tokio::test]
async fn a_bot_that_has_seen_an_older_account_undoes_nothing() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let change = bot.set_ranks(account::CADET, json!({"add": ["medic"]})).await;
    bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await.ok();
    let written = server.written().await;
    let late = bot.with("if-match", change.etag());
    late.undo(change.undo_id(), json!({})).await.problem(412, "version-mismatch");
    assert_eq!(server.written().await, written);
    bot.undo(change.undo_id(), json!({})).await.ok();
    // The version is checked first, even if the undo would be refused for another reason.
    late.undo(change.undo_id(), json!({})).await.problem(412, "version-mismatch");
    bot.with("if-match", "*").undo(change.undo_id(), json!({})).await.problem(409, "already-undone");
}

#[tokio::test]
async fn a_tag_that_is_not_text_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let change = bot.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
    bot.with("if-match", "\"ä\"").undo(change, json!({})).await.problem(400, "invalid-header");
}
