//! Bodies: they are read as JSON whatever the Content-Type is. The answers to bodies that are not JSON or
//! have another shape.

use std::io;

use axum::body::{Body, Bytes};
use futures_util::stream;
use http::Method;
use serde_json::json;

use crate::kit::{Actor, Answer, Server, account, rank};

/// The largest body, in bytes.
const LIMIT: usize = 64 * 1024;

async fn send(actor: &Actor, body: impl Into<Body>) -> Answer {
    actor.send(Method::PATCH, &format!("/v2/community/accounts/{}/ranks", account::CADET), body).await
}

/// Checks that all of these bodies are refused with this problem type, and with the pointer, if one is given.
async fn assert_refused(kind: &str, bodies: &[(&[u8], serde_json::Value)]) {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    for (body, place) in bodies {
        let text = String::from_utf8_lossy(body);
        let answer = send(&bot, body.to_vec()).await;
        assert_eq!(answer.body["type"], format!("/problems/{kind}"), "{text}");
        let errors = &answer.problem(400, kind)["errors"];
        for (name, value) in place.as_object().expect("members of an error") {
            assert_eq!(errors[0][name], *value, "{text}: {errors}");
        }
    }
    assert_eq!(server.written().await, written);
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
}

#[tokio::test]
async fn the_body_is_json_whatever_the_content_type_says() {
    for content_type in
        ["application/x-www-form-urlencoded", "text/plain", "image/png", "application/json", ""]
    {
        let server = Server::start().await;
        let bot = server.bot().await.with("content-type", content_type);
        let answer =
            send(&bot, r#" {"accId": "a0000000-0000-0000-0000-000000000002", "add": ["medic"]} "#).await;
        assert_eq!(*answer.ranks(), json!([rank::CADET, rank::MEDIC]));
    }
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused_with_line_and_column() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let answer = send(&bot, "{\n  \"add\": [\"officer\",]\n}").await;
    answer.problem(400, "invalid-json");
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn every_kind_of_broken_json_is_refused_with_its_place() {
    let at = |line: usize, column: usize| json!({"line": line, "column": column});
    assert_refused(
        "invalid-json",
        &[
            (b"{", at(1, 1)),
            (b"{\"add\"", at(1, 6)),
            (b"{\"add\": [\"officer\"]", at(1, 19)),
            (b"{'add': []}", at(1, 2)),
            (b"{add: []}", at(1, 2)),
            (b"{\"active\": True}", at(1, 12)),
            (b"{\"active\": true,}", at(1, 17)),
            (b"{} {}", at(1, 4)),
            (b"{\"active\": true} trailing", at(1, 18)),
            (b"accId=1&add=officer", at(1, 1)),
            (b"nul", at(1, 3)),
            (b"[1,", at(1, 3)),
            (b"{}\xef\xbb\xbf", at(1, 3)),
            (b"{\"add\": [\"\\ud800\"]}", json!({"line": 1})),
            (b"{\"add\": [\"\\x\"]}", json!({"line": 1})),
            (b"{\"add\": [\"a\nb\"]}", json!({"line": 2})),
            (b"{\"uniqueId\": 1e999, \"add\": [\"officer\"]} }", json!({"line": 1})),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_body_that_is_not_text_is_refused() {
    assert_refused(
        "invalid-json",
        &[
            (b"\xff\xfe{\x00}\x00", json!({"line": 1})),
            (b"{\"add\": [\"\xff\"]}", json!({"line": 1})),
            (b"{\"\xff\": 1, \"add\": [\"officer\"]}", json!({"line": 1})),
            (b"\x1f\x8b\x08\x00", json!({"line": 1})),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_member_that_nobody_reads_must_be_json_all_the_same() {
    assert_refused(
        "invalid-json",
        &[
            (b"{\"x\": nope, \"add\": [\"officer\"]}", json!({"line": 1, "column": 8})),
            (b"{\"x\": 01, \"add\": [\"officer\"]}", json!({"line": 1})),
            (b"{\"x\": [1,], \"add\": [\"officer\"]}", json!({"line": 1})),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_member_that_nobody_reads_must_be_text_all_the_same() {
    assert_refused("invalid-json", &[(b"{\"x\": \"\xff\", \"add\": [\"officer\"]}", json!({"line": 1}))])
        .await;
}

#[tokio::test]
async fn a_member_of_another_type_is_refused_with_its_pointer() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let answer = send(&bot, r#"{"add": ["officer", 2]}"#).await;
    answer.problem(400, "invalid-body");
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn every_member_of_another_type_is_named() {
    let at = |pointer: &str| json!({"pointer": pointer});
    assert_refused(
        "invalid-body",
        &[
            (br#"{"add": [1]}"#, at("/add/0")),
            (br#"{"add": ["officer", null]}"#, at("/add/1")),
            (br#"{"remove": [["officer"]]}"#, at("/remove/0")),
            (br#"{"set": [{"id": "officer"}]}"#, at("/set/0")),
            (br#"{"add": "officer"}"#, at("/add")),
            (br#"{"set": {}}"#, at("/set")),
            (br#"{"remove": false}"#, at("/remove")),
            (br#"{"active": "yes"}"#, at("/active")),
            (br#"{"active": 1}"#, at("/active")),
            (br#"{"active": []}"#, at("/active")),
            (br#"{"accId": 1002}"#, at("/accId")),
            (br#"{"userId": 7}"#, at("/userId")),
            (br#"{"reason": ["why"]}"#, at("/reason")),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_body_that_is_json_but_no_object_is_refused() {
    let whole = json!({"pointer": ""});
    let bodies = ["[{}]", "[[\"officer\"]]", "\"officer\"", "null", "true", "7", "-0.5e3"];
    let bodies: Vec<_> = bodies.iter().map(|body| (body.as_bytes(), whole.clone())).collect();
    assert_refused("invalid-body", &bodies).await;
    let server = Server::start().await;
    insta::assert_json_snapshot!(send(&server.bot().await, "[7]").await.whole());
}

#[tokio::test]
async fn a_member_that_is_given_twice_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let answer = send(&bot, r#"{"add": ["officer"], "add": ["medic"]}"#).await;
    answer.problem(400, "invalid-body");
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
}

#[tokio::test]
async fn no_body_at_all_is_an_empty_object() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for body in ["", " ", "\r\n\t", "[]", "[\n]", "\u{feff}", "\u{feff} []"] {
        send(&bot, body).await.problem(422, "empty-request");
    }
}

#[tokio::test]
async fn a_byte_order_mark_is_skipped() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let answer = send(&bot, "\u{feff}{\"add\": [\"medic\"]}").await;
    assert_eq!(*answer.ranks(), json!([rank::CADET, rank::MEDIC]));
    assert_eq!(
        send(&bot, "\u{feff}{\"add\": 7}").await.problem(400, "invalid-body")["errors"][0]["pointer"],
        "/add"
    );
}

#[tokio::test]
async fn an_empty_table_of_lua_is_an_empty_object_wherever_an_object_is_meant() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let undone = admin.send(Method::POST, "/v2/community/rank-changes/1/undo", "[]").await;
    assert_ne!(undone.body["type"], "/problems/invalid-body", "{}", undone.body);
    let field = json!({"label": "Callsign", "type": "text", "metadata": []});
    admin.put("/v2/community/profile-fields/callsign", field).await.ok();
    let filter = json!({"filter": []});
    let of_array = admin.post("/v2/community/rank-changes/rollback", filter).await;
    let of_object = admin.post("/v2/community/rank-changes/rollback", json!({"filter": {}})).await;
    assert_eq!(of_array.body["detail"], of_object.body["detail"]);
    // An array that holds something is no object.
    for (path, body, place) in [
        (
            "/v2/community/profile-fields/callsign",
            json!({"label": "x", "type": "text", "metadata": [7]}),
            "/metadata",
        ),
        ("/v2/community/rank-changes/rollback", json!({"filter": ["2026-05-01T00:00:00Z"]}), "/filter"),
    ] {
        let method = if place == "/filter" { Method::POST } else { Method::PUT };
        let answer = admin.send(method, path, body.to_string()).await;
        assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], place);
    }
}

#[tokio::test]
async fn a_body_of_64_kib_is_taken_and_one_byte_more_is_not() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let of_size = |size: usize, add: &str| {
        let frame = format!(r#"{{"add":["{add}"],"reasonOfOthers":""}}"#);
        frame.replace("\"\"", &format!("\"{}\"", "x".repeat(size - frame.len())))
    };
    assert_eq!(of_size(LIMIT, "medic").len(), LIMIT);
    send(&bot, of_size(LIMIT - 1, "officer")).await.ok();
    send(&bot, of_size(LIMIT, "medic")).await.ok();
    let written = server.written().await;
    let answer = send(&bot, of_size(LIMIT + 1, "chief")).await;
    answer.problem(413, "body-too-large");
    insta::assert_json_snapshot!(answer.whole());
    bot.send(Method::POST, "/v2/community/rank-changes/7/undo", of_size(LIMIT + 1, "x"))
        .await
        .problem(413, "body-too-large");
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_however_it_arrives() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let chunks = (0..65).map(|_| Ok::<_, io::Error>(Bytes::from(vec![b' '; 1024])));
    send(&bot, Body::from_stream(stream::iter(chunks))).await.problem(413, "body-too-large");
}

#[tokio::test]
async fn a_body_that_is_cut_short_changes_nothing() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    let chunks = [Ok(Bytes::from(r#"{"add": ["officer"]}"#)), Err(io::Error::other("connection reset"))];
    let answer = send(&bot, Body::from_stream(stream::iter(chunks))).await;
    answer.problem(400, "invalid-json");
    assert!(!answer.body.to_string().contains("connection reset"));
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn deep_nesting_harms_nobody() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let deep =
        |open: &str, close: &str, times: usize| format!("{}{}", open.repeat(times), close.repeat(times));
    send(&bot, format!(r#"{{"add":{}}}"#, deep("[", "]", 30_000))).await.problem(400, "invalid-body");
    send(&bot, deep("[", "]", 30_000)).await.problem(400, "invalid-body");
    send(&bot, "[".repeat(60_000)).await.problem(400, "invalid-json");
    send(&bot, r#"{"a":"#.repeat(10_000)).await.problem(400, "invalid-json");
    send(&bot, format!(r#"{{"x":{},"add":["medic"]}}"#, deep("[", "]", 30_000))).await.ok();
}

#[tokio::test]
async fn a_body_full_of_unknown_ranks_is_answered() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let names: Vec<_> = (0..5000).map(|index| format!("r{index}")).collect();
    let answer = bot.set_ranks(account::CADET, json!({"add": names})).await;
    let errors = answer.problem(422, "unknown-rank")["errors"].as_array().expect("errors");
    assert_eq!(errors.len(), 5000);
}

#[tokio::test]
async fn a_body_announced_as_too_large_is_not_waited_for() {
    let server = Server::start().await;
    let bot = server.bot().await.with("content-length", "9999999999");
    send(&bot, "{").await.problem(413, "body-too-large");
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_given_up() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let written = server.written().await;
    let never =
        axum::body::Body::from_stream(futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let path = format!("/v2/community/accounts/{}/ranks", account::CADET);
    let answer = bot.send(http::Method::PATCH, &path, never).await;
    answer.problem(408, "body-too-slow");
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_reason_that_could_garble_a_terminal_is_refused() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for reason in ["\u{1b}[2J", "a\u{0}b", "turned \u{202e}around", &"x".repeat(501)] {
        let answer = bot.set_ranks(account::CADET, json!({"add": ["officer"], "reason": reason})).await;
        assert_eq!(answer.problem(400, "invalid-body")["errors"][0]["pointer"], "/reason");
    }
    let lines = "two\nlines, and \u{e4}\u{1f600}";
    bot.set_ranks(account::CADET, json!({"add": ["officer"], "reason": lines})).await.ok();
    assert_eq!(server.change(7).await.reason.as_deref(), Some(lines));
}
