//! `/console/history` and `/console/changes/{number}`: the list with its filters, and one change in full.

use std::time::Duration;

use http::StatusCode;
use serde_json::json;

use crate::kit::{Browser, Server, account, rank, shown};

/// Returns a server with a few changes by several people, and somebody who looks at them.
async fn with_changes() -> (Server, Browser) {
    let server = Server::start().await;
    let bot = server.bot().await;
    bot.change_ranks(
        account::CADET,
        json!({"add": ["officer"], "userId": account::CHIEF, "reason": "passed"}),
    )
    .await;
    server.advance(Duration::from_hours(3));
    bot.change_ranks(account::OFFICER, json!({"remove": ["medic"], "userId": account::CHIEF})).await;
    let taken = bot.change_ranks(account::NEWCOMER, json!({"add": ["cadet"]})).await;
    bot.undo(&taken, json!({})).await.ok();
    let browser = server.browser_with_key(&server.bot_key().await).await;
    (server, browser)
}

/// Returns the numbers of the changes in a list.
fn numbers(page: &str) -> Vec<i64> {
    let entries = page.split("<li class=\"entry").skip(1);
    entries
        .map(|entry| {
            entry
                .split("id=\"c")
                .nth(1)
                .expect("an id")
                .split('"')
                .next()
                .expect("its end")
                .parse()
                .expect("a number")
        })
        .collect()
}

#[tokio::test]
async fn the_history_is_filtered_by_everything_that_its_form_has() {
    let (server, browser) = with_changes().await;
    let all = numbers(&browser.page("/console/history").await);
    let newest = all[0];
    assert!(all.windows(2).all(|pair| pair[0] > pair[1]), "newest first: {all:?}");
    for (query, expected) in [
        ("by=Chief".to_owned(), vec![newest - 2, newest - 3]),
        ("by=1004".to_owned(), vec![newest - 2, newest - 3]),
        ("by=100000000000000004".to_owned(), vec![newest - 2, newest - 3]),
        ("by=Chief&member=Officer".to_owned(), vec![newest - 2]),
        (format!("rank={}&source=api", rank::MEDIC), vec![newest - 2]),
        ("force=no".to_owned(), vec![newest - 1]),
        ("source=api".to_owned(), vec![newest, newest - 1, newest - 2, newest - 3]),
        ("since=1h".to_owned(), vec![newest, newest - 1, newest - 2]),
        ("since=today&until=1h&source=api".to_owned(), vec![newest - 3]),
        ("source=ban".to_owned(), vec![]),
    ] {
        let page = browser.page(&format!("/console/history?{query}")).await;
        assert_eq!(numbers(&page), expected, "{query}");
    }
    for (query, sentence) in [
        ("by=Nobody", "Nobody"),
        ("member=99", "99"),
        ("since=soon", "Write 2h or 3d for how long ago, or a date, such as 5 December."),
        ("until=3m", "m can mean months or minutes: write 2mo or 30min."),
    ] {
        let answer = browser.open(&format!("/console/history?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(answer.text.contains(sentence) && answer.text.contains("aria-invalid"), "{}", answer.text);
        assert!(numbers(&answer.text).is_empty(), "{query}: never more than was asked for");
    }
    let neighbour = server.browser_with_key(&server.key_of("neighbours", "admin", |_| {}).await).await;
    let theirs = neighbour.page("/console/history?member=1001").await;
    assert!(theirs.contains("Neighbour") && !theirs.contains("Newcomer"), "{theirs}");
}

#[tokio::test]
async fn a_long_history_is_leafed_through() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for _ in 0..40 {
        bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
        bot.change_ranks(account::CADET, json!({"remove": ["officer"]})).await;
    }
    let browser = server.browser_with_key(&server.bot_key().await).await;
    let first = browser.page("/console/history?member=1002").await;
    assert_eq!(numbers(&first).len(), 50);
    let older = first
        .split("rel=\"next\" href=\"")
        .nth(1)
        .expect("an older page")
        .split('"')
        .next()
        .expect("its path");
    let second = browser.page(&older.replace("&#38;", "&")).await;
    let (first, second) = (numbers(&first), numbers(&second));
    assert_eq!((second.len(), second[0]), (31, first[49] - 1));
}

#[tokio::test]
async fn a_change_is_shown_in_full_with_its_neighbours() {
    let (server, browser) = with_changes().await;
    let newest = numbers(&browser.page("/console/history").await)[0];
    let page = browser.page(&format!("/console/changes/{}", newest - 2)).await;
    let detail = server.bot().await.get(&format!("/v2/community/rank-changes/{}", newest - 2)).await;
    let data = &detail.ok()["data"];
    for member in ["undoId", "logId", "hash"] {
        assert!(page.contains(data[member].as_str().expect("a text")), "{member}");
    }
    for neighbour in [newest - 3, newest - 1] {
        assert!(page.contains(&format!("href=\"/console/changes/{neighbour}\"")), "{neighbour}");
    }
    assert!(shown(&page).contains("Before") && page.contains("Undo"), "{}", shown(&page));
    for number in ["0", "999", "-1"] {
        let answer = browser.open(&format!("/console/changes/{number}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{number}");
    }
}

#[tokio::test]
async fn an_undo_from_the_page_of_a_change_says_there_what_came_of_it() {
    let (server, _) = with_changes().await;
    let mut owner = server.browser_of(account::OWNER).await;
    let newest = numbers(&owner.page("/console/history").await)[0];
    let (page, path) =
        (format!("/console/changes/{}", newest - 2), format!("/console/changes/{}/undo", newest - 2));
    let after = owner.send_and_follow(&page, &path, &[("back", &page)]).await;
    assert!(after.contains("is undone."), "{}", shown(&after));
    let redo = format!("/console/changes/{}/undo", newest + 1);
    let after = owner.send_and_follow(&page, &redo, &[("back", &page)]).await;
    assert!(after.contains("is recorded."), "the reversal is not on this page: {}", shown(&after));
}
