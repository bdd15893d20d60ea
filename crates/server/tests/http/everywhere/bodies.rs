//! Bodies that no endpoint accepts.

use serde_json::json;

use super::{call_with, with_bodies};
use crate::kit::{ENDPOINTS, Server, account};

/// Size of the largest body, in bytes.
const LIMIT: usize = 64 * 1024;

#[tokio::test]
async fn a_body_that_is_not_json_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let written = server.written().await;
    for endpoint in with_bodies() {
        let trailing = format!("{} {{}}", endpoint.body);
        let broken = endpoint.body.replacen('{', "{\"x\": nope, ", 1);
        for body in ["{", "}", "{'a': 1}", "a=1&b=2", "nul", &trailing, &broken] {
            let answer = admin.send(endpoint.method.clone(), endpoint.path, body.to_owned()).await;
            assert_eq!(answer.status, 400, "{} {body}", endpoint.operation_id);
            answer.problem(400, "invalid-json");
        }
        for bytes in [b"{\"x\": \"\xff\"}".to_vec(), b"\x1f\x8b\x08".to_vec()] {
            let answer = admin.send(endpoint.method.clone(), endpoint.path, bytes).await;
            answer.problem(400, "invalid-json");
        }
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_text_that_no_database_takes_is_refused_and_its_place_is_named() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let written = server.written().await;
    for endpoint in with_bodies() {
        for (value, pointer) in [
            (json!("discord:\0"), "/note"),
            (json!([{"a/b": ["fine", "\0"]}]), "/note/0/a~1b/1"),
            (json!({"\0": 1}), "/note/\u{FFFD}"),
        ] {
            let answer = call_with(&admin, endpoint, "note", value).await;
            let problem = answer.problem(400, "invalid-body");
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{}", endpoint.operation_id);
            assert!(answer.sentence().contains("U+0000"), "{problem}");
        }
    }
    let body = json!({"add": ["officer"], "userId": "discord:\0"});
    let problem = admin.set_ranks(account::CADET, body).await;
    assert_eq!(problem.problem(400, "invalid-body")["errors"][0]["pointer"], "/userId");
    assert_eq!(server.written().await, written);
    // A backslash and some letters.
    admin.set_ranks(account::CADET, json!({"add": ["officer"], "reason": "\\u0000"})).await.ok();
}

#[tokio::test]
async fn a_body_that_is_json_but_no_object_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let written = server.written().await;
    for endpoint in with_bodies() {
        let listed = format!("[{}]", endpoint.body);
        for body in ["[{}]", "null", "true", "7", "\"text\"", &listed] {
            let answer = admin.send(endpoint.method.clone(), endpoint.path, body.to_owned()).await;
            assert_eq!(answer.body["errors"][0]["pointer"], "", "{} {body}", endpoint.operation_id);
            answer.problem(400, "invalid-body");
        }
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_member_that_is_given_twice_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let written = server.written().await;
    for endpoint in with_bodies() {
        for (name, value) in endpoint.members().into_iter().flatten() {
            let twice = endpoint.body.replacen('{', &format!("{{\"{name}\": {value}, "), 1);
            let answer = admin.send(endpoint.method.clone(), endpoint.path, twice).await;
            assert_eq!(answer.status, 400, "{} {name}", endpoint.operation_id);
            answer.problem(400, "invalid-body");
        }
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let written = server.written().await;
    for endpoint in with_bodies() {
        let filler = "x".repeat(LIMIT);
        call_with(&admin, endpoint, "filler", json!(filler)).await.problem(413, "body-too-large");
        let announced = admin.with("content-length", "9999999999");
        announced.call(endpoint).await.problem(413, "body-too-large");
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_body_is_of_no_account_where_none_is_taken() {
    let huge = "x".repeat(LIMIT + 1);
    for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.body.is_empty()) {
        let server = Server::start().await;
        let admin = server.admin().await;
        server.bot().await;
        let body = if endpoint.method == "DELETE" { "}{" } else { &huge };
        admin.send(endpoint.method.clone(), endpoint.path, body.to_owned()).await.success();
    }
}

#[tokio::test]
async fn no_body_is_as_good_as_an_empty_object() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for endpoint in with_bodies() {
        let empty = admin.send(endpoint.method.clone(), endpoint.path, "{}").await;
        for body in ["", " \r\n", "[]", " [ ] ", "\u{feff}", "\u{feff}{}", "\u{feff}[]"] {
            let answer = admin.send(endpoint.method.clone(), endpoint.path, body).await;
            // The second of the two requests may need no change, or meet a conflict.
            assert_eq!(answer.status == 400, empty.status == 400, "{}", endpoint.operation_id);
            assert!(answer.status.as_u16() < 500, "{}", endpoint.operation_id);
        }
    }
}
