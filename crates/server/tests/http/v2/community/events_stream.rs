//! `GET /v2/community/events` with `Accept: text/event-stream`: events are sent as they happen.

use std::time::Duration;

use axum::body::BodyDataStream;
use futures_util::StreamExt;
use futures_util::future::join_all;
use rankledger_instances::is_on_postgres;
use rankledger_server::api::v2::events::readers::{MOST_OF_CREDENTIAL, MOST_OF_SERVER};
use serde_json::{Value, json};

use super::events::{PATH, end_of, events};
use crate::kit::{Actor, Options, Server, account};

/// Longest time that something may take which should be done in a moment.
const PATIENCE: Duration = Duration::from_mins(1);

/// A block of a stream: its fields and its comment, each once at the most.
#[derive(Debug, Default, PartialEq)]
struct Block {
    id: String,
    event: String,
    data: Value,
}

/// A stream that somebody reads.
struct Stream {
    body: BodyDataStream,
    text: String,
}

impl Stream {
    /// Opens a stream. The first block names the place at which it begins.
    async fn open(actor: &Actor, query: &str) -> (Self, String) {
        let response = actor.with("accept", "text/event-stream").open(&format!("{PATH}?{query}")).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-cache");
        let mut stream = Self { body: response.into_body().into_data_stream(), text: String::new() };
        let first = stream.block().await.expect("a first block");
        assert_eq!((first.event.as_str(), &first.data), ("", &Value::Null));
        (stream, first.id)
    }

    /// Returns the next block. `None` if the stream has ended.
    async fn block(&mut self) -> Option<Block> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let mut read = Block::default();
                for line in block.lines() {
                    match line.split_once(": ") {
                        Some(("id", id)) => id.clone_into(&mut read.id),
                        Some(("event", event)) => event.clone_into(&mut read.event),
                        Some(("data", data)) => read.data = serde_json::from_str(data).expect("JSON"),
                        other => assert!(matches!(other, Some(("retry" | "", _))), "{line}"),
                    }
                }
                let rest = rest.to_owned();
                self.text = rest;
                return Some(read);
            }
            let part = tokio::time::timeout(PATIENCE, self.body.next()).await.expect("something comes")?;
            self.text.push_str(std::str::from_utf8(&part.expect("a part")).expect("text"));
        }
    }

    /// Returns the next event. Comments are passed over.
    async fn event(&mut self) -> Block {
        loop {
            let block = self.block().await.expect("the stream goes on");
            if !block.event.is_empty() {
                return block;
            }
        }
    }

    /// Waits until the stream has ended.
    async fn end(&mut self) {
        while self.block().await.is_some() {}
    }
}

#[tokio::test]
async fn a_reader_of_the_stream_is_told_the_same_as_a_reader_of_pages() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let (mut stream, begin) = Stream::open(&bot, "").await;
    assert!(begin.ends_with("-0"), "{begin}");
    bot.change_ranks(account::NEWCOMER, json!({"add": ["cadet"], "reason": "Passed\nwith two lines"})).await;
    let page = bot.events("take=100").await;
    for event in events(&page) {
        let sent = stream.event().await;
        assert_eq!(&sent.data, event);
        assert_eq!(sent.event, event["type"]);
        assert!(sent.id.ends_with(&format!("-{}", event["place"])), "{}", sent.id);
    }
}

#[tokio::test]
async fn a_reader_is_told_as_it_happens_of_what_its_filter_asks_for() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let filter = format!("after=latest&types=account.renamed&accountId={}", account::CADET);
    let (mut stream, begin) = Stream::open(&bot, &filter).await;
    assert_eq!(begin, end_of(&bot).await);
    for (account, name) in [(account::NEWCOMER, "A"), (account::CADET, "B"), (account::CADET, "C")] {
        bot.change_ranks(account, json!({"add": ["medic"], "remove": ["officer"]})).await;
        let path = format!("/v2/community/accounts/{account}/name");
        bot.patch(&path, json!({"newName": name})).await.ok();
        bot.change_ranks(account, json!({"add": ["officer"], "remove": ["medic"]})).await;
    }
    for name in ["B", "C"] {
        assert_eq!(stream.event().await.data["data"]["after"]["name"], name);
    }
}

#[tokio::test]
async fn a_reader_that_was_cut_off_goes_on_after_the_last_event_that_it_has_seen() {
    let server = Server::start().await;
    let bot = server.bot().await;
    let (mut stream, _) = Stream::open(&bot, "").await;
    let (first, second) = (stream.event().await, stream.event().await);
    drop(stream);
    for (again, query) in [
        (bot.with("last-event-id", &first.id), String::new()),
        (bot.with("last-event-id", &first.id), "after=latest".to_owned()),
        (bot.clone(), format!("after={}", first.id)),
    ] {
        let (mut stream, begin) = Stream::open(&again, &query).await;
        assert_eq!(begin, first.id);
        assert_eq!(stream.event().await, second);
    }
    let neighbour = end_of(&server.neighbours_bot().await).await;
    let refused = bot.with("accept", "text/event-stream").with("last-event-id", &neighbour).get(PATH).await;
    refused.problem(400, "invalid-cursor");
    // A request for a page has no use for the header.
    bot.with("last-event-id", "nonsense").get(PATH).await.ok();
}

#[tokio::test]
async fn the_stream_of_a_key_that_is_revoked_or_expires_ends() {
    let server = Server::start().await;
    let end = server.now() + Duration::from_hours(1);
    let bot = server.bot_with("events:read", |credential| credential.expires_at = Some(end)).await;
    let (mut stream, _) = Stream::open(&bot, "after=latest").await;
    server.advance(Duration::from_hours(2));
    stream.end().await;
    let bot = server.bot().await;
    let (mut stream, _) = Stream::open(&bot, "after=latest").await;
    let (mut other, _) = Stream::open(&bot, "after=latest&types=key.revoked").await;
    server.revoke_all().await;
    stream.end().await;
    other.end().await;
    bot.with("accept", "text/event-stream").get(PATH).await.problem(401, "revoked-credential");
}

#[tokio::test]
async fn a_stream_is_not_cut_by_the_time_out_of_requests() {
    let request_timeout = Duration::from_secs(2);
    let server = Server::with(Options { request_timeout, ..Options::default() }).await;
    let bot = server.bot().await;
    let (mut stream, _) = Stream::open(&bot, "after=latest").await;
    tokio::time::timeout(request_timeout * 3 / 2, stream.body.next()).await.expect_err("it is silent");
    bot.change_ranks(account::NEWCOMER, json!({"add": ["cadet"]})).await;
    assert_eq!(stream.event().await.event, "ranks.changed");
}

#[tokio::test]
async fn a_key_and_a_server_have_only_so_many_streams() {
    let server = Server::start().await;
    let mut open = Vec::new();
    let bot = server.bot().await;
    for _ in 0..MOST_OF_CREDENTIAL {
        open.push(Stream::open(&bot, "after=latest").await.0);
    }
    let eager = bot.with("accept", "text/event-stream");
    let refused = eager.get(PATH).await;
    insta::assert_json_snapshot!(refused.whole());
    // A page may be read all the same, and a closed stream makes room.
    bot.get(PATH).await.ok();
    open.pop();
    open.push(Stream::open(&bot, "after=latest").await.0);
    while open.len() < MOST_OF_SERVER {
        let bot = server.bot().await;
        for _ in 0..MOST_OF_CREDENTIAL {
            open.push(Stream::open(&bot, "after=latest").await.0);
        }
    }
    let readers = || async { server.stranger().get("/metrics").await.text };
    assert!(readers().await.contains(&format!("\nrankledger_event_streams {MOST_OF_SERVER}\n")));
    let stranger = server.bot().await.with("accept", "text/event-stream");
    insta::assert_json_snapshot!(stranger.get(PATH).await.whole());
    open.clear();
    assert!(readers().await.contains("\nrankledger_event_streams 0\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_at_two_nodes_are_sent_every_event_once_and_in_order() {
    let first = Server::start().await;
    // An embedded database has one server.
    let second = if is_on_postgres() { Some(first.twin().await) } else { None };
    let key = first.bot_key().await;
    let nodes: Vec<_> = std::iter::once(&first).chain(&second).map(|node| node.holder_of(&key)).collect();
    let mut streams = Vec::new();
    for node in &nodes {
        streams.push(Stream::open(node, "after=latest").await.0);
    }
    let write = |account: &'static str, node: Actor| async move {
        for step in 0..20 {
            let path = format!("/v2/community/accounts/{account}/name");
            node.patch(&path, json!({"newName": format!("Step {step}")})).await.ok();
            let change = if step % 2 == 0 { json!({"add": ["medic"]}) } else { json!({"remove": ["medic"]}) };
            node.set_ranks(account, change).await.ok();
        }
    };
    let accounts = [account::NEWCOMER, account::CADET];
    let begin = end_of(&nodes[0]).await;
    let begin: i64 = begin.split_once('-').and_then(|(_, place)| place.parse().ok()).expect("a place");
    join_all(accounts.iter().zip(nodes.iter().cycle()).map(|(account, node)| write(account, node.clone())))
        .await;
    for mut stream in streams {
        for place in begin + 1..=begin + 80 {
            assert_eq!(stream.event().await.data["place"], place);
        }
    }
}
