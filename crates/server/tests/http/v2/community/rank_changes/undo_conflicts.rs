//! Undo with conflicts: refused with the reason, or, if asked for, done in part.

use serde_json::{Value, json};

use crate::kit::{Server, account, rank};

#[tokio::test]
async fn a_rank_that_was_given_again_later_stands_in_the_way() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::CADET, json!({"add": ["officer", "medic"]})).await;
    bot.set_ranks(account::CADET, json!({"remove": ["officer"]})).await.ok();
    let again = json!({"add": ["officer"], "userId": account::CHIEF});
    let superseding = bot.set_ranks(account::CADET, again).await;
    let written = server.written().await;
    let answer = bot.undo(&undo_id, json!({})).await;
    answer.problem(409, "undo-conflict");
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(answer.body["items"][0]["by"]["undoId"], superseding.undo_id());
    bot.undo(&undo_id, json!({"onConflict": "refuse"})).await.problem(409, "undo-conflict");
    assert_eq!(server.written().await, written);
    assert_eq!(bot.ranks_of(account::CADET).await, *superseding.ranks());
}

#[tokio::test]
async fn a_rank_that_was_taken_again_later_stands_in_the_way() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::OFFICER, json!({"remove": ["medic"]})).await;
    bot.set_ranks(account::OFFICER, json!({"add": ["medic"]})).await.ok();
    bot.set_ranks(account::OFFICER, json!({"remove": ["medic"]})).await.ok();
    let written = server.written().await;
    let answer = bot.undo(undo_id, json!({})).await;
    let items = &answer.problem(409, "undo-conflict")["items"];
    assert_eq!(items[0]["state"], "superseded");
    assert_eq!(items[0]["by"]["changeNumber"], 9);
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn half_a_move_is_not_undone() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::CADET, json!({"add": ["officer"], "remove": ["cadet"]})).await;
    bot.set_ranks(account::CADET, json!({"remove": ["officer"]})).await.ok();
    let written = server.written().await;
    let answer = bot.undo(undo_id, json!({})).await;
    answer.problem(409, "undo-conflict");
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(server.written().await, written);
    assert_eq!(bot.ranks_of(account::CADET).await, json!([]));
}

#[tokio::test]
async fn a_half_undone_move_names_the_later_change() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::CADET, json!({"add": ["officer"], "remove": ["cadet"]})).await;
    bot.set_ranks(account::CADET, json!({"remove": ["officer"]})).await.ok();
    let answer = bot.undo(undo_id, json!({})).await;
    assert_eq!(answer.problem(409, "undo-conflict")["items"][0]["by"]["changeNumber"], 8);
}

#[tokio::test]
async fn a_bot_that_says_skip_undoes_what_is_clean() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::CADET, json!({"add": ["officer"], "remove": ["cadet"]})).await;
    bot.set_ranks(account::CADET, json!({"remove": ["officer"]})).await.ok();
    bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await.ok();
    let answer = bot.undo(&undo_id, json!({"onConflict": "skip"})).await;
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET, rank::OFFICER]));
    bot.undo(undo_id, json!({"onConflict": "skip"})).await.problem(409, "already-undone");
}

#[tokio::test]
async fn a_skip_of_everything_still_counts_as_the_undo() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    bot.set_ranks(account::CADET, json!({"remove": ["officer"]})).await.ok();
    bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await.ok();
    let answer = bot.undo(&undo_id, json!({"onConflict": "skip"})).await;
    answer.reversal();
    assert_eq!(answer.ok()["data"]["currentRanks"], json!([rank::CADET, rank::OFFICER]));
    assert_eq!(answer.ok()["meta"]["skipped"][0]["state"], "superseded");
    bot.undo(undo_id, json!({})).await.problem(409, "already-undone");
}

#[tokio::test]
async fn a_skip_where_nothing_is_in_the_way_skips_nothing() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    let answer = bot.undo(undo_id, json!({"onConflict": "skip"})).await;
    answer.reversal();
    assert_eq!(answer.ok()["meta"]["skipped"], json!([]));
}

#[tokio::test]
async fn a_skip_where_everything_is_so_already_writes_nothing() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    bot.set_ranks(account::CADET, json!({"remove": ["officer"]})).await.ok();
    let written = server.written().await;
    let answer = bot.undo(undo_id, json!({"onConflict": "skip"})).await;
    assert_eq!(answer.ok()["data"]["reversalUndoId"], Value::Null);
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_bot_names_one_of_two_ways_or_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await.ok();
    let written = server.written().await;
    let answer = bot.undo(7, json!({"onConflict": "force"})).await;
    answer.problem(400, "invalid-body");
    insta::assert_json_snapshot!(answer.whole());
    for other in ["Skip", "", "refuse "] {
        let answer = bot.undo(7, json!({"onConflict": other})).await;
        assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], "/onConflict", "{other}");
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_way_that_is_no_text_is_refused_with_its_pointer() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await.ok();
    let written = server.written().await;
    let mut not_named = Vec::new();
    for other in [json!(true), json!(1), json!(["skip"]), json!({}), json!({"skip": null})] {
        let answer = bot.undo(7, json!({"onConflict": other})).await;
        if answer.body["errors"][0]["pointer"] != "/onConflict" {
            not_named.push(answer.body);
        }
    }
    assert_eq!(not_named, Vec::<Value>::new());
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_later_change_that_was_undone_itself_is_out_of_the_way() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let first = bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    let second = bot.change_ranks(account::CADET, json!({"add": ["medic"], "remove": ["officer"]})).await;
    bot.undo(second, json!({})).await.reversal();
    bot.undo(first, json!({})).await.reversal();
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
}

#[tokio::test]
async fn later_changes_are_undone_first_last_to_first() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let mut undo_ids = Vec::new();
    for body in [json!({"add": ["officer"]}), json!({"remove": ["officer"]}), json!({"add": ["officer"]})] {
        undo_ids.push(bot.change_ranks(account::CADET, body).await);
    }
    bot.undo(&undo_ids[0], json!({})).await.problem(409, "undo-conflict");
    for undo_id in undo_ids.iter().rev() {
        bot.undo(undo_id, json!({})).await.reversal();
    }
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
}

#[tokio::test]
async fn a_redo_meets_the_same_conflicts() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    let reversal = bot.undo(undo_id, json!({})).await.reversal();
    bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await.ok();
    bot.set_ranks(account::CADET, json!({"remove": ["officer"]})).await.ok();
    let answer = bot.undo(reversal, json!({})).await;
    assert_eq!(answer.problem(409, "undo-conflict")["items"][0]["by"]["changeNumber"], 10);
}

#[tokio::test]
async fn a_status_that_was_changed_later_stands_in_the_way() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::CADET, json!({"active": false})).await;
    bot.set_ranks(account::CADET, json!({"active": true})).await.ok();
    bot.set_ranks(account::CADET, json!({"active": false})).await.ok();
    let answer = bot.undo(&undo_id, json!({})).await;
    answer.problem(409, "undo-conflict");
    insta::assert_json_snapshot!(answer.whole());
    let skipped = bot.undo(&undo_id, json!({"onConflict": "skip"})).await;
    assert_eq!(skipped.ok()["data"]["account"]["comStatus"], false);
    assert_eq!(skipped.ok()["meta"]["skipped"][0]["slot"], "status");
}

#[tokio::test]
async fn changes_of_other_accounts_are_never_in_the_way() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
    bot.set_ranks(account::OFFICER, json!({"remove": ["medic"]})).await.ok();
    bot.set_ranks(account::OFFICER, json!({"add": ["medic"]})).await.ok();
    bot.undo(undo_id, json!({})).await.reversal();
}

#[tokio::test]
async fn half_a_move_is_not_undone_after_a_skip_and_its_redo() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let promotion = bot.change_ranks(account::CADET, json!({"add": ["officer"], "remove": ["cadet"]})).await;
    bot.set_ranks(account::CADET, json!({"remove": ["officer"]})).await.ok();
    bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await.ok();
    let skipped = bot.undo(&promotion, json!({"onConflict": "skip"})).await;
    let undo = skipped.ok()["data"]["reversalUndoId"].as_str().expect("an undo id").to_owned();
    bot.undo(undo, json!({})).await.reversal();
    bot.undo(&promotion, json!({})).await.problem(409, "undo-conflict");
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::OFFICER]));
}
