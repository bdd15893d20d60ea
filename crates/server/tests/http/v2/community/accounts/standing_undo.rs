//! An undo gives back the ranks that a ban, a kick or archiving took, once the account is back.

use serde_json::{Value, json};

use crate::kit::{Actor, Server, account, rank};

const PAIRS: [(&str, &str, &str); 3] = [
    ("ban", "unban", "account-banned"),
    ("kick", "restore", "account-archived"),
    ("archive", "restore", "account-archived"),
];

async fn row(actor: &Actor, account: &str) -> Value {
    actor.get(&format!("/v2/community/accounts/{account}")).await.ok()["data"].clone()
}

#[tokio::test]
async fn what_a_ban_took_comes_back_by_an_undo_once_the_ban_is_lifted() {
    for (out, back, kind) in PAIRS {
        let server = Server::start().await;
        let bot = server.bot().await;
        let before = row(&bot, account::OFFICER).await;
        let undo_id = bot.change_standing(account::OFFICER, out, json!({})).await.undo_id();
        let written = server.written().await;
        bot.undo(&undo_id, json!({})).await.problem(409, kind);
        bot.undo(&undo_id, json!({"onConflict": "skip"})).await.problem(409, kind);
        assert_eq!(server.written().await, written);

        bot.change_standing(account::OFFICER, back, json!({})).await.ok();
        bot.undo(&undo_id, json!({})).await.reversal();
        assert_eq!(row(&bot, account::OFFICER).await, before, "{out}");
        bot.undo(&undo_id, json!({})).await.problem(409, "already-undone");
    }
}

#[tokio::test]
async fn an_inactive_account_is_inactive_after_the_undo_of_its_ban() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.change_ranks(account::OFFICER, json!({"active": false})).await;
    let before = row(&bot, account::OFFICER).await;
    let undo_id = bot.change_standing(account::OFFICER, "ban", json!({})).await.undo_id();
    bot.change_standing(account::OFFICER, "unban", json!({})).await.ok();
    bot.undo(&undo_id, json!({})).await.ok();
    assert_eq!(row(&bot, account::OFFICER).await, before);
}

#[tokio::test]
async fn the_undo_of_a_ban_does_not_lift_it() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_standing(account::OFFICER, "ban", json!({})).await.undo_id();
    bot.change_standing(account::OFFICER, "unban", json!({})).await.ok();
    let redo = bot.undo(&undo_id, json!({})).await.reversal();
    bot.undo(&redo, json!({})).await.ok();
    let after = row(&bot, account::OFFICER).await;
    assert_eq!(
        (&after["ranks"], &after["banned"]),
        (&json!([]), &json!(false)),
        "a redo takes ranks, no more"
    );
}

#[tokio::test]
async fn a_rank_that_was_given_since_the_ban_stays_where_the_rest_comes_back() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_standing(account::OFFICER, "ban", json!({})).await.undo_id();
    bot.change_standing(account::OFFICER, "unban", json!({})).await.ok();
    bot.change_ranks(account::OFFICER, json!({"add": ["chief"]})).await;
    bot.undo(&undo_id, json!({})).await.ok();
    let ranks = bot.ranks_of(account::OFFICER).await;
    assert_eq!(ranks, json!([rank::OFFICER, rank::MEDIC, rank::CHIEF]));
}

#[tokio::test]
async fn a_rank_that_is_retired_by_then_is_left_out_of_the_undo_of_a_ban() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_standing(account::OFFICER, "ban", json!({})).await.undo_id();
    bot.change_standing(account::OFFICER, "unban", json!({})).await.ok();
    server.admin().await.change_rank("medic", "retire", json!({})).await.ok();
    bot.undo(&undo_id, json!({})).await.problem(409, "rank-retired");
    bot.undo(&undo_id, json!({"onConflict": "skip"})).await.ok();
    assert_eq!(bot.ranks_of(account::OFFICER).await, json!([rank::OFFICER]));
}
