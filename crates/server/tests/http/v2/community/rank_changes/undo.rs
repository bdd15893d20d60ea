//! `POST /v2/community/rank-changes/{undoId}/undo`: the slots that an undo restores, and those it leaves
//! alone.

use http::Method;
use serde_json::{Value, json};

use crate::kit::{Server, account, rank};

#[tokio::test]
async fn a_bot_undoes_its_change_and_sees_what_became_of_it() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::CADET, json!({"add": ["officer"], "remove": ["cadet"]})).await;
    let answer = bot.undo(&undo_id, json!({"userId": account::CHIEF})).await;
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
    let (undone, reversal) = (server.change(7).await, server.change(8).await);
    assert_eq!(answer.ok()["data"]["originalLogId"], undone.log_id.to_string());
    assert_eq!(answer.reversal(), reversal.undo_id.to_string());
    assert_eq!(reversal.actor.map(|id| id.to_string()).as_deref(), Some(account::CHIEF));
    assert_eq!(reversal.reverses, Some(undone.number));
}

#[tokio::test]
async fn a_change_is_named_by_its_undo_id_in_any_spelling_or_by_its_number() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let spellings: [fn(&str, i64) -> String; 3] =
        [|id, _| id.to_owned(), |id, _| id.to_uppercase(), |_, number| number.to_string()];
    for spell in spellings {
        let changed = bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await;
        let number = changed.ok()["meta"]["changeNumber"].as_i64().expect("a number");
        let answer = bot.undo(spell(&changed.undo_id(), number), json!({})).await;
        assert_eq!(answer.ok()["data"]["undoId"], changed.undo_id());
        assert_eq!(answer.ok()["meta"]["changeNumber"], number + 1);
        assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
    }
}

#[tokio::test]
async fn a_bot_that_names_nobody_acts_for_itself() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for body in ["", "{}", " \r\n", r#"{"userId":null,"onConflict":null,"reason":null}"#, r#"{"why":"not"}"#]
    {
        let undo_id = bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
        let path = format!("/v2/community/rank-changes/{undo_id}/undo");
        bot.send(Method::POST, &path, body).await.reversal();
        let (last, _) = server.written().await;
        let reversal = server.change(last).await;
        assert_eq!(reversal.actor, None);
        assert!(reversal.credential.is_some());
    }
}

#[tokio::test]
async fn an_undo_keeps_the_reason_and_is_an_event_of_its_own() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await.ok();
    let (last, events) = server.written().await;
    bot.undo(7, json!({"reason": "By mistake"})).await.ok();
    assert_eq!(server.change(8).await.reason.as_deref(), Some("By mistake"));
    assert_eq!(server.written().await, (last + 1, events + 1));
}

#[tokio::test]
async fn a_change_is_undone_however_many_came_after_it() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.set_ranks(account::NEWCOMER, json!({"add": ["officer"]})).await.ok();
    server.lengthen_history(100_000).await;
    bot.set_ranks(account::NEWCOMER, json!({"add": ["cadet"]})).await.ok();

    let mut of_account = format!("accountId={}&take=3", account::NEWCOMER);
    assert_eq!(bot.numbers(&of_account).await, [100_008, 100_007, 100_006]);
    bot.undo(100_008, json!({})).await.reversal();
    bot.undo(7, json!({})).await.reversal();
    assert_eq!(bot.ranks_of(account::NEWCOMER).await, json!([]));
    of_account.push_str("&undone=true");
    assert_eq!(bot.numbers(&of_account).await, [100_008], "and it goes on behind those it has looked at");
}

#[tokio::test]
async fn a_rank_given_back_stands_where_it_stood() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (account, body) in [
        (account::OFFICER, json!({"remove": ["officer"]})),
        (account::OFFICER, json!({"set": ["cadet"]})),
        (account::OFFICER, json!({"set": []})),
        (account::OFFICER, json!({"remove": ["medic"], "add": ["chief", "cadet"], "active": false})),
        (account::CADET, json!({"add": ["officer"], "remove": ["cadet"]})),
        (account::EXPLORER, json!({"add": ["medic"]})),
    ] {
        let row = format!("/v2/community/accounts/{account}");
        let before = bot.get(&row).await.ok()["data"].clone();
        let undo_id = bot.change_ranks(account, body.clone()).await;
        let answer = bot.undo(undo_id, json!({})).await;
        assert_eq!(bot.get(&row).await.ok()["data"], before, "{body}");
        assert_eq!(answer.ok()["data"]["currentRanks"], before["ranks"], "{body}");
        assert_eq!(answer.ok()["data"]["account"]["ranks"], before["ranks"], "{body}");
    }
}

#[tokio::test]
async fn later_changes_to_other_ranks_stay() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    bot.set_ranks(account::CADET, json!({"add": ["medic"], "remove": ["cadet"]})).await.ok();
    let answer = bot.undo(undo_id, json!({})).await;
    assert_eq!(answer.ok()["data"]["previousRanks"], json!([rank::OFFICER, rank::MEDIC]));
    assert_eq!(answer.ok()["data"]["currentRanks"], json!([rank::MEDIC]));
}

#[tokio::test]
async fn a_rank_given_back_stands_behind_the_nearest_that_preceded_it() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.set_ranks(account::NEWCOMER, json!({"add": ["cadet", "officer", "medic"]})).await.ok();
    let undo_id = bot.change_ranks(account::NEWCOMER, json!({"remove": ["medic"]})).await;
    bot.set_ranks(account::NEWCOMER, json!({"remove": ["officer"], "add": ["chief"]})).await.ok();
    bot.undo(undo_id, json!({})).await.ok();
    assert_eq!(bot.ranks_of(account::NEWCOMER).await, json!([rank::CADET, rank::MEDIC, rank::CHIEF]));
}

#[tokio::test]
async fn a_status_that_was_asked_for_is_undone_with_the_change() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::CADET, json!({"add": ["medic"], "active": false})).await;
    let answer = bot.undo(undo_id, json!({})).await;
    assert_eq!(answer.ok()["data"]["account"]["comStatus"], true);
    let undo_id = bot.change_ranks(account::CADET, json!({"active": false})).await;
    let answer = bot.undo(undo_id, json!({})).await;
    assert_eq!(answer.ok()["data"]["account"]["comStatus"], true);
}

#[tokio::test]
async fn a_status_that_followed_the_ranks_returns_with_them() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.set_ranks(account::CADET, json!({"active": false})).await.ok();
    let undo_id = bot.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
    let answer = bot.undo(undo_id, json!({})).await;
    assert_eq!(answer.ok()["data"]["account"]["comStatus"], false);
    let undo_id = bot.change_ranks(account::NEWCOMER, json!({"add": ["cadet"]})).await;
    let answer = bot.undo(undo_id, json!({})).await;
    assert_eq!(answer.ok()["data"]["account"]["comStatus"], false);
}

#[tokio::test]
async fn an_undo_has_the_etag_of_the_account_after_it() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let changed = bot.set_ranks(account::CADET, json!({"add": ["medic"]})).await;
    let undone = bot.undo(changed.undo_id(), json!({})).await;
    assert_ne!(undone.etag(), changed.etag());
    let account = bot.get(&format!("/v2/community/accounts/{}", account::CADET)).await;
    assert_eq!(undone.etag(), account.etag());
}

#[tokio::test]
async fn the_undo_of_an_undo_is_a_redo_and_can_be_undone_again() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let body = json!({"add": ["officer"], "remove": ["cadet"], "active": false});
    let changed = bot.set_ranks(account::CADET, body).await;
    let undo = bot.undo(changed.undo_id(), json!({})).await;
    let redo = bot.undo(undo.reversal(), json!({})).await;
    assert_eq!(redo.ok()["data"]["account"], changed.ok()["data"]);
    assert_eq!(redo.ok()["data"]["undoId"], undo.reversal());
    assert_eq!(redo.ok()["meta"]["changeNumber"], 9);

    // The change is live again, and can be undone by its own id ...
    let again = bot.undo(changed.undo_id(), json!({})).await;
    assert_eq!(again.ok()["data"]["account"], undo.ok()["data"]["account"]);
    // ... and redone by that undo's, and undone by the redo's.
    let redo = bot.undo(again.reversal(), json!({})).await;
    assert_eq!(redo.ok()["data"]["account"], changed.ok()["data"]);
    let last = bot.undo(redo.reversal(), json!({})).await;
    assert_eq!(last.ok()["data"]["account"], undo.ok()["data"]["account"]);
    assert_eq!(last.ok()["meta"]["changeNumber"], 12);
}

#[tokio::test]
async fn what_is_so_already_needs_no_undo() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    let later = bot.set_ranks(account::CADET, json!({"remove": ["officer"]})).await;
    let written = server.written().await;
    let answer = bot.undo(&undo_id, json!({})).await;
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(answer.ok()["data"]["reversalUndoId"], Value::Null);
    assert_eq!(answer.header("rankledger-undo-id"), None);
    assert_eq!(answer.etag(), later.etag());
    bot.undo(&undo_id, json!({})).await.ok();
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_change_that_only_added_is_undone_where_that_is_still_needed() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::CADET, json!({"add": ["officer", "medic"]})).await;
    bot.set_ranks(account::CADET, json!({"remove": ["medic"]})).await.ok();
    let answer = bot.undo(undo_id, json!({})).await;
    answer.reversal();
    assert_eq!(answer.ok()["data"]["currentRanks"], json!([rank::CADET]));
}

#[tokio::test]
async fn a_change_that_only_removed_is_undone_where_that_is_still_needed() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::OFFICER, json!({"set": []})).await;
    bot.set_ranks(account::OFFICER, json!({"add": ["medic"]})).await.ok();
    let answer = bot.undo(undo_id, json!({})).await;
    answer.reversal();
    assert_eq!(answer.ok()["data"]["currentRanks"], json!([rank::OFFICER, rank::MEDIC]));
}

#[tokio::test]
async fn an_imported_rank_is_undone_like_any_other() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.undo(1, json!({})).await.reversal();
    assert_eq!(bot.ranks_of(account::CADET).await, json!([]));
}

#[tokio::test]
async fn an_undo_that_only_removes_is_done_to_banned_and_archived_accounts() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (number, account) in [(4, account::BANNED), (5, account::ARCHIVED)] {
        bot.undo(number, json!({})).await.reversal();
        assert_eq!(bot.ranks_of(account).await, json!([]));
    }
}

#[tokio::test]
async fn a_person_is_named_by_account_id_or_discord_id() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for user in [account::CHIEF, "100000000000000004", "discord:100000000000000004"] {
        let undo_id = bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
        bot.undo(undo_id, json!({"userId": user})).await.ok();
        let (last, _) = server.written().await;
        let actor = server.change(last).await.actor;
        assert_eq!(actor.map(|id| id.to_string()).as_deref(), Some(account::CHIEF));
    }
}

#[tokio::test]
async fn a_neighbour_who_is_named_undoes_a_change_of_theirs() {
    let server = Server::start().await;
    let neighbour = server.neighbours_bot().await;
    let undo_id = neighbour.change_ranks(account::NEIGHBOUR, json!({"remove": ["watchman"]})).await;
    let body = json!({"userId": "b0000000-0000-0000-0000-000000000002"});
    neighbour.undo(undo_id, body).await.reversal();
    assert_eq!(neighbour.ranks_of(account::NEIGHBOUR).await, json!([rank::FOREIGN]));
}
