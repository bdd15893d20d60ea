//! Trigger Promotion Flows, by v1: every request object is a flow and its users.

use rankledger_domain::rank_change::Source;
use serde_json::{Value, json};

use crate::kit::{Server, account, rank};

/// Returns a run of the flow from cadet to officer.
fn run(users: &[&str], promote: bool) -> Value {
    json!({"flowId": "up", "users": users, "promote": promote, "userId": "100000000000000004"})
}

#[tokio::test]
async fn a_bot_runs_a_flow_and_reads_what_became_of_it() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    let answer = bot.call("TRIGGER_PROMOTION_FLOWS", json!([run(&["1002", "nobody"], true)])).await;
    insta::assert_json_snapshot!(answer.legacy_json());
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::OFFICER]));
    let change = server.change(7).await;
    assert_eq!(change.source, Source::Flow);
    assert_eq!(change.actor.map(|actor| actor.to_string()).as_deref(), Some(account::CHIEF));
    v2.undo(7, json!({})).await.ok();
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
}

#[tokio::test]
async fn the_runs_arrive_as_an_array_or_as_an_object_with_numbers_for_keys() {
    for data in [
        json!([run(&["1003"], false), run(&["1002"], true)]),
        json!({"0": run(&["1003"], false), "1": run(&["1002"], true)}),
    ] {
        let server = Server::start().await;
        let (bot, _) = server.legacy().await;
        let answer = bot.call("TRIGGER_PROMOTION_FLOWS", data).await;
        let results = answer.legacy_json().as_array().expect("results");
        let users: Vec<_> = results.iter().map(|result| &result["users"][0]).collect();
        assert_eq!(users, [&json!(account::OFFICER), &json!(account::CADET)]);
        assert!(results.iter().all(|result| result["succeeded"] == true), "{}", answer.text);
    }
}

#[tokio::test]
async fn more_than_ten_runs_by_number_keep_their_order() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let runs = (0..12).map(|index: usize| (index.to_string(), run(&["1002"], index.is_multiple_of(2))));
    let data = Value::Object(runs.collect());
    let answer = bot.call("TRIGGER_PROMOTION_FLOWS", data).await;
    let results = answer.legacy_json().as_array().expect("results");
    let promote: Vec<_> = results.iter().map(|result| result["promote"] == true).collect();
    assert_eq!(promote, (0..12).map(|index: usize| index.is_multiple_of(2)).collect::<Vec<_>>());
    assert!(results.iter().all(|result| result["succeeded"] == true), "{}", answer.text);
}

#[tokio::test]
async fn a_single_run_may_stand_by_itself() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let answer = bot.call("TRIGGER_PROMOTION_FLOWS", run(&["ärwin cadet"], true)).await;
    assert_eq!(answer.legacy_json()[0]["succeeded"], true);
    let members: Vec<_> = answer.body[0].as_object().expect("a result").keys().collect();
    assert_eq!(members, ["users", "flow", "promote", "succeeded", "message"]);
}

#[tokio::test]
async fn no_run_has_no_result() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let written = server.written().await;
    for data in [json!([]), json!(null), json!([run(&[], true)])] {
        assert_eq!(*bot.call("TRIGGER_PROMOTION_FLOWS", data).await.legacy_json(), json!([]));
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn what_is_refused_for_one_stops_no_other() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let unknown = json!({"flowId": "no-such-flow", "users": ["1002"]});
    let by_officer = json!({"flowId": "up", "users": ["1004"], "userId": "100000000000000003"});
    let data = json!([unknown, by_officer, run(&["1006", "1002"], true)]);
    let answer = bot.call("TRIGGER_PROMOTION_FLOWS", data).await;
    let results = answer.legacy_json().as_array().expect("results");
    let succeeded: Vec<_> = results.iter().map(|result| result["succeeded"] == true).collect();
    assert_eq!(succeeded, [false, false, false, true], "{}", answer.text);
}

#[tokio::test]
async fn a_run_of_another_shape_is_refused_with_its_place_and_none_is_run() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let written = server.written().await;
    for (second, place) in [
        (json!({"users": ["1002"]}), "/data/1 "),
        (json!({"flowId": "up"}), "/data/1 "),
        (json!({"flowId": "up", "users": "1002"}), "/data/1/users "),
        (json!({"flowId": 1, "users": ["1002"]}), "/data/1/flowId "),
        (json!("up"), "/data/1 "),
        (json!(null), "/data/1 "),
    ] {
        let answer = bot.call("TRIGGER_PROMOTION_FLOWS", json!([run(&["1002"], true), second])).await;
        assert!(answer.legacy_refusal(400).starts_with(place), "{}", answer.text);
    }
    assert_eq!(server.written().await, written);
}
