//! `/console/members/{number}/{action}`, `/flow`, `/name` and `/clock`: what is done to a member besides
//! their ranks.

use http::StatusCode;
use serde_json::json;

use crate::kit::{ALL_SCOPES, Server, account, rank, shown};

const MEMBER: &str = "/console/members/1002";

#[tokio::test]
async fn a_ban_asks_once_more_takes_the_ranks_and_is_lifted_again() {
    let server = Server::start().await;
    let mut owner = server.browser_of(account::OWNER).await;
    let written = server.written().await;
    let ask = owner.page("/console/members/1002/ban").await;
    insta::assert_snapshot!("asks before a ban", shown(&ask));
    assert_eq!(server.written().await, written, "asking does nothing");
    let path = "/console/members/1002/ban";
    let wrong = owner.send(path, path, &[("until", "7"), ("why", "was rude")]).await;
    assert!(wrong.status.is_client_error() && wrong.text.contains("value=\"was rude\""), "{}", wrong.text);
    assert_eq!(server.written().await, written);
    let page = owner.send_and_follow(path, path, &[("until", "7d"), ("why", "was rude")]).await;
    assert!(page.contains("Banned · member 1002") && page.contains("is recorded."), "{}", shown(&page));
    let bot = server.bot().await;
    let row = bot.get(&format!("/v2/community/accounts/{}", account::CADET)).await.ok()["data"].clone();
    assert_eq!((&row["banned"], &row["ranks"]), (&json!(true), &json!([])));
    assert!(!page.contains("/console/members/1002/ban\"") && page.contains("/console/members/1002/unban\""));
    let path = "/console/members/1002/unban";
    let page = owner.send_and_follow(path, path, &[]).await;
    assert!(page.contains("Inactive · member 1002"), "{}", shown(&page));
    let log =
        server.admin().await.get("/v2/community/administration?take=2").await.ok()["data"]["entries"].clone();
    for entry in log.as_array().expect("entries") {
        assert_eq!(entry["userId"], account::OWNER, "the record names the person: {entry}");
        assert_eq!(entry["credentialId"], "636f6e73-6f6c-8500-8000-000000000000", "and the console: {entry}");
    }
}

#[tokio::test]
async fn a_kick_can_leave_the_ranks_and_is_refused_as_the_api_refuses() {
    let server = Server::start().await;
    let key = server.key_of("club", ALL_SCOPES, |credential| {
        credential.power_ceiling = Some(rankledger_domain::rank::Power(25));
    });
    let key = key.await;
    let mut browser = server.browser_with_key(&key).await;
    let path = "/console/members/1004/kick";
    let answer = browser.send(path, path, &[("why", "gone")]).await;
    let refused =
        server.holder_of(&key).change_standing(account::CHIEF, "kick", json!({"reason": "gone"})).await;
    assert_eq!(answer.status, refused.status);
    assert!(answer.text.contains(&refused.sentence().replace('"', "&#34;")), "{}", shown(&answer.text));
    let path = "/console/members/1002/kick";
    browser.send_and_follow(path, path, &[("keep", "1")]).await;
    let bot = server.bot().await;
    assert_eq!(bot.ranks_of(account::CADET).await, json!([rank::CADET]));
    let path = "/console/members/1002/restore";
    browser.send_and_follow(path, path, &[]).await;
    let unknown = browser.open("/console/members/1002/promote").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_flow_that_fits_is_previewed_and_run() {
    let server = Server::start().await;
    let mut owner = server.browser_of(account::OWNER).await;
    let page = owner.page(MEMBER).await;
    let link = page
        .split("<a class=\"button\" href=\"")
        .nth(1)
        .expect("a flow")
        .split('#')
        .next()
        .expect("its path");
    let link = link.replace("&amp;", "&");
    let written = server.written().await;
    let preview = owner.page(&link).await;
    assert!(
        preview.contains("Preview. Nothing is written yet.") && preview.contains("Give 1 rank, take 1 rank"),
        "{}",
        shown(&preview)
    );
    assert_eq!(server.written().await, written);
    let flow = [("flow", "f0000000-0000-0000-0000-000000000001"), ("way", "promote"), ("why", "passed")];
    let page = owner.send_and_follow(MEMBER, "/console/members/1002/flow", &flow).await;
    assert!(page.contains("promotion flow"), "{}", shown(&page));
    assert_eq!(server.bot().await.ranks_of(account::CADET).await, json!([rank::OFFICER]));
    let again = owner.send(MEMBER, "/console/members/1002/flow", &flow).await;
    assert!(again.status.is_client_error(), "{}", again.text);
    let nobody = server.browser_with_key(&server.bot_key().await).await.page("/console/members/1001").await;
    assert!(nobody.contains("No flow fits."), "{}", shown(&nobody));
}

#[tokio::test]
async fn a_member_is_renamed_and_clocked_in_and_out() {
    let server = Server::start().await;
    let mut owner = server.browser_of(account::OWNER).await;
    let page = owner.send_and_follow(MEMBER, "/console/members/1002/name", &[("name", " New Name ")]).await;
    assert!(page.contains("<h1><bdi>New Name</bdi></h1>"), "{}", shown(&page));
    for wrong in ["", "123", "a\u{7}b"] {
        let answer = owner.send(MEMBER, "/console/members/1002/name", &[("name", wrong)]).await;
        assert!(
            answer.status.is_client_error() && answer.text.contains("class=\"result refused\""),
            "{wrong}"
        );
    }
    let page = owner.send_and_follow(MEMBER, "/console/members/1002/clock", &[("action", "in")]).await;
    assert!(page.contains("On duty since"), "{}", shown(&page));
    let page = owner.send_and_follow(MEMBER, "/console/members/1002/clock", &[("action", "out")]).await;
    assert!(page.contains("Not on duty"), "{}", shown(&page));
}

#[tokio::test]
async fn whoever_may_not_write_accounts_is_offered_nothing_of_it() {
    let server = Server::start().await;
    let key = server.key_of("club", "accounts:read ranks:write", |_| {}).await;
    let mut browser = server.browser_with_key(&key).await;
    let page = browser.page(MEMBER).await;
    assert!(
        !page.contains("Standing") && !page.contains("Rename") && !page.contains("Clock in"),
        "{}",
        shown(&page)
    );
    assert_eq!(browser.open("/console/members/1002/ban").await.status, StatusCode::FORBIDDEN);
    for path in ["ban", "name", "clock"] {
        let path = format!("/console/members/1002/{path}");
        let answer = browser.send(MEMBER, &path, &[("name", "New"), ("action", "in")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
}
