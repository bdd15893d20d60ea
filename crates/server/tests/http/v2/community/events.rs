//! `GET /v2/community/events`: the feed as pages. A reader finds whatever happens, once and in order.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use rankledger_instances::is_on_postgres;
use serde_json::{Value, json};

use crate::kit::{Actor, Answer, Server, account, rank};

/// The path of the endpoint.
pub(super) const PATH: &str = "/v2/community/events";

impl Actor {
    /// Reads a page of the feed.
    pub(super) async fn events(&self, query: &str) -> Answer {
        self.get(&format!("{PATH}?{query}")).await
    }
}

/// Returns the events of a page.
pub(super) fn events(answer: &Answer) -> &Vec<Value> {
    answer.ok()["data"]["events"].as_array().expect("a list")
}

pub(super) fn next(answer: &Answer) -> String {
    answer.ok()["data"]["nextCursor"].as_str().expect("a cursor").to_owned()
}

/// Returns the cursor of the end of the feed.
pub(super) async fn end_of(actor: &Actor) -> String {
    let answer = actor.events("after=latest").await;
    assert!(events(&answer).is_empty());
    next(&answer)
}

fn types(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().expect("a type")).collect()
}

/// Reads from this cursor to the end. Returns all events.
async fn read_on(actor: &Actor, mut cursor: String, query: &str) -> Vec<Value> {
    let mut all = Vec::new();
    loop {
        let page = actor.events(&format!("after={cursor}&{query}")).await;
        all.extend(events(&page).iter().cloned());
        cursor = next(&page);
        if page.ok()["data"]["more"] == false {
            return all;
        }
    }
}

fn of(account: &str, action: &str) -> String {
    format!("/v2/community/accounts/{account}/{action}")
}

#[tokio::test]
async fn a_bot_that_was_told_of_a_change_finds_it_in_the_feed_at_once() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let end = end_of(&bot).await;
    let undo_id = bot.change_ranks(account::NEWCOMER, json!({"add": ["cadet"], "reason": "Passed"})).await;
    let page = bot.events(&format!("after={end}")).await;
    insta::assert_json_snapshot!(page.whole());
    assert_eq!(events(&page)[0]["data"]["undoId"], json!(undo_id));
    assert_eq!(events(&page)[0]["data"]["currentRanks"][0]["rank"], rank::CADET);
}

#[tokio::test]
async fn the_feed_of_a_community_has_its_whole_history_from_the_first_change() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let page = bot.events("take=100").await;
    let places: Vec<_> = events(&page).iter().map(|event| event["place"].as_i64()).collect();
    let count = i64::try_from(places.len()).expect("a few");
    assert_eq!(places, (1..=count).map(Some).collect::<Vec<_>>());
    assert_eq!(events(&page)[0]["data"]["changeNumber"], 1);
    assert_eq!(types(events(&page)).last(), Some(&"import.finished"));
    assert_eq!(page.ok()["data"]["more"], false);
    for take in [1, 2, 3] {
        let begin = next(&bot.events("take=1&types=key.revoked").await);
        assert_eq!(begin, next(&page), "nothing fits, and the cursor goes on all the same");
        let first = bot.events(&format!("take={take}")).await;
        let mut all = events(&first).clone();
        all.extend(read_on(&bot, next(&first), &format!("take={take}")).await);
        assert_eq!(&all, events(&page));
    }
}

#[tokio::test]
async fn acts_and_rank_changes_come_in_the_order_in_which_they_were_done() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let end = end_of(&bot).await;
    bot.change_ranks(account::NEWCOMER, json!({"add": ["cadet"]})).await;
    bot.patch(&of(account::NEWCOMER, "name"), json!({"newName": "Zoe"})).await.ok();
    bot.post(&of(account::NEWCOMER, "ban"), json!({"reason": "Rude"})).await.ok();
    admin.post("/v2/community/freeze", json!({})).await.ok();
    admin.post("/v2/community/unfreeze", json!({})).await.ok();
    bot.post(&of(account::NEWCOMER, "unban"), json!({})).await.ok();
    bot.change_ranks(account::NEWCOMER, json!({"add": ["officer"]})).await;
    let all = read_on(&bot, end.clone(), "take=2").await;
    let expected = [
        "ranks.changed",
        "account.renamed",
        "ranks.changed",
        "account.banned",
        "community.frozen",
        "community.thawed",
        "account.unbanned",
        "ranks.changed",
    ];
    assert_eq!(types(&all), expected);
    let banned = read_on(&bot, end.clone(), "types=account.banned,account.unbanned&take=1").await;
    assert_eq!(types(&banned), ["account.banned", "account.unbanned"]);
    assert_eq!(banned[0]["data"]["after"]["reason"], "Rude");
    let of_other = read_on(&bot, end.clone(), &format!("accountId={}", account::CADET)).await;
    assert_eq!(of_other, Vec::<Value>::new());
    let changes = format!("accountId={}&types=ranks.changed&take=2", account::NEWCOMER);
    assert_eq!(types(&read_on(&bot, end, &changes).await), ["ranks.changed"; 3]);
}

#[tokio::test]
async fn a_reader_of_events_sees_nothing_that_only_administrators_may_see() {
    let server = Server::start().await;
    let address = "192.0.2.66:7".parse().expect("an address");
    let admin = server.admin().await.from(address);
    let reader = server.bot_with("events:read", |_| {}).await;
    let end = end_of(&reader).await;
    let key = json!({"name": "Secret project", "scopes": ["ranks:write"], "powerCeiling": 87});
    admin.post("/v2/community/credentials", key).await.ok();
    let limits = json!({"enabled": true, "removalsPerMinute": 4321, "removalsPerHour": 54321});
    admin.put("/v2/community/guards", limits).await.ok();
    let identifiers = json!({"identifiers": [{"type": "ip", "value": "198.51.100.77"}]});
    admin.post(&of(account::CADET, "identifiers"), identifiers.clone()).await.ok();
    let recruit = json!({"name": "Recruit", "identifiers": [{"type": "steam", "value": "7654321"}]});
    admin.post("/v2/community/accounts", recruit).await.ok();
    let page = reader.events(&format!("after={end}")).await;
    insta::assert_json_snapshot!(page.ok()["data"]);
    for secret in ["192.0.2.66", "Secret project", "ranks:write", "87", "4321", "198.51.100.77", "7654321"] {
        let told = events(&page).iter().map(|event| event["data"].to_string());
        let told: Vec<_> = told
            .filter(|data| data.contains(&format!("\"{secret}")) || data.contains(&format!(":{secret}")))
            .collect();
        assert_eq!(told, Vec::<String>::new(), "{secret}");
    }
    reader.get("/v2/community/accounts").await.problem(403, "missing-scope");
}

#[tokio::test]
async fn a_key_without_the_scope_reads_no_events() {
    let server = Server::start().await;
    let bot = server.bot_with("accounts:read community:read", |_| {}).await;
    assert_eq!(bot.events("").await.problem(403, "missing-scope")["scope"], "events:read");
}

#[tokio::test]
async fn a_cursor_that_does_not_belong_to_the_feed_is_refused_in_words() {
    let server = Server::start().await;
    let (bot, neighbour) = (server.bot().await, server.neighbours_bot().await);
    let end = end_of(&bot).await;
    let (community, place) = end.split_once('-').expect("a cursor");
    let beyond = format!("{community}-{}", place.parse::<i64>().expect("a place") + 1);
    for (cursor, words) in [
        (end_of(&neighbour).await, "another community"),
        (beyond, "beyond the end"),
        ("5".to_owned(), "no cursor"),
        (format!("{community}-"), "no cursor"),
        (format!("{community}-01"), "no cursor"),
        (end.to_uppercase(), "no cursor"),
        (format!("{community}--1"), "no cursor"),
        (format!("{community}-99999999999999999999"), "no cursor"),
    ] {
        let answer = bot.events(&format!("after={cursor}")).await;
        let detail = answer.problem(400, "invalid-cursor")["detail"].to_string();
        assert!(detail.contains(words), "{cursor}: {detail}");
    }
    assert_eq!(events(&bot.events(&format!("after={community}-0&take=1")).await)[0]["place"], 1);
}

#[tokio::test]
async fn a_filter_that_makes_no_sense_is_refused_with_the_types_there_are() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let answer = bot.events("types=ranks.changed,rank.changed").await;
    insta::assert_json_snapshot!(answer.whole());
    bot.events("types=ranks.changed,").await.problem(400, "invalid-query");
    bot.events("types=ranks.changed,%20account.banned").await.problem(400, "invalid-query");
    bot.events("accountId=1001").await.problem(400, "invalid-query");
    bot.events("take=0").await.problem(400, "invalid-query");
    bot.events("take=101").await.problem(400, "invalid-query");
    bot.events("type=ranks.changed").await.problem(400, "invalid-query");
}

#[tokio::test]
async fn a_reader_passes_over_what_was_pruned() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let begin = next(&bot.events("take=1").await);
    server.advance(Duration::from_hours(48));
    bot.change_ranks(account::NEWCOMER, json!({"add": ["cadet"]})).await;
    let number = events(&bot.events("types=ranks.changed&take=100").await).len();
    server.prune("club", server.now()).await;
    let left = read_on(&bot, begin, "take=1").await;
    assert_eq!(types(&left), ["import.finished", "ranks.changed", "history.pruned"]);
    assert_eq!(left[1]["data"]["changeNumber"], json!(number));
}

/// Changes ranks and names. Returns how many events it made.
async fn writer(bot: Actor, account: String, steps: usize) -> i64 {
    let mut count = 0;
    for step in 0..steps {
        let rank = ["cadet", "officer", "medic"][step % 3];
        let changed = bot.set_ranks(&account, json!({ "set": [rank] })).await;
        count += i64::from(changed.ok()["meta"]["changeNumber"].is_i64());
        if step % 3 == 0 {
            let name = json!({"newName": format!("Step {step}")});
            bot.patch(&of(&account, "name"), name).await.ok();
            count += 1;
        }
    }
    count
}

/// Reads while others write, and then to the end. Returns the places of the events.
async fn reader(bot: Actor, mut cursor: String, is_over: Arc<AtomicBool>) -> Vec<i64> {
    let mut places = Vec::new();
    loop {
        let was_over = is_over.load(Ordering::SeqCst);
        let page = bot.events(&format!("after={cursor}&take=7")).await;
        places.extend(events(&page).iter().map(|event| event["place"].as_i64().expect("a place")));
        cursor = next(&page);
        if was_over && events(&page).is_empty() {
            return places;
        }
        tokio::task::yield_now().await;
    }
}

/// A place that is given out late would be a hole in what the readers have seen.
#[tokio::test(flavor = "multi_thread")]
async fn readers_at_two_nodes_see_every_event_once_and_in_order_while_both_nodes_write() {
    let first = Server::start().await;
    let limits = json!({"enabled": true, "removalsPerMinute": 10000, "removalsPerHour": 100_000});
    first.admin().await.put("/v2/community/guards", limits).await.ok();
    // An embedded database has one server.
    let second = if is_on_postgres() { Some(first.twin().await) } else { None };
    let key = first.bot_key().await;
    let nodes: Vec<_> = std::iter::once(&first).chain(&second).map(|node| node.holder_of(&key)).collect();
    let cursor = end_of(&nodes[0]).await;
    let begin: i64 = cursor.split_once('-').and_then(|(_, place)| place.parse().ok()).expect("a place");
    let is_over = Arc::new(AtomicBool::new(false));
    let readers = nodes.iter().flat_map(|node| [node.clone(), node.clone()]);
    let readers: Vec<_> =
        readers.map(|node| tokio::spawn(reader(node, cursor.clone(), Arc::clone(&is_over)))).collect();
    let accounts = [account::NEWCOMER, account::CADET, account::OFFICER, account::EXPLORER];
    let writers: Vec<_> = accounts
        .iter()
        .enumerate()
        .map(|(index, account)| {
            tokio::spawn(writer(nodes[index % nodes.len()].clone(), (*account).to_owned(), 25))
        })
        .collect();
    let written = join_all(writers).await;
    is_over.store(true, Ordering::SeqCst);
    let count: i64 = written.into_iter().map(|count| count.expect("a writer")).sum();
    assert!(count >= 100, "{count}");
    for places in join_all(readers).await {
        assert_eq!(places.expect("a reader"), (begin + 1..=begin + count).collect::<Vec<_>>());
    }
}
