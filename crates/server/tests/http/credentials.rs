//! Authentication: every way in which a credential can be missing, wrong or expired (401), and the scopes
//! (403).

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::json;

use crate::kit::{ENDPOINTS, Server, account};

/// A key whose checksum is right, but of which no credential exists.
const UNKNOWN_KEY: &str = "an-adopted-key-of-somebody-else";

const CHALLENGE: &str = "Bearer realm=\"rankledger\"";
const INVALID_TOKEN: &str = "Bearer realm=\"rankledger\", error=\"invalid_token\"";

#[tokio::test]
async fn a_stranger_is_asked_for_a_credential_at_every_endpoint() {
    let server = Server::start().await;
    let written = server.written().await;
    for endpoint in ENDPOINTS.iter() {
        let answer = server.stranger().call(endpoint).await;
        answer.problem(401, "missing-credential");
        assert_eq!(answer.header("www-authenticate"), Some(CHALLENGE));
    }
    assert_eq!(server.written().await, written);
    // A fixed request id, so that the snapshot does not depend on the number of endpoints.
    let stranger = server.stranger().with("x-request-id", "00000000-0000-7000-8000-000000000040");
    insta::assert_json_snapshot!(stranger.get("/v2/community").await.whole());
}

#[tokio::test]
async fn a_stranger_is_told_nothing_of_accounts_and_bodies() {
    let server = Server::start().await;
    let stranger = server.stranger();
    stranger.set_ranks(account::NOBODY, json!([])).await.problem(401, "missing-credential");
    stranger.set_ranks("me", json!({"add": 1})).await.problem(401, "missing-credential");
    stranger.undo("x", json!("y".repeat(70_000))).await.problem(401, "missing-credential");
}

#[tokio::test]
async fn another_scheme_or_half_a_header_is_refused() {
    let server = Server::start().await;
    for header in ["Basic Ym90OnNlY3JldA==", "Token abc", "Bearer", "ApiKey", "", "Bearer\u{e4} x"] {
        let answer = server.stranger().with("authorization", header).get("/v2/community").await;
        answer.problem(401, "malformed-credential");
        assert_eq!(answer.header("www-authenticate"), Some(INVALID_TOKEN), "{header:?}");
    }
    let basic = server.stranger().with("authorization", "Basic Ym90OnNlY3JldA==").get("/v2/community").await;
    insta::assert_json_snapshot!(basic.whole());
}

#[tokio::test]
async fn of_two_authorization_headers_none_is_taken() {
    let server = Server::start().await;
    let twice = server.bot().await.with_also("authorization", "Bearer another-key-altogether");
    let problem = twice.get("/v2/community").await;
    assert!(
        problem.problem(401, "malformed-credential")["detail"]
            .as_str()
            .is_some_and(|why| why.contains("one"))
    );
}

#[tokio::test]
async fn a_key_that_lost_a_part_is_told_from_an_unknown_one() {
    let server = Server::start().await;
    let whole = server.bot_key().await;
    server.holder_of(&whole).get("/v2/community").await.ok();
    let cut = &whole[..whole.len() - 1];
    let swapped = whole.replacen("rlk_a", "rlk_b", 1);
    assert_ne!(swapped, whole);
    for key in
        [cut, &swapped, &whole.to_uppercase().replace("RLK_", "rlk_"), "rlk_", " ", "two words", "tab\tbed"]
    {
        let answer = server.holder_of(key).get("/v2/community").await;
        assert_eq!(answer.body["type"], "/problems/malformed-credential", "{key:?}");
        answer.problem(401, "malformed-credential");
        assert_eq!(answer.header("www-authenticate"), Some(INVALID_TOKEN));
    }
    insta::assert_json_snapshot!(server.holder_of(cut).get("/v2/community").await.whole());
}

#[tokio::test]
async fn a_key_that_nobody_knows_is_refused() {
    let server = Server::start().await;
    let answer = server.holder_of(UNKNOWN_KEY).get("/v2/community").await;
    answer.problem(401, "unknown-credential");
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn no_answer_repeats_a_key() {
    let server = Server::start().await;
    for key in [UNKNOWN_KEY, "rlk_mistyped-key-of-somebody", "two words"] {
        let answer = server.holder_of(key).get("/v2/community").await;
        assert!(!answer.body.to_string().contains(key));
    }
}

#[tokio::test]
async fn a_revoked_key_is_refused() {
    let server = Server::start().await;
    let now = server.now();
    let bot = server.bot_with("admin", |credential| credential.revoked_at = Some(now)).await;
    let answer = bot.get("/v2/community").await;
    answer.problem(401, "revoked-credential");
    insta::assert_json_snapshot!(answer.whole());
}

#[tokio::test]
async fn a_key_works_until_its_end_and_not_after() {
    let server = Server::start().await;
    let end = server.now() + SignedDuration::from_hours(1);
    let bot = server.bot_with("admin", |credential| credential.expires_at = Some(end)).await;
    server.advance(Duration::from_millis(3_599_999));
    bot.get("/v2/community").await.ok();
    server.advance(Duration::from_millis(1));
    let answer = bot.get("/v2/community").await;
    answer.problem(401, "expired-credential");
    insta::assert_json_snapshot!(answer.whole());
    bot.set_ranks(account::CADET, json!({"add": ["medic"]})).await.problem(401, "expired-credential");
}

#[tokio::test]
async fn a_key_that_is_revoked_while_it_is_used_ends_at_once() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.get("/v2/community").await.ok();
    server.revoke_all().await;
    bot.get("/v2/community").await.problem(401, "revoked-credential");
}

#[tokio::test]
async fn the_scheme_is_read_in_any_case() {
    let server = Server::start().await;
    let key = server.bot_key().await;
    for scheme in ["bearer", "BEARER", "Bearer "] {
        let bot = server.stranger().with("authorization", &format!("{scheme} {key}"));
        bot.get("/v2/community").await.ok();
    }
}

#[tokio::test]
async fn a_bot_with_one_scope_is_let_in_where_that_is_needed_and_nowhere_else() {
    let server = Server::start().await;
    for scope in [
        "community:read",
        "accounts:read",
        "accounts:write",
        "ranks:write",
        "ranks:undo",
        "ranks:rollback",
        "ranks:force",
        "events:read",
    ] {
        let bot = server.bot_with(scope, |_| {}).await;
        for endpoint in ENDPOINTS.iter() {
            let answer = bot.call(endpoint).await;
            if endpoint.scope == scope {
                let is_own_rollback = answer.body["type"] == "/problems/own-rollback";
                let is_let_in = [200, 409, 422].contains(&answer.status.as_u16()) || is_own_rollback;
                assert!(is_let_in, "{}", answer.body);
            } else {
                assert_eq!(answer.problem(403, "missing-scope")["scope"], endpoint.scope);
            }
        }
    }
}

#[tokio::test]
async fn an_admin_needs_no_other_scope() {
    let server = Server::start().await;
    let admin = server.bot_with("admin", |_| {}).await;
    for endpoint in ENDPOINTS.iter() {
        assert_ne!(admin.call(endpoint).await.status.as_u16(), 403);
    }
}

#[tokio::test]
async fn a_bot_without_ranks_write_is_refused() {
    let server = Server::start().await;
    let bot = server.bot_with("community:read accounts:read ranks:undo", |_| {}).await;
    let written = server.written().await;
    let answer = bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await;
    answer.problem(403, "missing-scope");
    insta::assert_json_snapshot!(answer.whole());
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_bot_without_ranks_undo_is_refused() {
    let server = Server::start().await;
    let bot = server.bot_with("ranks:write", |_| {}).await;
    bot.set_ranks(account::CADET, json!({"add": ["officer"]})).await.ok();
    let written = server.written().await;
    bot.undo(7, json!({})).await.problem(403, "missing-scope");
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn a_bot_without_any_scope_may_do_nothing() {
    let server = Server::start().await;
    let bot = server.bot_with("", |_| {}).await;
    for endpoint in ENDPOINTS.iter() {
        bot.call(endpoint).await.problem(403, "missing-scope");
    }
    // A fixed request id, so that the snapshot does not depend on the number of endpoints.
    let bot = bot.with("x-request-id", "00000000-0000-7000-8000-000000000041");
    insta::assert_json_snapshot!(bot.get("/v2/community").await.whole());
}
