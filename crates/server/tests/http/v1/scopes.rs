//! A key may do the same by v1 as by v2.

use serde_json::json;

use crate::kit::{CALLS, Server};

#[tokio::test]
async fn a_bot_with_one_scope_is_let_in_where_that_is_needed_and_nowhere_else() {
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
        let server = Server::start().await;
        let (bot, _) = server.legacy_with(scope, |_| {}).await;
        for call in CALLS {
            let (name, needed, _) = *call;
            let answer = bot.call_listed(*call).await;
            if needed == scope {
                assert_eq!(answer.status, 200, "{name}: {}", answer.text);
            } else {
                let text = answer.legacy_refusal(400);
                assert!(
                    text.starts_with(&format!("The credential \"test bot\" lacks the scope {needed}.")),
                    "{text}"
                );
            }
        }
    }
}

#[tokio::test]
async fn an_admin_needs_no_other_scope_and_without_any_nothing_is_possible() {
    let server = Server::start().await;
    let (admin, _) = server.legacy_with("admin", |_| {}).await;
    let (nobody, _) = server.legacy_with("", |_| {}).await;
    for call in CALLS {
        assert!(nobody.call_listed(*call).await.legacy_refusal(400).contains("lacks the scope"));
        assert_eq!(admin.call_listed(*call).await.status, 200, "{}", call.0);
    }
}

#[tokio::test]
async fn who_lacks_the_scope_learns_of_no_account() {
    let server = Server::start().await;
    let (bot, _) = server.legacy_with("community:read", |_| {}).await;
    for (name, ..) in
        CALLS.iter().filter(|(name, scope, _)| *scope != "community:read" && !name.contains("FLOWS"))
    {
        let there = bot.call(name, json!([{"uniqueId": 1002, "apiId": "LEGACY-7", "undoId": "1"}])).await;
        let missing = bot.call(name, json!([{"uniqueId": 9999, "apiId": "nobodys", "undoId": "9999"}])).await;
        let shapeless = bot.call(name, json!([{"uniqueId": [], "apiId": [], "undoId": []}])).await;
        assert_eq!(there.legacy_refusal(400), missing.legacy_refusal(400), "{name}");
        assert_eq!(there.legacy_refusal(400), shapeless.legacy_refusal(400), "{name}");
    }
}
