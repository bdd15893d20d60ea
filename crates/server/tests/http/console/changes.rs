//! `POST /console/changes/{number}/undo`: undo and redo from a page, and what stands in their place.

use http::StatusCode;
use serde_json::{Value, json};

use crate::kit::{Browser, Server, account, shown};

/// Undoes a change from the page of the member 1002, and returns that page afterwards.
async fn undo(browser: &mut Browser, number: &str) -> String {
    let (page, path) = ("/console/members/1002", format!("/console/changes/{number}/undo"));
    browser.send_and_follow(page, &path, &[("back", page)]).await
}

/// Returns the number of the newest change.
async fn newest(server: &Server) -> String {
    let page = server.bot().await.get("/v2/community/rank-changes?take=1").await;
    page.ok()["data"]["rankChanges"][0]["changeNumber"].to_string()
}

/// Returns what stands at the right of a change.
fn deed(page: &str, number: &str) -> String {
    let entry = page.split(&format!("id=\"c{number}\"")).nth(1).expect("an entry");
    let deed = entry
        .split("<div class=\"deed\">")
        .nth(1)
        .expect("its deed")
        .split("</div>")
        .next()
        .expect("its end");
    shown(&format!("<main><p>{deed}</p></main>"))
}

#[tokio::test]
async fn a_person_undoes_and_redoes_a_change() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.change_ranks(account::CADET, json!({"remove": ["cadet"], "add": ["officer"]})).await;
    let number = newest(&server).await;
    let mut owner = server.browser_of(account::OWNER).await;
    assert_eq!(deed(&owner.page("/console/members/1002").await, &number), "Undo");
    let page = undo(&mut owner, &number).await;
    insta::assert_snapshot!("undone", shown(&page));
    let reversal = newest(&server).await;
    assert_eq!(deed(&page, &number), format!("Undone by {reversal}"));
    assert_eq!(deed(&page, &reversal), format!("Redo {number}"));
    let change = bot.get(&format!("/v2/community/rank-changes/{reversal}")).await.ok()["data"].clone();
    assert_eq!((&change["userId"], &change["kind"]), (&json!(account::OWNER), &json!("undo")));
    let page = undo(&mut owner, &reversal).await;
    assert!(page.contains("is Police Officer again") || page.contains("Officer"), "{}", shown(&page));
    assert_eq!(bot.ranks_of(account::CADET).await.as_array().map(Vec::len), Some(1));
    let again = undo(&mut owner, &reversal).await;
    assert!(again.contains("Nothing was written."), "a second press turns nothing back: {}", shown(&again));
}

#[tokio::test]
async fn what_is_in_the_way_is_said_with_its_number_and_who_did_it() {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.change_ranks(account::CADET, json!({"remove": ["cadet"]})).await;
    let first = newest(&server).await;
    bot.change_ranks(account::CADET, json!({"add": ["cadet"], "userId": account::CHIEF})).await;
    let second = newest(&server).await;
    bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    let third = newest(&server).await;
    bot.change_ranks(account::CADET, json!({"remove": ["cadet", "officer"]})).await;
    let fourth = newest(&server).await;
    let mut browser = server.browser_of(account::OWNER).await;
    let page = browser.page("/console/members/1002").await;
    assert_eq!(deed(&page, &fourth), "Undo");
    assert_eq!(deed(&page, &third), format!("Nothing to undo: changed since by change {fourth}"));
    assert_eq!(deed(&page, &second), format!("Nothing to undo: changed since by change {fourth}"));
    assert!(deed(&page, &first).starts_with("In the way: change "), "{}", deed(&page, &first));
    let written = server.written().await;
    let page = undo(&mut browser, &first).await;
    assert!(page.contains("Not undone.") && page.contains("Nothing was written."), "{}", shown(&page));
    assert_eq!(server.written().await, written);
}

#[tokio::test]
async fn who_may_not_undo_reads_what_that_needs() {
    let server = Server::start().await;
    server.bot().await.change_ranks(account::CHIEF, json!({"add": ["officer"]})).await;
    let number = newest(&server).await;
    server.let_rank("chief", &["accounts:read", "ranks:write"]).await;
    let chief = server.browser_of(account::CHIEF).await;
    let page = chief.page("/console/members/1004").await;
    assert_eq!(deed(&page, &number), "Not by you: needs the scope ranks:undo");
    server.let_rank("officer", &["accounts:read", "ranks:undo"]).await;
    let mut officer = server.browser_of(account::OFFICER).await;
    let page = officer.page("/console/members/1004").await;
    assert_eq!(deed(&page, &number), "Not by you: needs power above 90");
    let path = format!("/console/changes/{number}/undo");
    let page =
        officer.send_and_follow("/console/members/1004", &path, &[("back", "/console/members/1004")]).await;
    let refused = server.bot().await.undo(&number, json!({"userId": account::OFFICER})).await;
    let sentence = refused.body["detail"].as_str().expect("a refusal").replace('"', "&#34;");
    assert!(page.contains(&sentence), "{sentence}: {}", shown(&page));
}

#[tokio::test]
async fn the_same_is_found_in_memory_as_the_api_finds() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for (add, remove) in [("officer", "cadet"), ("cadet", "medic"), ("medic", "officer"), ("chief", "cadet")]
    {
        bot.change_ranks(account::CADET, json!({"add": [add], "remove": [remove]})).await;
    }
    for number in ["9", "11"] {
        bot.undo(number, json!({"onConflict": "skip"})).await;
    }
    let browser = server.browser_with_key(&server.bot_key().await).await;
    let member = browser.page("/console/members/1002").await;
    let overview = browser.page("/console").await;
    let changes = bot.get(&format!("/v2/community/rank-changes?accountId={}", account::CADET)).await;
    let changes = changes.ok()["data"]["rankChanges"].as_array().expect("the changes").clone();
    assert!(changes.len() >= 5);
    for change in changes {
        let number = change["changeNumber"].to_string();
        let detail = bot.get(&format!("/v2/community/rank-changes/{number}")).await.ok()["data"].clone();
        let shows_button = |page: &str| {
            ["Undo", "Redo"].iter().any(|word| {
                let deed = deed(page, &number);
                deed == *word || deed.starts_with(&format!("{word} "))
            })
        };
        let items = detail["undo"]["items"].as_array().expect("the items");
        let is_nothing = !items.is_empty() && items.iter().all(|item| item["state"] == "already");
        let clean = detail["undo"]["clean"] == Value::Bool(true) && !is_nothing;
        assert_eq!(shows_button(&member), clean, "{number}: {} {detail}", deed(&member, &number));
        assert_eq!(shows_button(&overview), clean, "{number}: {}", deed(&overview, &number));
    }
}

#[tokio::test]
async fn a_change_of_another_community_is_not_there() {
    let server = Server::start().await;
    let mut browser = server.browser_of(account::OWNER).await;
    let written = server.written().await;
    for number in ["999", "0", "-1"] {
        let path = format!("/console/changes/{number}/undo");
        let answer = browser.send("/console", &path, &[("back", "https://evil.example.com/")]).await;
        let place = answer.header("location").expect("a place to go to").to_owned();
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert!(place.starts_with("/console?"), "never to another site: {place}");
        browser.page(place.split('#').next().expect("a path")).await;
    }
    assert_eq!(server.written().await, written);
}
