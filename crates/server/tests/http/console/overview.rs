//! `GET /console`: the last changes, and who changed most.

use std::time::Duration;

use serde_json::json;

use crate::kit::{Server, account, shown};

#[tokio::test]
async fn the_overview_shows_the_last_changes_and_who_made_most() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (account, body) in [
        (account::CADET, json!({"add": ["officer"], "userId": account::CHIEF, "reason": "passed"})),
        (account::OFFICER, json!({"remove": ["medic"], "userId": account::CHIEF})),
        (account::NEWCOMER, json!({"add": ["cadet"]})),
    ] {
        bot.change_ranks(account, body).await;
    }
    let mut owner = server.browser_of(account::OWNER).await;
    let page = owner.page("/console").await;
    let entry = page.split("<li class=\"entry\" id=\"c").nth(1).expect("an entry");
    let number = entry.split('"').next().expect("its number").to_owned();
    let fields = [("back", "/console")];
    owner.send_and_follow("/console", &format!("/console/changes/{number}/undo"), &fields).await;
    insta::assert_snapshot!("overview", shown(&owner.page("/console").await));
}

#[tokio::test]
async fn who_changed_most_is_who_did_within_a_day() {
    let server = Server::start().await;
    server
        .bot()
        .await
        .change_ranks(account::NEWCOMER, json!({"add": ["cadet"], "userId": account::CHIEF}))
        .await;
    let key = server.bot_key().await;
    let browser = server.browser_with_key(&key).await;
    assert!(
        shown(&browser.page("/console").await).contains("Chief1"),
        "{}",
        shown(&browser.page("/console").await)
    );
    server.advance(Duration::from_hours(25));
    let page = server.browser_with_key(&key).await.page("/console").await;
    assert!(page.contains("Nobody has changed anything within 24 hours."), "{}", shown(&page));
}
