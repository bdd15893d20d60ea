//! `If-Match` on `PATCH /v2/community/accounts/{accountId}/ranks`: changes the account only in the version
//! that the client read.

use serde_json::json;

use crate::kit::{Server, account, rank};

/// The first version of the cadet that the API shows.
const PRESENT: &str = "\"2\"";

#[tokio::test]
async fn a_bot_changes_the_account_that_it_has_seen() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let seen = bot.get(&format!("/v2/community/accounts/{}", account::CADET)).await;
    assert_eq!(seen.etag(), PRESENT);
    let answer = bot.with("if-match", seen.etag()).set_ranks(account::CADET, json!({"add": ["medic"]})).await;
    assert_eq!(*answer.ranks(), json!([rank::CADET, rank::MEDIC]));
}

#[tokio::test]
async fn one_tag_of_several_is_enough() {
    let server = Server::start().await;
    let bot = server.bot().await.with("if-match", "\"1\", \"old\" ,\"2\"");
    bot.set_ranks(account::CADET, json!({"add": ["medic"]})).await.ok();
}

#[tokio::test]
async fn a_star_accepts_every_version() {
    let server = Server::start().await;
    let bot = server.bot().await.with("if-match", "*");
    bot.set_ranks(account::CADET, json!({"add": ["medic"]})).await.ok();
    bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await.ok();
    bot.set_ranks(account::NOBODY, json!({"add": ["officer"]})).await.problem(404, "account-not-found");
}

#[tokio::test]
async fn a_bot_that_has_seen_an_older_account_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.set_ranks(account::CADET, json!({"add": ["medic"]})).await.ok();
    let written = server.written().await;
    let late = bot.with("if-match", PRESENT);
    let answer = late.set_ranks(account::CADET, json!({"add": ["officer"]})).await;
    answer.problem(412, "version-mismatch");
    insta::assert_json_snapshot!(answer.whole());
    // The request is refused even if it would change nothing.
    late.set_ranks(account::CADET, json!({"add": ["medic"]})).await.problem(412, "version-mismatch");
    assert_eq!(server.written().await, written);
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET, rank::MEDIC]));
}

#[tokio::test]
async fn a_tag_that_is_none_of_ours_matches_nothing() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    for garbage in ["2", "\"\"", "\"two\"", "\"99999999999999999999\"", "W/\"2\"", "", ",,", "\"2", "'2'"] {
        let answer = bot.with("if-match", garbage).set_ranks(account::CADET, json!({"add": ["medic"]})).await;
        answer.problem(412, "version-mismatch");
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_tag_that_is_not_text_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await.with("if-match", "\"ä\"");
    let answer = bot.set_ranks(account::CADET, json!({"add": ["medic"]})).await;
    answer.problem(400, "invalid-header");
    insta::assert_json_snapshot!(answer.whole());
}
