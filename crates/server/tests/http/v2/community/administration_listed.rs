//! `GET /v2/community/administration`, its filters and pages, and `/export`: the log as a list and as a file.

use std::time::Duration;

use rankledger_domain::chain;
use rankledger_domain::ids::ChangeNumber;
use rankledger_domain::log_chain;
use serde_json::{Value, json};

use super::administration::{PATH, entries, newest, of_account};
use crate::kit::{Answer, Server, account};

/// Returns the kinds of entries.
fn kinds(answer: &Answer) -> Vec<&str> {
    entries(answer).iter().map(|entry| entry["kind"].as_str().expect("a word")).collect()
}

#[tokio::test]
async fn the_log_is_filtered_and_comes_in_pages() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    for name in ["A", "B", "C"] {
        bot.patch(&of_account(account::CADET, "name"), json!({"newName": name})).await.ok();
    }
    admin.freeze(json!({"userId": account::OWNER})).await.ok();
    server.advance(Duration::from_mins(1));
    admin.patch(&of_account(account::OFFICER, "name"), json!({"newName": "D"})).await.ok();
    let later = rankledger_domain::time::wire_format(server.now());
    let by = newest(&admin).await["credentialId"].as_str().expect("a key").to_owned();
    for (query, expected) in [
        ("kind=account.renamed".to_owned(), vec!["account.renamed"; 4]),
        (format!("accountId={}", account::OFFICER), vec!["account.renamed"]),
        ("userId=100000000000000003".to_owned(), vec![]),
        (format!("userId={}", account::OWNER), vec!["community.frozen"]),
        (format!("credentialId={by}&from={later}"), vec!["account.renamed"]),
        (format!("from={later}"), vec!["account.renamed"]),
        (format!("kind=community.frozen&from={later}"), vec![]),
    ] {
        let answer = admin.administration(&query).await;
        assert_eq!(kinds(&answer), expected, "{query}");
    }
    let all: Vec<_> = entries(&admin.administration("take=100").await).clone();
    let (mut paged, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = admin.administration(&format!("take=2{cursor}")).await;
        paged.extend(entries(&page).clone());
        match page.ok()["data"]["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(paged, all);
    assert_eq!(all.len(), server.log().await.len());
}

#[tokio::test]
async fn a_query_that_cannot_be_meant_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for query in [
        "kind=account.made",
        "kind=Account.created",
        "accountId=1002",
        "credentialId=x",
        "userId=nobody",
        "cursor=0",
        "cursor=x",
        "take=0",
        "take=101",
        "from=yesterday",
    ] {
        admin.administration(query).await.problem(400, "invalid-query");
    }
}

#[tokio::test]
async fn only_an_administrator_reads_it_and_only_of_the_own_community() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    for path in [PATH.to_owned(), format!("{PATH}/export")] {
        bot.get(&path).await.problem(403, "missing-scope");
    }
    admin.freeze(json!({})).await.ok();
    let neighbours = server.neighbours_admin().await;
    let kinds: Vec<_> = kinds(&neighbours.administration("").await).into_iter().map(str::to_owned).collect();
    assert_eq!(kinds, ["import.finished"]);
}

#[tokio::test]
async fn an_administrator_takes_the_log_away_as_a_file() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.freeze(json!({"reason": "a \"thief\""})).await.ok();
    admin.unfreeze(json!({})).await.ok();
    let file = admin.get(&format!("{PATH}/export")).await;
    file.success();
    assert_eq!(file.header("content-type"), Some("application/x-ndjson"));
    assert_eq!(
        file.header("content-disposition"),
        Some("attachment; filename=\"administration-club.ndjson\"")
    );
    let mut lines: Vec<Value> =
        file.text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    lines.reverse();
    assert_eq!(lines, *entries(&admin.administration("take=100").await));

    let table = admin.get(&format!("{PATH}/export?format=csv&kind=community.frozen")).await;
    assert_eq!(table.header("content-type"), Some("text/csv; charset=utf-8"));
    let mut table = csv::Reader::from_reader(table.text.as_bytes());
    let head = table.headers().expect("a head").clone();
    assert_eq!((head.get(0), head.get(8), head.len()), (Some("place"), Some("before"), 13));
    let rows: Vec<_> = table.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 1);
    let after: Value = serde_json::from_str(&rows[0][9]).expect("JSON");
    assert_eq!(after["reason"], "a \"thief\"");
}

#[tokio::test]
async fn the_hashes_of_a_file_are_those_that_anybody_computes() {
    let server = Server::start().await;
    let (admin, bot) = (server.admin().await, server.bot().await);
    let field = json!({"profileFields": [{"id": "motto", "value": "Sérve \u{1f46e} 0.1"}]});
    admin.patch(&of_account(account::CADET, "profile-fields"), field).await;
    bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    admin.freeze(json!({"reason": "a \"thief\""})).await.ok();
    let community = admin.get("/v2/community").await.ok()["data"]["uuid"].clone();
    let community = community.as_str().expect("a UUID").parse().expect("a UUID");
    let mut previous = log_chain::genesis(community);
    let changes = admin.get("/v2/community/rank-changes?take=100").await;
    let changes = changes.ok()["data"]["rankChanges"].as_array().expect("a list").clone();
    for linked in server.log().await {
        assert_eq!(linked.hash, log_chain::link(previous, &linked.entry));
        previous = linked.hash;
        let number = linked.entry.position.after_change;
        let expected = if number == ChangeNumber(0) {
            chain::genesis(community).to_string()
        } else {
            let change = changes.iter().find(|change| change["changeNumber"] == number.0);
            change.expect("the change")["hash"].as_str().expect("a hash").to_owned()
        };
        assert_eq!(linked.entry.ledger_hash.to_string(), expected);
    }
    assert_eq!(newest(&admin).await["hash"], previous.to_string());
}
