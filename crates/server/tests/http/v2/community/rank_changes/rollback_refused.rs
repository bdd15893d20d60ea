//! Rollbacks that are refused: malformed requests, unknown names, people without authority.

use serde_json::{Value, json};

use crate::kit::{Actor, Answer, Server, account, rank};

fn by_chief() -> Value {
    json!({"userId": account::CHIEF})
}

#[tokio::test]
async fn a_community_that_wants_to_know_who_undoes_wants_to_know_who_rolls_back() {
    let server = Server::start().await;
    let (neighbour, admin) = (server.neighbours_bot().await, server.neighbours_admin().await);
    neighbour.change_ranks(account::NEIGHBOUR, json!({"remove": ["watchman"]})).await;
    let path = "/v2/community/rank-changes/rollback";
    let filter = json!({"accounts": [account::NEIGHBOUR]});
    admin.post(path, json!({"filter": filter})).await.problem(400, "user-required");
    let preview = admin.post(path, json!({"filter": filter, "userId": account::NEIGHBOUR})).await;
    let token = preview.ok()["data"]["planToken"].clone();
    let written = server.written().await;
    admin.post(path, json!({"planToken": token})).await.problem(400, "user-required");
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn who_may_undo_single_changes_rolls_nothing_back() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let undo_id =
        bot.change_ranks(account::CADET, json!({"add": ["officer"], "userId": account::CHIEF})).await;
    let preview = bot.preview(by_chief()).await;
    let written = server.written().await;
    let undoer = server.bot_with("accounts:read ranks:write ranks:undo ranks:force", |_| {}).await;
    let status = format!("{}/rollbacks/{}", crate::kit::HISTORY, account::NOBODY);
    for answer in [
        undoer.rollback(json!({"filter": by_chief()})).await,
        undoer.run(&preview).await,
        undoer.get(&status).await,
    ] {
        assert_eq!(answer.problem(403, "missing-scope")["scope"], "ranks:rollback");
    }
    assert_eq!(server.written().await, written);
    undoer.undo(&undo_id, json!({})).await.ok();
}

#[tokio::test]
async fn a_request_of_another_shape_is_refused_at_the_place() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let token = bot.preview(by_chief()).await.plan_token().to_owned();
    let many: Vec<_> = (0..501).map(|number| format!("rank-{number}")).collect();
    let written = server.written().await;
    for (body, pointer) in [
        (json!({}), "/filter"),
        (json!({"filter": null}), "/filter"),
        (json!({"filter": {}}), "/filter"),
        (json!({"filter": {"userId": null, "ranks": null}}), "/filter"),
        (json!({"filter": {"userId": account::CHIEF, "form": "2026-05-01T00:00:00Z"}}), "/filter/form"),
        (json!({"filter": by_chief(), "planToken": token}), "/filter"),
        (json!({"filter": by_chief(), "onConflict": "refuse"}), "/onConflict"),
        (json!({"filter": by_chief(), "onConflict": "FORCE"}), "/onConflict"),
        (json!({"planToken": token, "onConflict": "skip"}), "/onConflict"),
        (json!({"planToken": ""}), "/planToken"),
        (json!({"planToken": "e30"}), "/planToken"),
        (json!({"planToken": format!("{token}x")}), "/planToken"),
        (json!({"planToken": token[1..]}), "/planToken"),
        (json!({"filter": {"ranks": []}}), "/filter/ranks"),
        (json!({"filter": {"ranks": many}}), "/filter/ranks"),
        (json!({"filter": {"accounts": []}}), "/filter/accounts"),
        (json!({"filter": {"accounts": ["me"]}}), "/filter/accounts/0"),
        (json!({"filter": {"credentialId": "bot"}}), "/filter/credentialId"),
        (json!({"filter": {"batchId": "last"}}), "/filter/batchId"),
        (json!({"filter": {"from": "yesterday"}}), "/filter/from"),
        (json!({"filter": {"to": "2026-05-01"}}), "/filter/to"),
        (json!({"filter": [account::CHIEF]}), "/filter"),
        (json!({"filter": by_chief(), "reason": "x".repeat(501)}), "/reason"),
    ] {
        let answer = bot.rollback(body.clone()).await;
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{body}: {}", answer.body);
        answer.problem(400, "invalid-body");
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_preview_is_no_token() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let unseen = data_encoding::BASE64URL_NOPAD
        .encode(json!({"filter": by_chief(), "force": false, "digest": null}).to_string().as_bytes());
    let answer = bot.rollback(json!({ "planToken": unseen })).await;
    answer.problem(400, "invalid-body");
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn names_that_are_not_there_are_refused_at_the_place() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for user in [account::NOBODY, account::NEIGHBOUR, "100000000000000099", "Chief", ""] {
        let answer = bot.preview(json!({ "userId": user })).await;
        assert_eq!(answer.problem(422, "unknown-user")["errors"], json!([{"pointer": "/filter/userId"}]));
        let answer = bot.rollback(json!({"filter": by_chief(), "userId": user})).await;
        assert_eq!(answer.problem(422, "unknown-user")["errors"], json!([{"pointer": "/userId"}]));
    }
    let answer = bot.preview(json!({"ranks": ["cadet", "general", rank::FOREIGN]})).await;
    let errors = &answer.problem(422, "unknown-rank")["errors"];
    assert_eq!(errors[0]["pointer"], "/filter/ranks/1");
    assert_eq!(errors[1]["pointer"], "/filter/ranks/2");
}

/// Returns a preview in the neighbours' community, which wants to know who rolls back.
async fn previewed_by(neighbour: &Actor, filter: Value) -> Answer {
    let body = json!({"filter": filter, "userId": account::NEIGHBOUR});
    neighbour.rollback(body).await
}

#[tokio::test]
async fn what_the_neighbours_did_is_not_found_by_us() {
    let server = Server::start().await;
    let (bot, neighbour) = (server.bot().await, server.neighbours_bot().await);
    neighbour.change_ranks(account::NEIGHBOUR, json!({"remove": ["watchman"]})).await;
    bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    let ours = server.change(7).await.credential.expect("a credential");
    let theirs = neighbour.recorded(2).await.ok()["data"]["credentialId"].clone();
    assert_eq!(bot.preview(json!({"accounts": [account::NEIGHBOUR]})).await.counts(), [0; 5]);
    assert_eq!(bot.preview(json!({ "credentialId": theirs })).await.counts(), [0; 5]);
    assert_eq!(previewed_by(&neighbour, json!({ "credentialId": ours })).await.counts(), [0; 5]);

    let admin = server.admin().await;
    let batch = admin.roll_back(json!({ "credentialId": ours })).await.batch();
    assert_eq!(previewed_by(&neighbour, json!({ "batchId": batch })).await.counts(), [0; 5]);
    neighbour.rollback_status(&batch).await.problem(404, "rollback-not-found");
    // The other community cannot use a token of ours.
    let token = admin.preview(json!({ "batchId": batch })).await;
    let body = json!({"planToken": token.plan_token(), "userId": account::NEIGHBOUR});
    neighbour.rollback(body).await.problem(400, "invalid-body");
    assert_eq!(neighbour.ranks_of(account::NEIGHBOUR).await, json!([]));
}

#[tokio::test]
async fn nobody_rolls_back_their_own_changes() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.change_ranks(account::CADET, json!({"add": ["officer"], "userId": account::CHIEF})).await;
    bot.change_ranks(account::CADET, json!({"add": ["medic"]})).await;
    let written = server.written().await;
    let answer = bot.rollback(json!({"filter": by_chief(), "userId": "discord:100000000000000004"})).await;
    answer.problem(403, "own-rollback");
    insta::assert_json_snapshot!(answer.whole());
    let own = server.change(8).await.credential.expect("a credential");
    bot.preview(json!({ "credentialId": own })).await.problem(403, "own-rollback");
    let preview = bot.preview(by_chief()).await;
    let run = json!({"planToken": preview.plan_token(), "userId": account::CHIEF});
    bot.rollback(run).await.problem(403, "own-rollback");
    assert_eq!(server.written().await, written);
    bot.rollback(json!({"planToken": preview.plan_token(), "userId": account::OWNER})).await.batch();
}

#[tokio::test]
async fn who_is_banned_or_archived_rolls_nothing_back() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.change_ranks(account::CADET, json!({"add": ["officer"], "userId": account::CHIEF})).await;
    for user in [account::BANNED, account::ARCHIVED] {
        let answer = bot.rollback(json!({"filter": by_chief(), "userId": user})).await;
        answer.problem(403, "insufficient-power");
    }
    let preview = bot.preview(by_chief()).await;
    let run = json!({"planToken": preview.plan_token(), "userId": account::BANNED});
    bot.rollback(run).await.problem(403, "insufficient-power");
}

#[tokio::test]
async fn more_changes_than_one_rollback_takes_are_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    server.lengthen_history(20_001).await;
    let answer = bot.preview(by_chief()).await;
    answer.problem(422, "rollback-too-large");
    insta::assert_json_snapshot!(answer.whole());
    server.sql("DELETE FROM rank_changes WHERE number = 7").await;
    bot.preview(by_chief()).await.ok();
    bot.preview(json!({"userId": account::CHIEF, "to": "1970-01-01T00:00:00.010Z"})).await.ok();
}
