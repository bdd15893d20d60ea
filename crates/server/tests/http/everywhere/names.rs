//! Names and short keys: the characters that they may have, at every endpoint that takes one.

use rankledger_domain::name::normalized;
use serde_json::{Value, json};

use super::with_bodies;
use crate::kit::{Actor, Answer, Endpoint, Server, rank};

/// Members that are names.
const NAMES: [&str; 6] = ["name", "newName", "label", "labelTwo", "labelFrom", "labelTo"];

/// Members that are words.
const WORDS: [&str; 3] = ["key", "shortCode", "melonlyId"];

/// Returns every endpoint with each of these members that it takes.
fn places(members: &[&'static str]) -> Vec<(&'static Endpoint, &'static str)> {
    let all = with_bodies().flat_map(|endpoint| members.iter().map(move |member| (endpoint, *member)));
    all.filter(|(endpoint, member)| endpoint.members().is_some_and(|body| body.contains_key(*member)))
        .collect()
}

/// Calls an endpoint with this value for the member, and without the members that must be unique.
async fn call(actor: &Actor, endpoint: &Endpoint, member: &str, value: &str) -> Answer {
    let mut body = endpoint.members().expect("a body");
    for once in ["key", "accId", "uniqueId", "identifiers"] {
        body.remove(once);
    }
    body.insert(member.to_owned(), json!(value));
    actor.send(endpoint.method.clone(), endpoint.path, Value::from(body).to_string()).await
}

/// Returns every text in a value.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        Value::Object(members) => members.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn a_name_is_kept_as_it_was_sent_but_for_how_its_accents_are_composed() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let longest = "\u{1f46e}".repeat(128);
    for (endpoint, member) in places(&NAMES) {
        for name in
            ["x", " a  b ", "Zoë", "Zoe\u{308}", "ﬁ", "李小龍", "علي", "👩‍👩‍👧", "<b>\\\"%00'--", &longest]
        {
            let answer = call(&admin, endpoint, member, name).await;
            let kept = texts(&answer.ok()["data"]).iter().any(|text| text.ends_with(&normalized(name)));
            assert!(kept, "{} {member} {name}: {}", endpoint.operation_id, answer.body);
        }
    }
}

#[tokio::test]
async fn a_name_that_cannot_be_shown_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let written = server.written().await;
    let too_long = "\u{1f46e}".repeat(129);
    for (endpoint, member) in places(&NAMES) {
        for name in [
            "",
            " \u{a0}",
            "\u{200b}\u{feff}",
            "a\nb",
            "a\u{0}b",
            "\u{1b}[31m",
            "a\u{85}",
            "a\u{202e}b",
            "\u{2067}a",
            &too_long,
        ] {
            let answer = call(&admin, endpoint, member, name).await;
            let pointer = &answer.body["errors"][0]["pointer"];
            assert_eq!(*pointer, format!("/{member}"), "{} {name:?}: {}", endpoint.operation_id, answer.body);
            answer.problem(400, "invalid-body");
        }
    }
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_word_is_kept_as_it_was_sent() {
    for (endpoint, member) in places(&WORDS) {
        for word in ["x", "Zoe\u{308}", "a/b?c#d", "١٢٣", "42", &"\u{1f46e}".repeat(64)] {
            let server = Server::start().await;
            let answer = call(&server.admin().await, endpoint, member, word).await;
            let spelling = if member == "key" { normalized(word) } else { word.to_owned() };
            let kept = texts(&answer.ok()["data"]).contains(&spelling.as_str());
            // The answer to a promotion flow is as documented, without its key.
            let is_flow = endpoint.operation_id.ends_with("PromotionFlow");
            assert!(kept || is_flow, "{} {member} {word}: {}", endpoint.operation_id, answer.body);
        }
    }
}

#[tokio::test]
async fn a_word_with_white_space_or_without_anything_to_see_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let written = server.written().await;
    for (endpoint, member) in places(&WORDS) {
        let too_long = "x".repeat(65);
        let mut words =
            vec!["", " ", "two words", "a\u{a0}b", "a\tb", "\u{200b}", "a\u{0}", "a\u{202e}b", &too_long];
        if member == "key" {
            words.push(rank::CADET);
        }
        for word in words {
            let answer = call(&admin, endpoint, member, word).await;
            let pointer = &answer.body["errors"][0]["pointer"];
            assert_eq!(*pointer, format!("/{member}"), "{} {word:?}: {}", endpoint.operation_id, answer.body);
            answer.problem(400, "invalid-body");
        }
    }
    assert_eq!(server.written().await, written);
}
