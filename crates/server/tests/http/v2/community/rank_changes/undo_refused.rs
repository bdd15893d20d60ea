//! Undo, refused: already undone, not found, not allowed; each time nothing is written.

use serde_json::json;

use crate::kit::{Server, account, rank};

const NEVER_RECORDED: &str = "c0000000-0000-0000-0000-0000000000ff";

#[tokio::test]
async fn a_second_undo_is_refused_and_never_a_toggle() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    let reversal = bot.undo(&undo_id, json!({"userId": account::CHIEF})).await.reversal();
    let written = server.written().await;
    let answer = bot.undo(&undo_id, json!({})).await;
    answer.problem(409, "already-undone");
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(answer.body["reversal"]["undoId"], reversal);
    bot.undo(7, json!({"onConflict": "skip"})).await.problem(409, "already-undone");
    assert_eq!(server.written().await, written);
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
}

#[tokio::test]
async fn an_undo_that_was_redone_is_undone_already_too() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    let undo = bot.undo(undo_id, json!({})).await.reversal();
    let redo = bot.undo(&undo, json!({})).await.reversal();
    let answer = bot.undo(&undo, json!({})).await;
    assert_eq!(answer.problem(409, "already-undone")["reversal"]["undoId"], redo);
}

#[tokio::test]
async fn a_change_that_is_not_there_is_not_undone() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    let answer = bot.undo(NEVER_RECORDED, json!({})).await;
    answer.problem(404, "rank-change-not-found");
    insta::assert_json_snapshot!(answer.whole());
    for name in ["7", "9223372036854775807", account::CADET] {
        bot.undo(name, json!({})).await.problem(404, "rank-change-not-found");
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_change_of_the_neighbours_is_as_absent_as_one_that_never_was() {
    let server = Server::start().await;
    let (bot, neighbour) = (server.bot().await, server.neighbours_bot().await);
    let undo_id = neighbour.change_ranks(account::NEIGHBOUR, json!({"remove": ["watchman"]})).await;
    let foreign = bot.undo(&undo_id, json!({})).await;
    let unknown = bot.undo(NEVER_RECORDED, json!({})).await;
    let text = unknown.problem(404, "rank-change-not-found").to_string().replace(NEVER_RECORDED, &undo_id);
    assert_eq!(foreign.problem(404, "rank-change-not-found").to_string(), text);
    assert_eq!(neighbour.ranks_of(account::NEIGHBOUR).await, json!([]));
}

#[tokio::test]
async fn the_neighbours_count_their_own_changes() {
    let server = Server::start().await;
    let (bot, neighbour) = (server.bot().await, server.neighbours_bot().await);
    let owner = json!({"userId": "b0000000-0000-0000-0000-000000000002"});
    neighbour.undo(6, owner.clone()).await.problem(404, "rank-change-not-found");
    neighbour.undo(1, owner).await.reversal();
    assert_eq!(neighbour.ranks_of(account::NEIGHBOUR).await, json!([]));
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
}

#[tokio::test]
async fn a_name_that_is_neither_undo_id_nor_number_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let answer = bot.undo("latest", json!({})).await;
    answer.problem(400, "invalid-path");
    insta::assert_json_snapshot!(answer.whole());
    for name in
        ["0", "-1", "1.0", "1e0", "0x1", "9223372036854775808", "99999999999999999999999", "7%20", "%20"]
    {
        bot.undo(name, json!({})).await.problem(400, "invalid-path");
    }
}

#[tokio::test]
async fn a_community_that_wants_to_know_who_undoes_refuses_the_nameless() {
    let server = Server::start().await;
    let neighbour = server.neighbours_bot().await;
    let undo_id = neighbour.change_ranks(account::NEIGHBOUR, json!({"remove": ["watchman"]})).await;
    let answer = neighbour.undo(&undo_id, json!({})).await;
    answer.problem(400, "user-required");
    insta::assert_json_snapshot!(answer.whole());
    neighbour.undo(&undo_id, json!({"userId": null})).await.problem(400, "user-required");
    assert_eq!(neighbour.ranks_of(account::NEIGHBOUR).await, json!([]));
}

#[tokio::test]
async fn a_name_that_nobody_goes_by_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await.ok();
    server.link_discord(account::OFFICER, "100000000000000004").await;
    let written = server.written().await;
    for user in [
        account::NOBODY,
        account::NEIGHBOUR,
        "100000000000000099",
        "discord:7",
        "100000000000000004",
        "Chief",
        "4",
        "",
    ] {
        let answer = bot.undo(7, json!({"userId": user})).await;
        assert_eq!(answer.problem(422, "unknown-user")["errors"], json!([{"pointer": "/userId"}]));
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_bot_undoes_only_what_is_strictly_below_its_ceiling() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::NEWCOMER, json!({"add": ["officer"]})).await;
    let written = server.written().await;
    let low = server.bot_below(20).await;
    low.undo(&undo_id, json!({})).await.problem(403, "insufficient-power");
    low.undo(&undo_id, json!({"userId": account::CHIEF})).await.problem(403, "insufficient-power");
    low.undo(&undo_id, json!({"onConflict": "skip"})).await.problem(403, "insufficient-power");
    assert_eq!(server.written().await, written);
    server.bot_below(21).await.undo(&undo_id, json!({})).await.reversal();
}

#[tokio::test]
async fn a_person_undoes_only_what_is_strictly_below_them() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id = bot.change_ranks(account::NEWCOMER, json!({"add": ["medic"]})).await;
    bot.undo(&undo_id, json!({"userId": account::OFFICER})).await.problem(403, "insufficient-power");
    bot.undo(&undo_id, json!({"userId": account::BANNED})).await.problem(403, "insufficient-power");
    bot.undo(&undo_id, json!({"userId": account::CHIEF})).await.reversal();
}

#[tokio::test]
async fn a_person_gives_themselves_nothing_back() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let given_up = bot.change_ranks(account::OFFICER, json!({"remove": ["medic"]})).await;
    let answer = bot.undo(&given_up, json!({"userId": account::OFFICER})).await;
    answer.problem(403, "insufficient-power");
    assert_eq!(bot.ranks_of(account::OFFICER).await, json!([rank::OFFICER]));

    let given = bot.change_ranks(account::OFFICER, json!({"add": ["cadet"]})).await;
    bot.undo(&given, json!({"userId": account::OFFICER})).await.reversal();
}

#[tokio::test]
async fn the_powers_of_today_decide() {
    let server = Server::start().await;
    let bot = server.bot_below(25).await;
    let undo_id = bot.change_ranks(account::NEWCOMER, json!({"add": ["officer"]})).await;
    server.edit_rank(rank::OFFICER, |officer| officer.power.0 = 25).await;
    let written = server.written().await;
    let answer = bot.undo(&undo_id, json!({})).await;
    answer.problem(403, "insufficient-power");
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(server.written().await, written);
    server.edit_rank(rank::OFFICER, |officer| officer.power.0 = 24).await;
    bot.undo(&undo_id, json!({})).await.reversal();
}

#[tokio::test]
async fn a_reason_is_not_a_novel() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await.ok();
    let answer = bot.undo(7, json!({"reason": "x".repeat(501)})).await;
    assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], "/reason");
    bot.undo(7, json!({"reason": "x".repeat(500)})).await.reversal();
}
