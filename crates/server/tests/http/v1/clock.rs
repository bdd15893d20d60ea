//! Time on duty, by v1.

use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::{Legacy, Server, account};

/// Clocks the officer in or out, with both flags, as clients send them. Returns the clock row.
async fn clock(bot: &Legacy, force_in: bool, force_out: bool, kind: Option<&str>) -> Value {
    let mut object = json!({"accId": account::OFFICER, "forceClockIn": force_in, "forceClockOut": force_out});
    if let Some(kind) = kind {
        object["type"] = json!(kind);
    }
    bot.call("CLOCK_IN_OUT", json!([object])).await.legacy_json().clone()
}

/// Returns the open clock row of the officer.
async fn current(bot: &Legacy) -> Value {
    let answer = bot.call("GET_CURRENT_CLOCK_IN", json!([{"accId": account::OFFICER}])).await;
    answer.legacy_json().clone()
}

#[tokio::test]
async fn an_account_without_flags_is_clocked_in_and_then_out() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let row = clock(&bot, false, false, None).await;
    assert_eq!(row, current(&bot).await, "the row as JSON");
    assert_eq!(row["completed"], false, "in");
    let out = clock(&bot, false, false, None).await;
    assert_eq!((&out["completed"], &out["id"]), (&json!(true), &row["id"]), "out");
    assert_eq!(clock(&bot, false, false, Some("training")).await["type"], "training");
}

#[tokio::test]
async fn an_account_is_clocked_in_and_out_by_force() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    assert_eq!(clock(&bot, false, true, None).await, json!({"completed": true}), "it has never been in");
    let first = clock(&bot, true, false, None).await;
    let second = clock(&bot, true, false, Some("Training Day")).await;
    assert_ne!(second["id"], first["id"], "a new row is begun");
    let out = clock(&bot, false, true, None).await;
    assert_eq!((&out["completed"], &out["id"]), (&json!(true), &second["id"]));
    server.advance(Duration::from_mins(10));
    assert_eq!(clock(&bot, false, true, None).await, out, "it is so already");
}

#[tokio::test]
async fn a_request_that_wants_both_or_an_unknown_type_changes_nothing() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let both = json!({"accId": account::OFFICER, "forceClockIn": true, "forceClockOut": true});
    let answer = bot.call("CLOCK_IN_OUT", json!([both])).await;
    assert_eq!(
        answer.legacy_refusal(400),
        "/forceClockOut is not as it should be: forceClockIn is true as well: choose one."
    );
    let unknown = json!({"accId": account::OFFICER, "type": "holiday"});
    let answer = bot.call("CLOCK_IN_OUT", json!([unknown])).await;
    assert!(answer.legacy_refusal(400).contains("\"holiday\""), "{}", answer.text);
    let answer = bot.call("CLOCK_IN_OUT", json!([{"accId": account::OFFICER, "forceClockIn": "yes"}])).await;
    assert!(answer.legacy_refusal(400).starts_with("/data/0/forceClockIn "), "{}", answer.text);
    let now = bot.call("GET_CURRENT_CLOCK_IN", json!([{"accId": account::OFFICER}])).await;
    assert_eq!(now.legacy_text(), "Not Clocked In");
}

#[tokio::test]
async fn an_account_that_is_banned_or_archived_is_not_clocked_in() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    for (account, word) in [(account::BANNED, "banned"), (account::ARCHIVED, "archived")] {
        let answer = bot.call("CLOCK_IN_OUT", json!([{"accId": account, "forceClockIn": true}])).await;
        assert!(answer.legacy_refusal(400).contains(word), "{}", answer.text);
        bot.call("CLOCK_IN_OUT", json!([{"accId": account, "forceClockOut": true}])).await.legacy_json();
    }
}

#[tokio::test]
async fn a_bot_reads_the_open_clock_row_from_an_array_or_a_bare_object() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    for data in [json!([{"uniqueId": 1003}]), json!({"uniqueId": 1003}), json!({"0": {"uniqueId": 1003}})] {
        let answer = bot.call("GET_CURRENT_CLOCK_IN", data).await;
        assert_eq!(answer.legacy_text(), "Not Clocked In");
    }
    clock(&bot, false, false, Some("training")).await;
    for data in [json!([{"uniqueId": 1003}]), json!({"uniqueId": 1003}), json!({"0": {"uniqueId": 1003}})] {
        let answer = bot.call("GET_CURRENT_CLOCK_IN", data).await;
        insta::assert_json_snapshot!("the_open_clock_row", answer.legacy_json());
        let path = format!("/v2/community/accounts/{}/clock/current", account::OFFICER);
        assert_eq!(*answer.legacy_json(), v2.get(&path).await.ok()["data"]);
    }
}

#[tokio::test]
async fn a_bot_reads_the_newest_clock_rows_newest_first() {
    let server = Server::start().await;
    let (bot, v2) = server.legacy().await;
    for kind in ["patrol", "training", "patrol", "training"] {
        clock(&bot, false, false, Some(kind)).await;
        server.advance(Duration::from_mins(10));
        clock(&bot, false, false, None).await;
        server.advance(Duration::from_mins(10));
    }
    for (object, query, rows) in [
        (json!({"type": "clockin"}), "", 3),
        (json!({}), "", 3),
        (json!({"type": ""}), "", 3),
        (json!({"type": "clockin", "clockInType": "patrol"}), "?clockInType=patrol", 2),
        (json!({"type": "clockin", "clockInType": "", "serverId": null}), "", 3),
        (json!({"type": "activity"}), "?type=activity", 0),
        (json!({"type": "activity", "serverId": 1}), "?type=activity&serverId=1", 0),
        (json!({"type": "activity", "serverId": "2"}), "?type=activity&serverId=2", 0),
        (json!({"type": "activity", "serverId": ""}), "?type=activity", 0),
    ] {
        let mut object = object;
        object["accId"] = json!(account::OFFICER);
        let answer = bot.call("GET_LATEST_ACTIVITY", json!([object])).await;
        let path = format!("/v2/community/accounts/{}/activity/latest{query}", account::OFFICER);
        assert_eq!(*answer.legacy_json(), v2.get(&path).await.ok()["data"], "{object}");
        assert_eq!(answer.body.as_array().map(Vec::len), Some(rows), "{object}");
    }
    let answer = bot.call("GET_LATEST_ACTIVITY", json!([{"accId": account::CADET, "type": "clockin"}])).await;
    insta::assert_json_snapshot!(answer.legacy_json());
}

#[tokio::test]
async fn a_bot_that_asks_for_activity_of_no_such_kind_is_refused() {
    let server = Server::start().await;
    let (bot, _) = server.legacy().await;
    let of = |name: &str, value: Value| json!([{"accId": account::CADET, name: value}]);
    let answer = bot.call("GET_LATEST_ACTIVITY", of("type", json!("forms"))).await;
    assert_eq!(
        answer.legacy_refusal(400),
        "/data/0/type is not as it should be: it must be \"clockin\" or \"activity\"."
    );
    for server_id in [json!("main"), json!(-1), json!(1.5), json!("99999999999999999999")] {
        let answer = bot.call("GET_LATEST_ACTIVITY", of("serverId", server_id)).await;
        assert_eq!(
            answer.legacy_refusal(400),
            "/data/0/serverId is not as it should be: it must be the number of a server."
        );
    }
    let answer = bot.call("GET_LATEST_ACTIVITY", of("serverId", json!([1]))).await;
    assert!(answer.legacy_refusal(400).starts_with("/data/0/serverId "), "{}", answer.text);
}
