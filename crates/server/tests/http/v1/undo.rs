//! Undo Rank Change, by v1: each version of the API undoes the changes of the other.

use serde_json::{Value, json};

use crate::kit::{Answer, Legacy, Server, account, rank};

/// Undoes a change.
async fn undo(bot: &Legacy, undo_id: Value) -> Answer {
    bot.call("UNDO_RANK_CHANGE", json!([{"undoId": undo_id}])).await
}

#[tokio::test]
async fn a_change_of_v1_is_undone_by_v1() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    bot.call("SET_ACCOUNT_RANKS", json!([{"accId": account::CADET, "set": ["officer"]}])).await.legacy_json();
    let answer = undo(&bot, json!("7")).await;
    assert_eq!(
        answer.legacy_json().as_object().expect("an object").keys().collect::<Vec<_>>(),
        ["undoId", "account", "previousRanks", "currentRanks", "originalLogId", "reversalUndoId"]
    );
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
}

#[tokio::test]
async fn the_header_of_an_answer_has_what_its_change_is_undone_with() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let undo_id = |answer: &Answer| answer.header("rankledger-undo-id").map(str::to_owned);
    let object = json!({"accId": account::CADET, "add": ["officer"]});
    let first = undo_id(&bot.call("SET_ACCOUNT_RANKS", json!([object])).await).expect("an undo id");
    let again = bot.call("SET_ACCOUNT_RANKS", json!([object])).await;
    assert_eq!(undo_id(&again), None, "nothing was changed");

    let undone = undo(&bot, json!(first)).await;
    let redo = undo_id(&undone).expect("an undo id");
    assert_eq!(undone.legacy_json()["reversalUndoId"], json!(redo));
    undo(&bot, json!(redo)).await.legacy_json();
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET, rank::OFFICER]));

    for name in ["KICK_ACCOUNT", "BAN_ACCOUNT"] {
        let answer =
            bot.call(name, json!([{"uniqueId": if name == "BAN_ACCOUNT" { 1003 } else { 1004 }}])).await;
        assert!(undo_id(&answer).is_some(), "{name}");
    }
}

#[tokio::test]
async fn a_change_of_v1_is_undone_by_v2_and_the_other_way_round() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    bot.call("SET_ACCOUNT_RANKS", json!([{"uniqueId": 1002, "add": ["officer"]}])).await.legacy_json();
    v2.undo(7, json!({})).await.ok();
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));

    let undo_id = v2.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
    let answer = undo(&bot, json!(undo_id)).await;
    assert_eq!(answer.legacy_json()["undoId"], json!(undo_id));
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
    let (change, reversal) = (server.change(9).await, server.change(10).await);
    assert_eq!(answer.body["reversalUndoId"], json!(reversal.undo_id.to_string()));
    assert_eq!(reversal.reverses, Some(change.number));

    // The undo of an undo is a redo, whichever version made them.
    v2.undo(answer.body["reversalUndoId"].as_str().expect("an undo id"), json!({})).await.ok();
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET, rank::MEDIC]));
}

#[tokio::test]
async fn a_change_is_named_by_its_undo_id_or_its_number() {
    for by_number in [None, Some(json!("7")), Some(json!(7)), Some(json!(7.0)), Some(json!(" 7 "))] {
        let server = Server::start().await;
        let (bot, v2) = server.legacy().await;
        let undo_id = v2.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
        let answer = undo(&bot, by_number.unwrap_or_else(|| json!(undo_id.to_uppercase()))).await;
        assert_eq!(answer.legacy_json()["undoId"], json!(undo_id));
    }
}

#[tokio::test]
async fn what_names_no_change_is_refused() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let written = server.written().await;
    for name in [json!(""), json!(null), json!("first"), json!(0), json!("-1"), json!(1.5), json!("1,2")] {
        let answer = undo(&bot, name.clone()).await;
        assert_eq!(
            answer.legacy_refusal(400),
            "/data/0/undoId is not as it should be: it must be the undo id of a rank change, a UUID, or its number, 1 or more.",
            "{name}"
        );
    }
    let none = bot.call("UNDO_RANK_CHANGE", json!([])).await;
    assert!(none.legacy_refusal(400).starts_with("/data/0/undoId "));
    let object = undo(&bot, json!({"id": 1})).await;
    assert!(object.legacy_refusal(400).starts_with("/data/0/undoId "));
    for name in ["99", account::NOBODY] {
        let answer = undo(&bot, json!(name)).await;
        assert!(answer.legacy_refusal(400).contains(name), "{}", answer.text);
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_second_undo_and_one_that_later_changes_forbid_are_refused_in_the_words_of_v2() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    v2.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
    v2.change_ranks(account::CADET, json!({"remove": ["medic"]})).await;
    v2.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
    let refused = v2.undo(7, json!({})).await;
    refused.problem(409, "undo-conflict");
    assert_eq!(
        undo(&bot, json!(7)).await.legacy_refusal(400),
        refused.body["detail"].as_str().expect("a sentence")
    );

    undo(&bot, json!(9)).await.legacy_json();
    let refused = v2.undo(9, json!({})).await;
    refused.problem(409, "already-undone");
    assert_eq!(
        undo(&bot, json!(9)).await.legacy_refusal(400),
        refused.body["detail"].as_str().expect("a sentence")
    );
}

#[tokio::test]
async fn an_undo_that_leaves_nothing_to_do_has_no_reversal() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    v2.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
    v2.change_ranks(account::CADET, json!({"remove": ["medic"]})).await;
    let written = server.written().await;
    let object = json!({"undoId": "7", "onConflict": "skip"});
    let answer = bot.call("UNDO_RANK_CHANGE", json!([object])).await;
    assert_eq!(answer.legacy_json()["reversalUndoId"], Value::Null);
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn the_person_who_undoes_is_kept_and_must_have_the_power() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    v2.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
    let by = |user: &str| json!([{"undoId": "7", "userId": user, "reason": "By mistake"}]);
    for user in ["100000000000000003", "100000000000000099", "nobody"] {
        bot.call("UNDO_RANK_CHANGE", by(user)).await.legacy_refusal(400);
    }
    bot.call("UNDO_RANK_CHANGE", by("discord:100000000000000004")).await.legacy_json();
    let reversal = server.change(8).await;
    assert_eq!(reversal.actor.map(|actor| actor.to_string()).as_deref(), Some(account::CHIEF));
    assert_eq!(reversal.reason.as_deref(), Some("By mistake"));
}

#[tokio::test]
async fn a_change_of_the_neighbours_is_not_undone_from_here() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let neighbours = server.neighbours_legacy().await;
    let object = json!({"accId": account::NEIGHBOUR, "remove": ["watchman"]});
    let row = neighbours.call("SET_ACCOUNT_RANKS", json!([object])).await;
    assert_eq!(row.legacy_json()["ranks"], json!([]));
    // The neighbours demand a person for an undo.
    let nameless = undo(&neighbours, json!("2")).await;
    assert!(nameless.legacy_refusal(400).contains("userId"), "{}", nameless.text);
    let written = server.written().await;
    undo(&bot, json!("99")).await.legacy_refusal(400);
    assert_eq!(server.written().await, written);
    assert_eq!(neighbours.ranks_of(account::NEIGHBOUR).await, json!([]));
}
