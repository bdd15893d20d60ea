//! Paths: unknown paths, wrong methods, and malformed parts of a path.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use uuid::Uuid;

use crate::kit::{ENDPOINTS, Endpoint, Server};

/// Returns the path without its query.
fn bare(endpoint: &Endpoint) -> &'static str {
    endpoint.path.split('?').next().unwrap_or_default()
}

/// Returns the endpoints whose path has a UUID, each with its path in which `text` replaces the UUID.
fn with_another_id(text: &str) -> Vec<(&'static Endpoint, String)> {
    let is_id = |part: &str| Uuid::parse_str(part).is_ok();
    let named = ENDPOINTS.iter().filter(|endpoint| bare(endpoint).split('/').any(is_id));
    let put = |part: &str| if is_id(part) { text.to_owned() } else { part.to_owned() };
    named
        .map(|endpoint| (endpoint, bare(endpoint).split('/').map(put).collect::<Vec<_>>().join("/")))
        .collect()
}

/// Returns the endpoints whose path has a word in one of its last two parts, each with its path in which
/// `text` replaces the word.
fn with_another_word(text: &str) -> Vec<(&'static Endpoint, String)> {
    let words = ["/medic", "/shift", "/training", "/up"];
    let named = ENDPOINTS.iter().filter_map(|endpoint| {
        let word = words.iter().find(|word| format!("{}/", bare(endpoint)).contains(&format!("{word}/")))?;
        Some((endpoint, bare(endpoint).replacen(word, &format!("/{text}"), 1)))
    });
    named.collect()
}

#[tokio::test]
async fn a_slash_at_the_end_makes_another_path_which_is_not_there() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let written = server.written().await;
    for endpoint in ENDPOINTS.iter() {
        let path = format!("{}/", bare(endpoint));
        let answer = admin.send(endpoint.method.clone(), &path, endpoint.body).await;
        assert_ne!(answer.status, 200, "{} {path}", endpoint.method);
        // With an empty last part, the path may be that of another endpoint.
        if answer.body["type"] != "/problems/invalid-path" && answer.status != 405 {
            answer.problem(404, "not-found");
        }
        let capitals = bare(endpoint).replacen("/v2/community", "/V2/Community", 1);
        let answer = admin.send(endpoint.method.clone(), &capitals, endpoint.body).await;
        answer.problem(404, "not-found");
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn another_method_is_refused_with_those_there_are() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut paths: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for endpoint in ENDPOINTS.iter() {
        let methods = paths.entry(bare(endpoint)).or_default();
        methods.insert(endpoint.method.as_str());
        if endpoint.method == Method::GET {
            methods.insert("HEAD");
        }
    }
    for (path, methods) in paths {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] {
            if methods.contains(method) {
                continue;
            }
            let method = method.parse::<Method>().expect("a method");
            let answer = admin.send(method, path, "{}").await;
            answer.problem(405, "method-not-allowed");
            let allowed = answer.header("allow").expect("Allow").split(',').map(str::trim);
            assert_eq!(allowed.collect::<BTreeSet<_>>(), methods, "{path}");
        }
    }
}

#[tokio::test]
async fn an_id_that_is_no_uuid_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let written = server.written().await;
    for id in [
        "1002x",
        "me.",
        "%20",
        "%00",
        "%FF",
        "%",
        "..%2F..",
        "%E2%80%AE",
        "'%20OR%201=1--",
        &"x".repeat(5000),
    ] {
        for (endpoint, path) in with_another_id(id) {
            let answer = admin.send(endpoint.method.clone(), &path, endpoint.body).await;
            assert_eq!(answer.status, 400, "{} {path}: {}", endpoint.method, answer.body);
            answer.problem(400, "invalid-path");
        }
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn an_id_that_names_nothing_is_not_found() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let written = server.written().await;
    for (endpoint, path) in with_another_id("c0000000-0000-0000-0000-000000000001") {
        let body = endpoint
            .body
            .replace("a0000000-0000-0000-0000-000000000002", "c0000000-0000-0000-0000-000000000001");
        // This endpoint creates the item if the id, which the client chooses, is unknown.
        if endpoint.operation_id == "defineCustomLogType" {
            continue;
        }
        let answer = admin.send(endpoint.method.clone(), &path, body).await;
        assert_eq!(answer.status, 404, "{} {path}: {}", endpoint.method, answer.body);
        assert_ne!(answer.body["type"], "/problems/not-found");
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn an_id_is_read_in_any_spelling() {
    for endpoint in ENDPOINTS.iter() {
        let is_id = |part: &str| Uuid::parse_str(part).is_ok();
        if !bare(endpoint).split('/').any(is_id) {
            continue;
        }
        let upper = |part: &str| if is_id(part) { part.to_uppercase() } else { part.to_owned() };
        let first = |part: &str| match part.chars().next() {
            Some(first) if is_id(part) => format!("%{:02x}{}", u32::from(first), &part[1..]),
            _ => part.to_owned(),
        };
        let parts = bare(endpoint).split('/');
        for path in [parts.clone().map(upper).collect::<Vec<_>>(), parts.map(first).collect()] {
            let server = Server::start().await;
            let admin = server.admin().await;
            server.bot().await;
            admin.send(endpoint.method.clone(), &path.join("/"), endpoint.body).await.success();
        }
    }
}

#[tokio::test]
async fn a_word_is_percent_decoded() {
    for endpoint in ENDPOINTS.iter() {
        let path = bare(endpoint)
            .replace("/medic", "/%6dedic")
            .replace("/shift", "/shif%74")
            .replace("/up", "/%75p");
        if path != bare(endpoint) {
            let server = Server::start().await;
            server.admin().await.send(endpoint.method.clone(), &path, endpoint.body).await.ok();
        }
    }
}

#[tokio::test]
async fn a_word_that_is_none_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let written = server.written().await;
    for word in ["%20", "two%20words", "%00", "%FF", "%E2%80%AE", "%E2%80%8B", "%0A", &"x".repeat(65)] {
        let all = with_another_word(word);
        assert_eq!(all.len(), 10);
        for (endpoint, path) in all {
            let answer = admin.send(endpoint.method.clone(), &path, endpoint.body).await;
            assert_eq!(answer.status, 400, "{} {path}: {}", endpoint.method, answer.body);
            answer.problem(400, "invalid-path");
        }
    }
    assert_eq!(server.written().await, written);
}
