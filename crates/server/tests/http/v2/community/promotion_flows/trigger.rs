//! `POST /v2/community/promotion-flows/trigger`: the effect of a run, its answer and its record in the
//! ledger.

use rankledger_domain::rank_change::Source;
use serde_json::{Value, json};

use crate::kit::{Actor, Answer, Server, account, rank};

pub(super) const PATH: &str = "/v2/community/promotion-flows/trigger";

/// Runs a flow on these users.
pub(super) async fn run(actor: &Actor, flow: &str, users: &[&str]) -> Answer {
    actor.post(PATH, json!({"data": [{"flowId": flow, "users": users}]})).await
}

/// Runs a flow on these users, also on those who do not stand where it begins.
pub(super) async fn force(actor: &Actor, flow: &str, users: &[&str]) -> Answer {
    actor.post(PATH, json!({"data": [{"flowId": flow, "users": users}], "force": true})).await
}

/// Returns whether each run succeeded.
#[track_caller]
pub(super) fn successes(answer: &Answer) -> Vec<bool> {
    let results = answer.ok()["data"].as_array().expect("a list of results");
    results.iter().map(|result| result["succeeded"].as_bool().expect("yes or no")).collect()
}

/// Returns the message of each run.
#[track_caller]
pub(super) fn messages(answer: &Answer) -> Vec<&str> {
    let results = answer.ok()["data"].as_array().expect("a list of results");
    results.iter().map(|result| result["message"].as_str().expect("a sentence")).collect()
}

#[tokio::test]
async fn a_bot_promotes_an_account_and_sees_what_became_of_it() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let answer = run(&bot, "up", &[account::CADET]).await;
    assert_eq!(successes(&answer), [true]);
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::OFFICER]));
}

#[tokio::test]
async fn a_flow_is_named_by_its_id_in_any_spelling_or_by_its_key() {
    let id = "f0000000-0000-0000-0000-000000000001";
    for flow in [id, &id.to_uppercase(), &id.replace('-', ""), "up"] {
        let server = Server::start().await;
        let bot = server.bot().await;
        let answer = run(&bot, flow, &[account::CADET]).await;
        assert_eq!(answer.ok()["data"][0]["flow"], id, "{flow}");
        assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::OFFICER]), "{flow}");
    }
}

#[tokio::test]
async fn a_demotion_runs_a_flow_in_reverse() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let down = json!({"data": [{"flowId": "up", "users": [account::OFFICER], "promote": false}]});
    let answer = bot.post(PATH, down).await;
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(bot.ranks_of(account::OFFICER).await, json!([rank::MEDIC, rank::CADET]));
}

#[tokio::test]
async fn a_run_that_does_not_say_which_way_promotes() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for promote in [json!(true), Value::Null] {
        let entry = json!({"flowId": "up", "users": [account::CADET], "promote": promote});
        let answer = bot.post(PATH, json!({"data": [entry]})).await;
        assert_eq!(answer.ok()["data"][0]["promote"], true);
    }
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::OFFICER]));
}

#[tokio::test]
async fn a_run_that_changes_nothing_succeeds_and_is_not_recorded() {
    let server = Server::start().await;
    let bot = server.bot().await;
    run(&bot, "up", &[account::CADET]).await.ok();
    let written = server.written().await;
    let answer = force(&bot, "up", &[account::CADET, account::OFFICER]).await;
    assert_eq!(messages(&answer)[0], "Promotion changed nothing: the account is so already");
    assert_eq!((successes(&answer), &answer.ok()["meta"]["changes"]), (vec![true, true], &json!([])));
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn runs_follow_one_another_in_the_order_of_the_request() {
    let server = Server::with_flows().await;
    let bot = server.bot().await;
    let data = json!([
        {"flowId": "up", "users": [account::CADET, account::NEWCOMER]},
        {"flowId": "heal", "users": [account::NEWCOMER]},
        {"flowId": "up", "users": [account::CADET], "promote": false},
    ]);
    let answer = bot.post(PATH, json!({"data": data, "force": true})).await;
    assert_eq!(successes(&answer), [true; 4]);
    let users: Vec<_> = (0..4).map(|index| answer.ok()["data"][index]["users"].clone()).collect();
    assert_eq!(
        json!(users),
        json!([[account::CADET], [account::NEWCOMER], [account::NEWCOMER], [account::CADET]])
    );
    let numbers = answer.ok()["meta"]["changes"].as_array().expect("changes").iter();
    assert_eq!(numbers.map(|change| &change["changeNumber"]).collect::<Vec<_>>(), [7, 8, 9, 10]);
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
    assert_eq!(bot.ranks_of(account::NEWCOMER).await, json!([rank::OFFICER, rank::MEDIC]));
}

#[tokio::test]
async fn each_change_is_recorded_with_source_actor_and_reason() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let (last, events) = server.written().await;
    let data = json!([
        {"flowId": "up", "users": [account::CADET], "userId": account::CHIEF},
        {"flowId": "up", "users": [account::NEWCOMER]},
    ]);
    let body = json!({
        "data": data, "userId": "100000000000000004", "reason": "Passed the examination", "force": true,
    });
    assert_eq!(successes(&bot.post(PATH, body.clone()).await), [true, true]);
    assert_eq!(server.written().await, (last + 2, events + 2));
    for (number, person) in [(last + 1, account::CADET), (last + 2, account::NEWCOMER)] {
        let change = server.change(number).await;
        assert_eq!(change.account.to_string(), person);
        assert_eq!(change.source, Source::Flow);
        assert_eq!(change.actor.map(|id| id.to_string()).as_deref(), Some(account::CHIEF));
        assert_eq!(change.reason.as_deref(), Some("Passed the examination"));
        assert!(change.credential.is_some());
        assert_eq!(change.at, server.now());
    }
}

#[tokio::test]
async fn a_run_may_be_anothers_than_the_rest() {
    let server = Server::start().await;
    server.link_discord(account::OWNER, "5").await;
    let bot = server.bot().await;
    let data = json!([
        {"flowId": "up", "users": [account::CADET], "userId": "discord:5"},
        {"flowId": "up", "users": [account::NEWCOMER]},
        {"flowId": "up", "users": [account::EXPLORER], "userId": null},
    ]);
    bot.post(PATH, json!({"data": data, "userId": account::CHIEF, "force": true})).await.ok();
    for (number, actor) in [(7, account::OWNER), (8, account::CHIEF), (9, account::CHIEF)] {
        assert_eq!(server.change(number).await.actor.map(|id| id.to_string()).as_deref(), Some(actor));
    }
    force(&bot, "up", &[account::OWNER]).await.ok();
    assert_eq!(server.change(10).await.actor, None);
}

#[tokio::test]
async fn each_change_is_undone_by_what_the_answer_says_of_it() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let answer = force(&bot, "up", &[account::CADET, account::OWNER, account::NEWCOMER]).await;
    let changes = answer.ok()["meta"]["changes"].as_array().expect("changes").clone();
    assert_eq!(changes.len(), 3);
    let by_id = changes[0]["undoId"].as_str().expect("an undo id");
    assert_eq!(
        (&changes[0]["accId"], &changes[2]["accId"]),
        (&json!(account::CADET), &json!(account::NEWCOMER))
    );
    bot.undo(by_id, json!({})).await.ok();
    bot.undo(&changes[2]["changeNumber"], json!({})).await.ok();
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
    assert_eq!(bot.ranks_of(account::NEWCOMER).await, json!([]));
    assert_eq!(bot.ranks_of(account::OWNER).await, json!([rank::OFFICER]));
}

#[tokio::test]
async fn a_request_without_runs_or_users_has_no_results() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    for data in
        [json!([]), json!([{"flowId": "up", "users": []}]), json!([{"flowId": "nonsense", "users": []}])]
    {
        let answer = bot.post(PATH, json!({"data": data})).await;
        assert_eq!((&answer.ok()["data"], &answer.ok()["meta"]["changes"]), (&json!([]), &json!([])));
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_promotion_changes_the_etag_of_the_account() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let path = format!("/v2/community/accounts/{}", account::CADET);
    let seen = bot.get(&path).await.etag().to_owned();
    run(&bot, "up", &[account::CADET]).await.ok();
    assert_ne!(bot.get(&path).await.etag(), seen);
    let late = bot.with("if-match", &seen).set_ranks(account::CADET, json!({"add": ["medic"]})).await;
    late.problem(412, "version-mismatch");
}
