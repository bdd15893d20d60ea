//! Undo of slots that are unavailable now: retired ranks, grants whose end has passed, accounts that are
//! banned or archived.

use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::{Server, account, rank};

const HOUR: Duration = Duration::from_hours(1);

#[tokio::test]
async fn a_rank_retired_since_is_not_given_back_until_it_is_restored() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::OFFICER, json!({"remove": ["medic"]})).await;
    server.edit_rank(rank::MEDIC, |rank| rank.retired = true).await;
    let written = server.written().await;
    let answer = bot.undo(&undo_id, json!({})).await;
    answer.problem(409, "rank-retired");
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(server.written().await, written);
    assert_eq!(bot.ranks_of(account::OFFICER).await, json!([rank::OFFICER]));

    server.edit_rank(rank::MEDIC, |rank| rank.retired = false).await;
    bot.undo(&undo_id, json!({})).await.reversal();
    assert_eq!(bot.ranks_of(account::OFFICER).await, json!([rank::OFFICER, rank::MEDIC]));
}

#[tokio::test]
async fn one_retired_rank_refuses_the_whole_undo() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::OFFICER, json!({"set": []})).await;
    server.edit_rank(rank::MEDIC, |rank| rank.retired = true).await;
    bot.undo(&undo_id, json!({})).await.problem(409, "rank-retired");
    assert_eq!(bot.ranks_of(account::OFFICER).await, json!([]));
}

#[tokio::test]
async fn a_bot_that_says_skip_leaves_the_retired_rank_out() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::OFFICER, json!({"set": []})).await;
    server.edit_rank(rank::MEDIC, |rank| rank.retired = true).await;
    let answer = bot.undo(undo_id, json!({"onConflict": "skip"})).await;
    answer.reversal();
    assert_eq!(answer.ok()["data"]["currentRanks"], json!([rank::OFFICER]));
    let skipped = json!([{"rank": rank::MEDIC, "slot": "rank", "state": "retired"}]);
    assert_eq!(answer.ok()["meta"]["skipped"], skipped);
}

#[tokio::test]
async fn an_undo_that_takes_a_retired_rank_away_is_fine() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
    server.edit_rank(rank::MEDIC, |rank| rank.retired = true).await;
    bot.undo(undo_id, json!({})).await.reversal();
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
}

#[tokio::test]
async fn a_redo_does_not_give_a_retired_rank_either() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
    let reversal = bot.undo(undo_id, json!({})).await.reversal();
    server.edit_rank(rank::MEDIC, |rank| rank.retired = true).await;
    bot.undo(reversal, json!({})).await.problem(409, "rank-retired");
}

#[tokio::test]
async fn a_grant_whose_end_has_passed_is_not_given_back() {
    let server = Server::start().await;
    let bot = server.bot().await;
    server.grant_for(account::NEWCOMER, rank::CADET, HOUR).await;
    let undo_id = bot.change_ranks(account::NEWCOMER, json!({"remove": ["cadet"]})).await;
    server.advance(HOUR);
    let written = server.written().await;
    let answer = bot.undo(&undo_id, json!({})).await;
    answer.problem(409, "grant-expired");
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(server.written().await, written);
    assert_eq!(bot.ranks_of(account::NEWCOMER).await, json!([]));
}

#[tokio::test]
async fn a_grant_that_still_runs_is_given_back() {
    let server = Server::start().await;
    let bot = server.bot().await;
    server.grant_for(account::NEWCOMER, rank::CADET, HOUR).await;
    let undo_id = bot.change_ranks(account::NEWCOMER, json!({"remove": ["cadet"]})).await;
    bot.undo(undo_id, json!({})).await.reversal();
    assert_eq!(bot.ranks_of(account::NEWCOMER).await, json!([rank::CADET]));
}

#[tokio::test]
async fn a_grant_that_is_gone_since_needs_no_undo() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let grant = server.grant_for(account::NEWCOMER, rank::CADET, HOUR).await;
    server.advance(HOUR);
    bot.set_ranks(account::NEWCOMER, json!({"remove": ["cadet"]})).await.ok();
    let answer = bot.undo(grant, json!({})).await;
    assert_eq!(answer.ok()["data"]["reversalUndoId"], Value::Null);
}

#[tokio::test]
async fn a_banned_or_archived_account_gets_nothing_back() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (account, kind) in [(account::BANNED, "account-banned"), (account::ARCHIVED, "account-archived")] {
        let undo_id = bot.change_ranks(account, json!({"remove": ["cadet"]})).await;
        let written = server.written().await;
        bot.undo(&undo_id, json!({})).await.problem(409, kind);
        bot.undo(&undo_id, json!({"onConflict": "skip"})).await.problem(409, kind);
        assert_eq!(server.written().await, written);
        assert_eq!(bot.ranks_of(account).await, json!([]));
    }
}

#[tokio::test]
async fn a_banned_or_archived_account_does_not_get_its_status_back() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (account, kind) in [(account::BANNED, "account-banned"), (account::ARCHIVED, "account-archived")] {
        let undo_id = bot.change_ranks(account, json!({"active": false})).await;
        bot.undo(undo_id, json!({})).await.problem(409, kind);
    }
}
