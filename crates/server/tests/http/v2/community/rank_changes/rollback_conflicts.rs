//! Rollback with conflicts: the changes that are left, the later changes that are named, and the effect of
//! `force`.

use serde_json::{Value, json};

use crate::kit::{Actor, Answer, Server, account, rank};

fn by_chief() -> Value {
    json!({"userId": account::CHIEF})
}

/// Makes a server on which the chief gave the cadet two ranks, of which the owner took one and gave it again.
async fn superseded() -> (Server, Actor) {
    let server = Server::start().await;
    let bot = server.bot().await;
    for body in [
        json!({"add": ["officer"], "userId": account::CHIEF}),
        json!({"add": ["medic"], "userId": account::CHIEF}),
        json!({"remove": ["officer"], "userId": account::OWNER}),
        json!({"add": ["officer"], "userId": account::OWNER}),
    ] {
        bot.change_ranks(account::CADET, body).await;
    }
    (server, bot)
}

async fn preview_by_force(actor: &Actor, filter: Value) -> Answer {
    actor.rollback(json!({"filter": filter, "onConflict": "force"})).await
}

#[tokio::test]
async fn what_others_touched_since_is_left_and_they_are_named() {
    let (server, bot) = superseded().await;
    let written = server.written().await.0;
    let done = bot.roll_back(by_chief()).await;
    insta::assert_json_snapshot!(done.ok()["data"]);
    assert_eq!(done.counts(), [1, 2, 1, 0, 1]);
    let by = &done.step(7)["items"][0]["by"];
    assert_eq!((&by["changeNumber"], &by["userId"]), (&json!(10), &json!(account::OWNER)));
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET, rank::OFFICER]));
    assert_eq!(server.written().await.0, written + 1);
}

#[tokio::test]
async fn force_takes_that_back_too() {
    let (_server, bot) = superseded().await;
    let preview = preview_by_force(&bot, by_chief()).await;
    assert_eq!(preview.counts(), [1, 2, 2, 0, 0]);
    let done = bot.run(&preview).await;
    assert_eq!(done.counts(), [1, 2, 2, 0, 0]);
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
}

#[tokio::test]
async fn force_has_a_scope_of_its_own() {
    let (server, bot) = superseded().await;
    let written = server.written().await;
    let undoer = server.bot_with("ranks:rollback accounts:read", |_| {}).await;
    let refused = preview_by_force(&undoer, by_chief()).await;
    assert_eq!(refused.problem(403, "missing-scope")["scope"], "ranks:force");
    let preview = preview_by_force(&bot, by_chief()).await;
    assert_eq!(undoer.run(&preview).await.problem(403, "missing-scope")["scope"], "ranks:force");
    assert_eq!(server.written().await, written);
    preview_by_force(&server.bot_with("ranks:rollback ranks:force", |_| {}).await, by_chief()).await.ok();
    undoer.roll_back(by_chief()).await.batch();
}

#[tokio::test]
async fn what_is_so_already_is_counted_apart() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.change_ranks(account::CADET, json!({"add": ["officer"], "userId": account::CHIEF})).await;
    bot.change_ranks(account::CADET, json!({"remove": ["officer"]})).await;
    let written = server.written().await;
    let done = bot.roll_back(by_chief()).await;
    assert_eq!((done.counts(), &done.step(7)["outcome"]), ([1, 1, 0, 1, 0], &json!("already")));
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn each_change_needs_the_power_for_it() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.change_ranks(account::CADET, json!({"add": ["officer"], "userId": account::OWNER})).await;
    bot.change_ranks(account::NEWCOMER, json!({"add": ["medic"], "userId": account::OWNER})).await;
    let low = server.bot_below(25).await;
    let done = low.roll_back(json!({"userId": account::OWNER})).await;
    assert_eq!(done.counts(), [2, 2, 1, 0, 1]);
    assert_eq!(done.step(8)["problem"]["type"], "/problems/insufficient-power");
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
    assert_eq!(bot.ranks_of(account::NEWCOMER).await, json!([rank::MEDIC]));
}

#[tokio::test]
async fn a_plan_of_somebody_mightier_does_not_hold_for_others() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.change_ranks(account::NEWCOMER, json!({"add": ["medic"], "userId": account::OWNER})).await;
    let written = server.written().await;
    let preview = bot.preview(json!({"userId": account::OWNER})).await;
    let stale = server.bot_below(25).await.run(&preview).await;
    assert_eq!(stale.problem(409, "plan-stale")["preview"]["counts"]["skipped"], 1);
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn banned_and_archived_accounts_get_nothing_back_but_can_lose() {
    for (action, kind) in [("ban", "account-banned"), ("archive", "account-archived")] {
        let server = Server::start().await;
        let (bot, admin) = (server.bot().await, server.admin().await);
        bot.change_ranks(account::OFFICER, json!({"remove": ["medic"], "userId": account::CHIEF})).await;
        bot.change_ranks(account::OFFICER, json!({"add": ["cadet"], "userId": account::CHIEF})).await;
        admin.change_standing(account::OFFICER, action, json!({"keepRanks": true})).await.ok();
        for on_conflict in ["skip", "force"] {
            let preview = bot.rollback(json!({"filter": by_chief(), "onConflict": on_conflict})).await;
            assert_eq!(preview.counts(), [1, 2, 1, 0, 1], "{action}");
            assert_eq!(preview.step(7)["problem"]["type"], format!("/problems/{kind}"));
        }
        bot.roll_back(by_chief()).await.batch();
        assert_eq!(bot.ranks_of(account::OFFICER).await, json!([rank::OFFICER]));
    }
}

#[tokio::test]
async fn a_rank_that_is_retired_is_not_given_back_and_force_takes_back_the_rest() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.change_ranks(account::OFFICER, json!({"set": [], "userId": account::CHIEF})).await;
    server.edit_rank(rank::MEDIC, |rank| rank.retired = true).await;
    let skipping = bot.preview(by_chief()).await;
    assert_eq!(skipping.counts(), [1, 1, 0, 0, 1]);
    assert_eq!(skipping.step(7)["problem"]["type"], "/problems/rank-retired");
    let preview = preview_by_force(&bot, by_chief()).await;
    let done = bot.run(&preview).await;
    assert_eq!((done.counts(), &done.step(7)["outcome"]), ([1, 1, 1, 0, 0], &json!("undone")));
    let left = json!([{"rank": rank::MEDIC, "slot": "rank", "state": "retired"}]);
    assert_eq!(done.step(7)["items"], left);
    assert_eq!(bot.ranks_of(account::OFFICER).await, json!([rank::OFFICER]));
}

#[tokio::test]
async fn half_a_move_is_left_and_force_takes_it_back() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let promotion = json!({"add": ["officer"], "remove": ["cadet"], "userId": account::CHIEF});
    bot.change_ranks(account::CADET, promotion).await;
    bot.change_ranks(account::CADET, json!({"remove": ["officer"]})).await;
    assert_eq!(bot.preview(by_chief()).await.counts(), [1, 1, 0, 0, 1]);
    let preview = preview_by_force(&bot, by_chief()).await;
    bot.run(&preview).await.batch();
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
}
