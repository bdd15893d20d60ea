//! `POST /v2/community/ranks/{rankId}/retire` and `/restore`: ranks that are no longer given.

use rankledger_domain::rank_change::Source;
use serde_json::json;

use crate::kit::{Server, account, rank};

#[tokio::test]
async fn a_retired_rank_is_not_given_any_more_and_stays_with_those_who_hold_it() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let written = server.written().await;
    let answer = admin.change_rank("medic", "retire", json!({"removeFromHolders": null})).await;
    insta::assert_json_snapshot!(answer.whole());
    let refused = bot.set_ranks(account::NEWCOMER, json!({"add": ["medic"]})).await;
    refused.problem(422, "rank-retired");
    assert_eq!(server.written().await, (written.0, written.1 + 1), "no rank changes");
    assert_eq!(bot.ranks_of(account::OFFICER).await, json!([rank::OFFICER, rank::MEDIC]));
    bot.set_ranks(account::OFFICER, json!({"remove": ["medic"]})).await.undo_id();
    bot.set_ranks(account::OFFICER, json!({"add": [rank::MEDIC]})).await.problem(422, "rank-retired");
}

#[tokio::test]
async fn a_rank_that_is_restored_is_exactly_as_it_was() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let before = admin.departments().await;
    admin.change_rank(rank::MEDIC, "retire", json!({})).await.ok();
    assert_ne!(admin.departments().await, before);
    let answer = admin.change_rank(rank::MEDIC, "restore", json!({})).await;
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(admin.departments().await, before);
    bot.set_ranks(account::NEWCOMER, json!({"add": ["medic"]})).await.undo_id();
}

#[tokio::test]
async fn a_rank_is_taken_from_each_holder_by_a_change_that_can_be_undone_once_it_is_restored() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let (last, _) = server.written().await;
    let body = json!({"removeFromHolders": true, "reason": "No cadets any more", "userId": account::CHIEF});
    let answer = admin.change_rank("cadet", "retire", body).await;
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(server.written().await.0, last + 3);
    let told = answer.ok()["meta"]["changes"].as_array().expect("the changes").len();
    assert_eq!(told, 3, "each can be undone, so each is told");
    for (number, holder) in (last + 1..).zip([account::CADET, account::BANNED, account::ARCHIVED]) {
        let change = server.change(number).await;
        assert_eq!(change.account.to_string(), holder);
        assert_eq!(change.source, Source::Retirement);
        assert_eq!(change.reason.as_deref(), Some("No cadets any more"));
        assert_eq!(change.actor.map(|id| id.to_string()).as_deref(), Some(account::CHIEF));
        assert!(change.credential.is_some());
        assert!(change.transition.status_before && !change.transition.status_after);
    }
    let path = format!("/v2/community/accounts/{}", account::CADET);
    assert_eq!(bot.get(&path).await.ok()["data"]["comStatus"], false);

    bot.undo(last + 1, json!({})).await.problem(409, "rank-retired");
    admin.change_rank("cadet", "restore", json!({})).await.ok();
    let undone = bot.undo(last + 1, json!({})).await;
    assert_eq!(undone.ok()["data"]["currentRanks"], json!([rank::CADET]));
    assert_eq!(bot.get(&path).await.ok()["data"]["comStatus"], true);
    bot.undo(last + 3, json!({})).await.problem(409, "account-archived");
}

#[tokio::test]
async fn a_rank_that_nobody_holds_is_taken_from_nobody() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let (_, events) = server.written().await;
    server.bot().await.change_ranks(account::OFFICER, json!({"remove": ["medic"]})).await;
    let answer = admin.change_rank("medic", "retire", json!({"removeFromHolders": true})).await;
    assert_eq!(answer.ok()["data"]["removedFrom"], 0);
    assert_eq!(server.written().await.1, events + 2, "the change, and the retirement");
}

#[tokio::test]
async fn what_is_so_already_is_answered_again() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for (rank, action) in [("medic", "restore"), ("explorer", "retire")] {
        let before = (admin.departments().await, server.written().await);
        admin.change_rank(rank, action, json!({})).await.ok();
        assert_eq!((admin.departments().await, server.written().await), before);
    }
    for taken_from in [1, 0] {
        let answer = admin.change_rank("explorer", "retire", json!({"removeFromHolders": true})).await;
        assert_eq!(answer.ok()["data"]["removedFrom"], taken_from);
    }
}

#[tokio::test]
async fn if_one_holder_stands_too_high_the_rank_is_neither_taken_nor_retired() {
    let server = Server::start().await;
    let (low, bot) = (server.admin_below(20).await, server.bot().await);
    bot.change_ranks(account::OFFICER, json!({"add": ["cadet"]})).await;
    let before = (low.departments().await, server.written().await);
    let body = json!({"removeFromHolders": true});
    let answer = low.change_rank("cadet", "retire", body.clone()).await;
    assert_eq!(answer.problem(403, "insufficient-power")["power"], 30);
    let by_person = json!({"removeFromHolders": true, "userId": account::OFFICER});
    bot.change_ranks(account::CHIEF, json!({"add": ["cadet"]})).await;
    let refused = server.admin().await.change_rank("cadet", "retire", by_person).await;
    assert_eq!(refused.problem(403, "insufficient-power")["power"], 90);
    assert_eq!((low.departments().await, server.written().await.0), (before.0, before.1.0 + 1));
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));

    low.change_rank("cadet", "retire", json!({})).await.ok();
    let taken = server.admin().await.change_rank("cadet", "retire", body).await;
    assert_eq!(taken.ok()["data"]["removedFrom"], 5);
}

#[tokio::test]
async fn a_person_gives_up_their_own_rank_when_they_retire_it() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    bot.change_ranks(account::CHIEF, json!({"add": ["medic"]})).await;
    let body = json!({"removeFromHolders": true, "userId": account::CHIEF});
    let answer = admin.change_rank("medic", "retire", body).await;
    assert_eq!(answer.ok()["data"]["removedFrom"], 2);
    assert_eq!(bot.ranks_of(account::CHIEF).await, json!([rank::CHIEF]));
}
