//! The guard and a freeze in the console: each person is counted by themselves, and only the owner is exempt.

use http::StatusCode;
use serde_json::json;

use crate::kit::{Server, account, rank};

#[tokio::test]
async fn the_guard_counts_each_person_by_themselves_and_the_overview_says_whom_it_stopped() {
    let server = Server::start().await;
    let scopes = ["accounts:read", "ranks:write", "ranks:undo", "admin"];
    server.let_rank("chief", &scopes).await;
    server.let_rank("medic", &scopes).await;
    let admin = server.admin().await;
    let guard = json!({"enabled": true, "removalsPerMinute": 1, "removalsPerHour": 10});
    admin.put("/v2/community/guards", guard).await.ok();
    for _ in 0..3 {
        admin.change_ranks(account::CADET, json!({"set": ["cadet", "officer"]})).await;
        admin.change_ranks(account::CADET, json!({"set": ["cadet"]})).await;
    }
    admin.change_ranks(account::CADET, json!({"set": ["cadet", "officer"]})).await;
    let mut chief = server.browser_of(account::CHIEF).await;
    let mut medic = server.browser_of(account::OFFICER).await;
    let (page, path) = ("/console/members/1002", "/console/members/1002/ranks");
    chief.send_and_follow(page, path, &[("take", rank::OFFICER), ("step", "run")]).await;
    let stopped = chief.send(page, path, &[("take", rank::CADET), ("step", "run")]).await;
    assert_eq!(stopped.status, StatusCode::TOO_MANY_REQUESTS, "{}", stopped.text);
    medic.send_and_follow(page, path, &[("take", rank::CADET), ("step", "run")]).await;
    let community = server.community("club").await;
    let filter = rankledger_storage::log::LogFilter {
        kinds: vec![rankledger_domain::log::ActKind::GuardTripped],
        ..Default::default()
    };
    let order = rankledger_storage::history::Order::NewestFirst;
    let trip = loop {
        let mut tx = server.storage.read().await.expect("a view");
        let mut page = tx.log(community, &filter, order, None, 9).await.expect("the log");
        if let Some(trip) = page.entries.pop() {
            break trip.entry.act;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    };
    assert_eq!(trip.actor.map(|id| id.to_string()), Some(account::CHIEF.to_owned()));
    let overview = server.browser_of(account::OWNER).await.page("/console").await;
    assert!(overview.contains("The guard stopped") && overview.contains("by=1004"), "{overview}");
}

#[tokio::test]
async fn a_person_with_the_scope_admin_neither_freezes_nor_repairs_what_is_frozen() {
    let server = Server::start().await;
    server.let_rank("chief", &["admin"]).await;
    server.admin().await.freeze(json!({})).await.ok();
    let mut chief = server.browser_of(account::CHIEF).await;
    let (page, path) = ("/console/members/1002", "/console/members/1002/ranks");
    let refused = chief.send(page, path, &[("give", rank::OFFICER), ("step", "run")]).await;
    assert_eq!(refused.status.as_u16(), 423, "{}", refused.text);
    let shown = chief.page(page).await;
    assert!(
        shown.contains("Not possible: the community is frozen") || !shown.contains("Undo change"),
        "{shown}"
    );
}
