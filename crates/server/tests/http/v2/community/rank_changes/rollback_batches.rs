//! A rollback is undone as a whole, by a rollback of its batch.

use serde_json::{Value, json};

use crate::kit::{Actor, Server, account, rank};

/// Makes a server on which the chief made several changes to the same accounts, some twice. Returns also the
/// rows after that.
async fn rogue() -> (Server, Actor, Vec<Value>) {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (account, body) in [
        (account::CADET, json!({"remove": ["cadet"]})),
        (account::CADET, json!({"add": ["cadet", "officer"]})),
        (account::OFFICER, json!({"set": ["medic"], "active": false})),
        (account::CADET, json!({"set": ["officer"]})),
        (account::NEWCOMER, json!({"add": ["medic"]})),
        (account::OFFICER, json!({"set": [], "active": true})),
        (account::NEWCOMER, json!({"remove": ["medic"]})),
    ] {
        let mut body = body;
        body["userId"] = json!(account::CHIEF);
        bot.change_ranks(account, body).await;
    }
    let rows = rows(&bot).await;
    (server, bot, rows)
}

async fn rows(bot: &Actor) -> Vec<Value> {
    let mut rows = Vec::new();
    for id in [account::CADET, account::OFFICER, account::NEWCOMER] {
        rows.push(bot.get(&format!("/v2/community/accounts/{id}")).await.ok()["data"].clone());
    }
    rows
}

fn by_chief() -> Value {
    json!({"userId": account::CHIEF})
}

#[tokio::test]
async fn the_rollback_of_a_rollback_restores_everything() {
    let (server, bot, after) = rogue().await;
    let fresh = rows(&Server::start().await.bot().await).await;
    let low = server.admin_below(100).await;
    let first = low.roll_back(by_chief()).await;
    assert_eq!(first.counts(), [3, 7, 7, 0, 0]);
    assert_eq!(rows(&bot).await, fresh, "as if nothing had happened");

    let second = bot.roll_back(json!({"batchId": first.batch()})).await;
    assert_eq!(second.counts(), [3, 7, 7, 0, 0]);
    assert_eq!(rows(&bot).await, after);
    // That rollback undid changes of the first, who may not bring them back.
    low.preview(json!({"batchId": second.batch()})).await.problem(403, "own-rollback");
    bot.roll_back(json!({"batchId": second.batch()})).await.batch();
    assert_eq!(rows(&bot).await, fresh);
}

#[tokio::test]
async fn an_administrator_alone_may_think_otherwise_as_often_as_they_like() {
    let (server, bot, after) = rogue().await;
    let fresh = rows(&Server::start().await.bot().await).await;
    let admin = server.admin().await;
    let mut filter = by_chief();
    for expected in [&fresh, &after, &fresh, &after] {
        let batch = admin.roll_back(filter).await.batch();
        assert_eq!(rows(&bot).await, *expected);
        filter = json!({ "batchId": batch });
    }
}

#[tokio::test]
async fn a_batch_that_was_undone_is_not_undone_again() {
    let (server, bot, _) = rogue().await;
    let batch = server.admin().await.roll_back(by_chief()).await.batch();
    bot.roll_back(json!({"batchId": batch})).await.batch();
    assert_eq!(bot.preview(json!({"batchId": batch})).await.counts(), [0; 5]);
    let undone = bot.rollback_status(&batch).await;
    assert_eq!(undone.ok()["data"]["status"], "done", "what it did is still told");
}

#[tokio::test]
async fn one_change_of_a_batch_is_undone_by_itself() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.change_ranks(account::CADET, json!({"add": ["officer"], "userId": account::CHIEF})).await;
    bot.change_ranks(account::NEWCOMER, json!({"add": ["officer"], "userId": account::CHIEF})).await;
    let batch = bot.roll_back(by_chief()).await.batch();
    bot.undo(10, json!({"userId": account::OWNER})).await.reversal();
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET, rank::OFFICER]));
    let rest = bot.preview(json!({"batchId": batch})).await;
    assert_eq!(rest.counts(), [1, 1, 1, 0, 0]);
}

#[tokio::test]
async fn who_was_rolled_back_does_not_bring_it_back() {
    let (server, bot, _) = rogue().await;
    let batch = server.admin().await.roll_back(by_chief()).await.batch();
    let written = server.written().await;
    for user in [account::CHIEF, "100000000000000004"] {
        let body = json!({"filter": {"batchId": batch}, "userId": user});
        bot.rollback(body).await.problem(403, "own-rollback");
    }
    let preview = bot.preview(json!({"batchId": batch})).await;
    let run = json!({"planToken": preview.plan_token(), "userId": account::CHIEF});
    bot.rollback(run).await.problem(403, "own-rollback");
    assert_eq!(server.written().await, written);
    bot.run(&preview).await.batch();
}

#[tokio::test]
async fn a_credential_that_acted_for_itself_does_not_bring_it_back() {
    let server = Server::start().await;
    let (bot, admin) = (server.bot().await, server.admin().await);
    bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    let credential = server.change(7).await.credential.expect("a credential");
    let batch = admin.roll_back(json!({"credentialId": credential})).await.batch();
    bot.preview(json!({"batchId": batch})).await.problem(403, "own-rollback");
    admin.roll_back(json!({"batchId": batch})).await.batch();
}

#[tokio::test]
async fn whose_undo_a_batch_took_back_does_not_repeat_it() {
    let server = Server::start().await;
    let (bot, admin) = (server.bot().await, server.admin().await);
    bot.change_ranks(account::CADET, json!({"add": ["officer"], "userId": account::OWNER})).await;
    bot.undo(7, json!({"userId": account::CHIEF})).await.reversal();
    let batch = admin.roll_back(by_chief()).await.batch();
    let filter = json!({"batchId": batch});
    let rogue = bot.rollback(json!({"filter": filter, "userId": account::CHIEF})).await;
    rogue.problem(403, "own-rollback");
    // That rollback brought the owner's change back and did not undo it, so the owner may undo the rollback.
    let preview = bot.rollback(json!({"filter": filter, "userId": account::OWNER})).await;
    assert_eq!(preview.counts(), [1, 1, 1, 0, 0]);
}
