//! `/console/sessions`: when sessions end, and who sees and ends them.

use std::time::Duration;

use http::StatusCode;
use serde_json::json;

use crate::kit::{ALL_SCOPES, Browser, Server, account, shown};

const HOUR: Duration = Duration::from_hours(1);

async fn is_open(browser: &Browser) -> bool {
    browser.open("/console/sessions").await.status == StatusCode::OK
}

/// Waits until the server has stored when the session was last used.
async fn until_used(server: &Server, community: &str) {
    let community = server.community(community).await;
    loop {
        let sessions = server.storage.read().await.expect("a view").console_sessions(community).await;
        if sessions.expect("the sessions").iter().any(|session| session.used_at == server.now()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_session_ends_without_requests_and_at_the_latest_after_a_week() {
    let server = Server::start().await;
    let idle = server.browser_with_key(&server.bot_key().await).await;
    let busy = server.browser_with_key(&server.bot_key().await).await;
    for _ in 0..15 {
        server.advance(11 * HOUR);
        assert!(is_open(&busy).await);
        until_used(&server, "club").await;
    }
    assert!(!is_open(&idle).await, "no request for half a day");
    server.advance(3 * HOUR);
    assert!(!is_open(&busy).await, "a week is over");
}

#[tokio::test]
async fn a_session_goes_with_its_key_and_with_its_person() {
    let server = Server::start().await;
    server.let_rank("officer", &["accounts:read"]).await;
    server.let_rank("chief", &["accounts:read"]).await;
    let key = server.key_of("club", ALL_SCOPES, |_| {}).await;
    let with_key = server.browser_with_key(&key).await;
    let (officer, chief) =
        (server.browser_of(account::OFFICER).await, server.browser_of(account::CHIEF).await);
    let admin = server.admin().await;
    admin.change_standing(account::OFFICER, "ban", json!({"keepRanks": true})).await.ok();
    assert!(!is_open(&officer).await);
    admin.change_standing(account::OFFICER, "unban", json!({})).await.ok();
    assert!(!is_open(&officer).await, "it does not come back");
    assert!(is_open(&chief).await && is_open(&with_key).await, "the others stay");
    admin.set_ranks(account::CHIEF, json!({"set": []})).await.ok();
    let refused = chief.open("/console/members").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "no rank is left that carries a scope");
    assert!(refused.text.contains("holds no rank that may use the console"), "{}", refused.text);
    server.revoke_all().await;
    assert!(!is_open(&with_key).await);
}

#[tokio::test]
async fn a_key_that_has_expired_ends_its_sessions() {
    let server = Server::start().await;
    let end = server.now() + HOUR;
    let key = server.key_of("club", ALL_SCOPES, |credential| credential.expires_at = Some(end)).await;
    let browser = server.browser_with_key(&key).await;
    assert!(is_open(&browser).await);
    server.advance(HOUR);
    let refused = browser.open("/console/sessions").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_the_ranks_of_a_person_carry_counts_at_every_request() {
    let server = Server::start().await;
    server.let_rank("chief", &["accounts:read"]).await;
    let chief = server.browser_of(account::CHIEF).await;
    let page = chief.page("/console/members/1003").await;
    assert!(
        !page.contains(">Preview</button>") && page.contains("Not by you") || !page.contains("Undo"),
        "{page}"
    );
    server.let_rank("chief", &["accounts:read", "ranks:write", "ranks:undo"]).await;
    assert!(chief.page("/console/members/1003").await.contains(">Preview</button>"));
}

#[tokio::test]
async fn whoever_administrates_sees_and_ends_every_session_of_the_community() {
    let server = Server::start().await;
    server.let_rank("officer", &["accounts:read"]).await;
    let officer = server.browser_of(account::OFFICER).await;
    let neighbour = server.browser_with_key(&server.key_of("neighbours", ALL_SCOPES, |_| {}).await).await;
    let mut owner = server.browser_of(account::OWNER).await;
    let page = owner.page("/console/sessions").await;
    insta::assert_snapshot!("every session", shown(&page));
    let others = page.split("name=\"session\" value=\"").nth(1).expect("another session");
    let id = others.split('"').next().expect("an id").to_owned();
    let mut low = officer.clone();
    let own = low.page("/console/sessions").await;
    assert!(own.contains("Officer") && !own.contains("Owner"), "{own}");
    let theirs =
        server.storage.read().await.expect("a view").console_sessions(server.community("club").await).await;
    let theirs =
        theirs.expect("the sessions").into_iter().find(|one| one.id.to_string() != id).expect("the owner's");
    for forbidden in [theirs.id.to_string(), "nonsense".to_owned()] {
        let answer = low.send("/console/sessions", "/console/sessions/end", &[("session", &forbidden)]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.text);
    }
    let foreign = server
        .storage
        .read()
        .await
        .expect("a view")
        .console_sessions(server.community("neighbours").await)
        .await;
    let foreign = foreign.expect("the sessions")[0].id.to_string();
    let answer = owner.send("/console/sessions", "/console/sessions/end", &[("session", &foreign)]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "not another community's");
    assert!(is_open(&neighbour).await);
    let ended =
        owner.send_and_follow("/console/sessions", "/console/sessions/end", &[("session", &id)]).await;
    assert!(ended.contains("The session is ended"), "{ended}");
    assert!(!is_open(&officer).await && is_open(&owner).await);
}

#[tokio::test]
async fn a_session_works_on_every_server_of_the_database() {
    let server = Server::start().await;
    let mut browser = server.browser_with_key(&server.bot_key().await).await;
    let twin = server.twin().await;
    let elsewhere = browser.at(&twin);
    assert!(is_open(&elsewhere).await);
    browser.send("/console", "/console/sign-out", &[]).await;
    assert!(!is_open(&elsewhere).await);
}
