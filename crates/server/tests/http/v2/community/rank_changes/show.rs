//! `GET /v2/community/rank-changes/{undoId}`: a change, and its undo outlook.

use serde_json::{Value, json};

use crate::kit::{Server, account, rank};

#[tokio::test]
async fn a_bot_reads_a_change_that_can_be_undone() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let body = json!({"add": ["officer"], "remove": ["cadet"], "active": false, "userId": account::CHIEF, "reason": "Why"});
    let undo_id = bot.change_ranks(account::CADET, body).await;
    let written = server.written().await;
    let answer = bot.recorded(&undo_id).await;
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(server.written().await, written);
    assert_eq!(bot.recorded(7).await.ok()["data"], answer.ok()["data"], "by its number, too");
    assert_eq!(bot.recorded(undo_id.to_uppercase()).await.ok()["data"], answer.ok()["data"]);
}

#[tokio::test]
async fn a_bot_reads_who_stands_in_the_way_of_an_undo() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.change_ranks(account::CADET, json!({"add": ["officer", "medic"]})).await;
    bot.change_ranks(account::CADET, json!({"remove": ["officer"]})).await;
    bot.change_ranks(account::CADET, json!({"add": ["officer"], "userId": account::CHIEF})).await;
    let answer = bot.recorded(7).await;
    insta::assert_json_snapshot!(answer.ok()["data"]["undo"]);
    assert_eq!(answer.ok()["data"]["undo"]["problem"]["type"], "/problems/undo-conflict");
}

#[tokio::test]
async fn a_change_and_its_reversal_name_each_other() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    let reversal = bot.undo(&undo_id, json!({"userId": account::CHIEF})).await.reversal();
    let (undone, undo) = (bot.recorded(&undo_id).await, bot.recorded(&reversal).await);
    insta::assert_json_snapshot!([&undone.ok()["data"], &undo.ok()["data"]]);
    assert_eq!(undone.ok()["data"]["reversal"]["undoId"], reversal);
    assert_eq!(undone.ok()["data"]["undo"]["problem"]["type"], "/problems/already-undone");
    assert_eq!(undo.ok()["data"]["reversedChange"]["undoId"], undo_id);
}

#[tokio::test]
async fn a_change_that_was_redone_can_be_undone_again() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    let undo = bot.undo(&undo_id, json!({})).await.reversal();
    let redo = bot.undo(&undo, json!({})).await.reversal();
    for (name, kind, clean, reversal, last) in [
        (undo_id, "change", true, json!(8), json!(9)),
        (undo, "undo", false, json!(9), json!(9)),
        (redo, "redo", true, Value::Null, Value::Null),
    ] {
        let answer = bot.recorded(name).await;
        let data = &answer.ok()["data"];
        assert_eq!((&data["kind"], &data["undo"]["clean"]), (&json!(kind), &json!(clean)));
        assert_eq!(data["inForce"], clean, "what counts can be undone, and nothing else");
        let named = (&data["reversal"]["changeNumber"], &data["lastReversal"]["changeNumber"]);
        assert_eq!(named, (&reversal, &last), "{kind}");
    }
    bot.undo(7, json!({})).await.reversal();
    let answer = bot.recorded(7).await;
    let data = &answer.ok()["data"];
    assert_eq!((&data["inForce"], &data["lastReversal"]["changeNumber"]), (&json!(false), &json!(10)));
}

#[tokio::test]
async fn it_is_the_undo_of_whoever_asks() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    let low = server.bot_below(20).await.recorded(7).await;
    assert_eq!(low.ok()["data"]["undo"]["clean"], false);
    assert_eq!(low.ok()["data"]["undo"]["problem"]["type"], "/problems/insufficient-power");
    assert_eq!(bot.recorded(7).await.ok()["data"]["undo"]["clean"], true);
}

#[tokio::test]
async fn a_rank_that_is_retired_is_said_to_be_in_the_way() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.change_ranks(account::OFFICER, json!({"remove": ["medic"]})).await;
    server.edit_rank(rank::MEDIC, |rank| rank.retired = true).await;
    let answer = bot.recorded(7).await;
    let undo = &answer.ok()["data"]["undo"];
    assert_eq!(undo["problem"]["type"], "/problems/rank-retired");
    assert_eq!(undo["items"], json!([{"rank": rank::MEDIC, "slot": "rank", "state": "retired"}]));
}

#[tokio::test]
async fn what_is_so_already_can_be_undone_without_a_change() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    bot.change_ranks(account::CADET, json!({"remove": ["officer"]})).await;
    let answer = bot.recorded(7).await;
    let undo = &answer.ok()["data"]["undo"];
    assert_eq!((&undo["clean"], &undo["items"][0]["state"]), (&json!(true), &json!("already")));
    assert_eq!(undo["items"][0]["by"]["changeNumber"], 8);
}

#[tokio::test]
async fn what_is_foretold_of_an_undo_comes_true() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (account, body) in [
        (account::CADET, json!({"add": ["officer", "medic"]})),
        (account::CADET, json!({"remove": ["officer"]})),
        (account::CADET, json!({"add": ["officer"], "remove": ["cadet"]})),
        (account::OFFICER, json!({"set": []})),
        (account::OFFICER, json!({"add": ["officer"]})),
        (account::BANNED, json!({"remove": ["cadet"]})),
        (account::EXPLORER, json!({"set": ["cadet"]})),
    ] {
        bot.change_ranks(account, body).await;
    }
    bot.undo(9, json!({})).await.reversal();
    let mut refusals = 0;
    for number in (1..=14).chain(1..=14) {
        let foretold = bot.recorded(number).await.ok()["data"]["undo"].clone();
        let undone = bot.undo(number, json!({})).await;
        assert_eq!(undone.status == 200, foretold["clean"] == true, "{number}: {}", undone.body);
        if undone.status != 200 {
            refusals += 1;
            assert_eq!(undone.body["type"], foretold["problem"]["type"], "{number}");
            assert_eq!(undone.body["detail"], foretold["problem"]["detail"], "{number}");
        }
    }
    assert!((1..28).contains(&refusals), "{refusals} were refused");
}

#[tokio::test]
async fn a_change_that_is_not_ours_is_not_there() {
    let server = Server::start().await;
    let (bot, neighbour) = (server.bot().await, server.neighbours_bot().await);
    let undo_id = bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    neighbour.recorded(&undo_id).await.problem(404, "rank-change-not-found");
    for name in ["8", "9223372036854775807", account::NOBODY] {
        bot.recorded(name).await.problem(404, "rank-change-not-found");
    }
    for name in ["0", "-1", "last", "1.5"] {
        bot.recorded(name).await.problem(400, "invalid-path");
    }
}

#[tokio::test]
async fn who_may_only_undo_reads_no_history() {
    let server = Server::start().await;
    let bot = server.bot_with("ranks:undo", |_| {}).await;
    for path in ["", "/1", "/export", "/checkpoint", "/standings"] {
        let answer = bot.get(&format!("{}{path}", crate::kit::HISTORY)).await;
        assert_eq!(answer.problem(403, "missing-scope")["scope"], "accounts:read");
    }
    assert_ne!(server.bot().await.recorded(1).await.ok()["data"], Value::Null);
}
