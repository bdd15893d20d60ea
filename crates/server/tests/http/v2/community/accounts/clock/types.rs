//! `type` of `POST /v2/community/accounts/{accountId}/clock`: the kinds of duty.

use std::time::Duration;

use serde_json::json;

use super::{clock, open, rows};
use crate::kit::{Server, account};

#[tokio::test]
async fn a_type_is_named_by_its_id_or_its_label() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for kind in ["training", "Training Day", "TRAINING day"] {
        let answer = clock(&bot, account::OFFICER, json!({"forceClockIn": true, "type": kind})).await;
        assert_eq!(answer.ok()["data"]["type"], "training", "{kind}");
    }
}

#[tokio::test]
async fn a_type_that_is_not_there_is_refused_with_those_there_are() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    for intention in ["in", "out"] {
        for kind in ["holiday", "patrol ", "Training", " ", "%"] {
            let answer = clock(&bot, account::OFFICER, json!({"intention": intention, "type": kind})).await;
            let refusal = if kind == " " { (400, "invalid-body") } else { (422, "unknown-clockin-type") };
            assert_eq!(answer.problem(refusal.0, refusal.1)["errors"][0]["pointer"], "/type");
        }
    }
    insta::assert_json_snapshot!(clock(&bot, account::OFFICER, json!({"type": "holiday"})).await.whole());
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_type_that_could_garble_a_terminal_is_refused() {
    let server = Server::start().await;
    let neighbour = server.neighbours_bot().await;
    for kind in ["\u{1b}[2J", "a\u{202e}b", "a\nb", &"x".repeat(129)] {
        let answer = clock(&neighbour, account::NEIGHBOUR, json!({"type": kind})).await;
        assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], "/type");
    }
}

#[tokio::test]
async fn in_on_another_type_closes_the_row_and_opens_one_of_that_type() {
    let server = Server::start().await;
    let bot = server.bot().await;
    clock(&bot, account::OFFICER, json!({"intention": "in", "type": "patrol"})).await.ok();
    server.advance(Duration::from_mins(10));
    let same = clock(&bot, account::OFFICER, json!({"intention": "in", "type": "Patrol"})).await;
    assert_eq!(same.ok()["data"], true);
    let other = clock(&bot, account::OFFICER, json!({"intention": "in", "type": "training"})).await;
    assert_eq!(other.ok()["data"]["type"], "training");
    let rows = rows(&bot, account::OFFICER).await;
    assert_eq!((rows.len(), &rows[0]["endTime"]), (2, &other.ok()["data"]["startTime"]));
    // Without a type, any type is fine.
    assert_eq!(clock(&bot, account::OFFICER, json!({"intention": "in"})).await.ok()["data"], true);
    assert_eq!(open(&bot, account::OFFICER).await.as_deref(), Some("training"));
}

#[tokio::test]
async fn whoever_is_in_on_any_type_is_clocked_out_by_a_toggle() {
    let server = Server::start().await;
    let bot = server.bot().await;
    clock(&bot, account::OFFICER, json!({"type": "training"})).await.ok();
    let out = clock(&bot, account::OFFICER, json!({"type": "patrol"})).await;
    assert_eq!(
        (&out.ok()["data"]["type"], &out.ok()["data"]["completed"]),
        (&json!("training"), &json!(true))
    );
}

#[tokio::test]
async fn a_community_that_has_defined_no_types_takes_any() {
    let server = Server::start().await;
    let neighbour = server.neighbours_admin().await;
    let usual = clock(&neighbour, account::NEIGHBOUR, json!({})).await;
    assert_eq!(usual.ok()["data"]["type"], "regular");
    let any = clock(&neighbour, account::NEIGHBOUR, json!({"intention": "in", "type": "Night Wätch"})).await;
    assert_eq!(any.ok()["data"]["type"], "Night Wätch");
    neighbour.put("/v2/community/clockin-types/watch", json!({"label": "Watch"})).await.ok();
    let gone =
        clock(&neighbour, account::NEIGHBOUR, json!({"forceClockIn": true, "type": "Night Wätch"})).await;
    gone.problem(422, "unknown-clockin-type");
    let first = clock(&neighbour, account::NEIGHBOUR, json!({"forceClockIn": true})).await;
    assert_eq!(first.ok()["data"]["type"], "watch");
}

#[tokio::test]
async fn a_row_of_a_type_that_was_removed_is_closed_like_any_other() {
    let server = Server::start().await;
    let (bot, admin) = (server.bot().await, server.admin().await);
    clock(&bot, account::OFFICER, json!({"type": "training"})).await.ok();
    admin.delete("/v2/community/clockin-types/training").await.ok();
    let out = clock(&bot, account::OFFICER, json!({"intention": "out"})).await;
    assert_eq!(out.ok()["data"]["type"], "training");
}
