//! `POST /v2/community/promotion-flows/trigger`, refused: single runs that are not carried out, and requests
//! that are refused whole.

use serde_json::{Value, json};

use super::trigger::{PATH, force, messages, run, successes};
use crate::kit::{Actor, Answer, Server, account, rank};

async fn demote(actor: &Actor, flow: &str, user: &str) -> Answer {
    actor.post(PATH, json!({"data": [{"flowId": flow, "users": [user], "promote": false}]})).await
}

#[tokio::test]
async fn one_refused_user_does_not_stop_the_others() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let users = ["1001", "Nobody", account::BANNED, "1007", "1002"];
    let answer = force(&bot, "up", &users).await;
    assert_eq!(successes(&answer), [true, false, false, false, true]);
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::OFFICER]));
    assert_eq!(bot.ranks_of(account::NEWCOMER).await, json!([rank::OFFICER]));
    assert_eq!(bot.ranks_of(account::BANNED).await, json!([rank::CADET]));
}

#[tokio::test]
async fn a_flow_that_is_not_there_does_not_stop_the_others() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let data = json!([
        {"flowId": "nonsense", "users": ["1002", "Nobody"]},
        {"flowId": "F0000000-0000-0000-0000-000000000009", "users": ["1002"]},
        {"flowId": "UP", "users": ["1002"]},
        {"flowId": "", "users": ["1002"]},
        {"flowId": "up", "users": ["1002"]},
    ]);
    let answer = bot.post(PATH, json!({"data": data})).await;
    assert_eq!(successes(&answer), [false, false, false, false, false, true]);
    let first = &answer.ok()["data"][0];
    assert_eq!((&first["flow"], &first["config"]), (&json!("nonsense"), &Value::Null));
    assert_eq!(first["users"], json!([account::CADET]));
    assert!(messages(&answer)[0].contains("no promotion flow nonsense"), "{}", messages(&answer)[0]);
}

#[tokio::test]
async fn a_neighbour_runs_no_flow_of_ours_and_promotes_nobody_of_ours() {
    let server = Server::start().await;
    let written = server.written().await;
    let answer =
        run(&server.neighbours_bot().await, "f0000000-0000-0000-0000-000000000001", &[account::CADET]).await;
    assert_eq!(successes(&answer), [false]);
    let result = &answer.ok()["data"][0];
    assert_eq!((&result["users"], &result["config"]), (&json!([account::CADET]), &Value::Null));
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_flow_runs_only_the_way_it_is_meant() {
    let server = Server::with_flows().await;
    let bot = server.bot().await;
    let up = run(&bot, "only-up", &["1002"]).await;
    assert_eq!(
        (successes(&up), up.ok()["data"][0]["config"]["promotionType"].as_str()),
        (vec![true], Some("promote"))
    );
    let down = demote(&bot, "only-up", "1002").await;
    assert_eq!(successes(&down), [false]);
    assert_eq!(messages(&down), ["The flow is not meant for demotions: it may only be run to promote."]);
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET, rank::CHIEF]));

    let up = run(&bot, "only-down", &["1003"]).await;
    assert_eq!(messages(&up), ["The flow is not meant for promotions: it may only be run to demote."]);
    assert_eq!(successes(&demote(&bot, "only-down", "1003").await), [true]);
    assert_eq!(bot.ranks_of(account::OFFICER).await, json!([rank::OFFICER]));
}

#[tokio::test]
async fn a_flow_that_would_give_a_retired_rank_is_refused_where_it_is_not_held() {
    let server = Server::with_flows().await;
    let bot = server.bot().await;
    server.edit_rank(rank::MEDIC, |medic| medic.retired = true).await;
    let answer = force(&bot, "heal", &["1002", "1003"]).await;
    assert_eq!(successes(&answer), [false, true]);
    let detail =
        "The flow would give what is retired: \"Medic\". Have it restored, or take it out of the flow.";
    assert_eq!(messages(&answer)[0], detail);
    assert_eq!(successes(&demote(&bot, "heal", "1003").await), [true]);
    assert_eq!(successes(&run(&bot, "heal", &["1003"]).await), [false]);
}

#[tokio::test]
async fn a_bot_promotes_nobody_and_to_nothing_above_its_ceiling() {
    let server = Server::with_flows().await;
    let bot = server.bot_below(20).await;
    let written = server.written().await;
    let answer = force(&bot, "up", &["1002", "1003", "1004", "1005"]).await;
    // The officer is no cadet, and holds the rank that the flow gives. Nothing would change.
    assert_eq!(successes(&answer), [false, true, false, false]);
    assert!(messages(&answer)[0].contains("\"Officer\" has power 20"), "{}", messages(&answer)[0]);
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_person_promotes_nobody_and_to_nothing_above_themselves() {
    let server = Server::with_flows().await;
    let bot = server.bot().await;
    let written = server.written().await;
    for (user_id, flow, user) in [
        (account::CADET, "up", account::NEWCOMER),
        (account::OFFICER, "heal", account::CADET),
        (account::OFFICER, "only-up", account::OFFICER),
        (account::CHIEF, "heal", account::CHIEF),
        (account::NEWCOMER, "up", account::CADET),
        (account::BANNED, "up", account::CADET),
    ] {
        let entry = json!({"flowId": flow, "users": [user], "userId": user_id});
        let answer = bot.post(PATH, json!({"data": [entry], "force": true})).await;
        assert_eq!(successes(&answer), [false], "{user_id} {flow} {user}");
    }
    assert_eq!(server.written().await, written);
    let entry = json!({"flowId": "up", "users": [account::CADET], "userId": account::OFFICER});
    assert_eq!(successes(&bot.post(PATH, json!({"data": [entry]})).await), [true]);
}

#[tokio::test]
async fn an_actor_whom_nobody_knows_refuses_only_their_own_runs() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let data = json!([
        {"flowId": "up", "users": ["1002"], "userId": "Chief"},
        {"flowId": "up", "users": ["1002"], "userId": account::NEIGHBOUR},
        {"flowId": "up", "users": ["1002"], "userId": ""},
        {"flowId": "up", "users": ["1002"]},
    ]);
    let answer = bot.post(PATH, json!({"data": data})).await;
    assert_eq!(successes(&answer), [false, false, false, true]);
    assert!(messages(&answer)[0].starts_with("userId is \"Chief\"."), "{}", messages(&answer)[0]);
    assert_eq!(server.written().await.0, 7);
}

#[tokio::test]
async fn more_than_1000_results_are_refused_whole() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    let of = |users: usize| json!({"flowId": "up", "users": vec!["1002"; users]});
    let answer = bot.post(PATH, json!({"data": [of(1000), of(1)]})).await;
    assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], "/data");
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(server.written().await, written);
    let body = json!({"data": [of(999), of(1)], "force": true});
    assert_eq!(successes(&bot.post(PATH, body).await), [true; 1000]);
}

#[tokio::test]
async fn a_request_of_another_shape_is_refused_with_its_pointer() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    for (body, pointer) in [
        (json!({}), ""),
        (json!({"data": null}), "/data"),
        (json!({"data": {"flowId": "up", "users": ["1002"]}}), "/data"),
        (json!({"data": ["up"]}), "/data/0"),
        (json!({"data": [{"users": ["1002"]}]}), "/data/0"),
        (json!({"data": [{"flowId": "up"}]}), "/data/0"),
        (json!({"data": [{"flowId": 1, "users": []}]}), "/data/0/flowId"),
        (json!({"data": [{"flowId": "up", "users": "1002"}]}), "/data/0/users"),
        (json!({"data": [{"flowId": "up", "users": ["1002", 1002]}]}), "/data/0/users/1"),
        (json!({"data": [{"flowId": "up", "users": [], "promote": "yes"}]}), "/data/0/promote"),
        (json!({"data": [{"flowId": "up", "users": [], "userId": 5}]}), "/data/0/userId"),
        (json!({"data": [{"flowId": "up", "users": ["1002"]}], "reason": "\u{1b}[2J"}), "/reason"),
        (json!({"data": [{"flowId": "up", "users": ["1002"]}], "reason": "x".repeat(501)}), "/reason"),
    ] {
        let answer = bot.post(PATH, body.clone()).await;
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{body}: {}", answer.body);
        answer.problem(400, "invalid-body");
    }
    assert_eq!(server.written().await, written);
}
