//! `GET /v2/community/rank-changes/export`: the history as a file, whose hashes anybody can compute.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use http::Request;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::kit::{Actor, HISTORY, Server, account, check_chain, rank};

/// Text that a spreadsheet would take for a formula, and a careless writer for several cells and lines.
const FORMULA: &str = "=HYPERLINK(\"http://x\",\"y\"),;\r\n'second' line";

/// Makes a server with changes in which each member is filled in at least once.
async fn eventful() -> (Server, Actor) {
    let server = Server::start().await;
    let bot = server.bot().await;
    let body = json!({"set": ["officer"], "active": false, "userId": account::CHIEF, "reason": FORMULA});
    bot.change_ranks(account::CADET, body).await;
    server.advance(Duration::from_millis(1234));
    bot.change_ranks(account::OFFICER, json!({"remove": ["medic"], "reason": "Ä \u{1f46e} \\ \"q\" /"}))
        .await;
    server.grant_for(account::NEWCOMER, rank::MEDIC, Duration::from_hours(1)).await;
    bot.change_ranks(account::NEWCOMER, json!({"remove": ["medic"]})).await;
    bot.undo(8, json!({"userId": account::OWNER})).await.reversal();
    server.admin().await.roll_back(json!({"userId": account::CHIEF})).await.batch();
    (server, bot)
}

#[tokio::test]
async fn anybody_computes_the_hashes_of_a_history() {
    let (_server, bot) = eventful().await;
    let lines = bot.lines("").await;
    assert_eq!(lines.len(), 12);
    check_chain("e0000000-0000-0000-0000-000000000001", &lines);
}

#[tokio::test]
async fn a_line_is_an_entry_of_the_history_and_the_oldest_comes_first() {
    let (_server, bot) = eventful().await;
    let mut entries = bot.history("take=100").await.ok()["data"]["rankChanges"].clone();
    entries.as_array_mut().expect("entries").reverse();
    assert_eq!(Value::from(bot.lines("format=ndjson").await), entries);
    let answer = bot.export("").await;
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    assert_eq!(
        answer.header("content-disposition"),
        Some("attachment; filename=\"rank-changes-club.ndjson\"")
    );
    assert!(answer.text.ends_with("}\n"));
}

#[tokio::test]
async fn a_table_opens_in_a_spreadsheet_and_does_nothing_there() {
    let (_server, bot) = eventful().await;
    let answer = bot.export("format=csv").await;
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"rank-changes-club.csv\""));
    insta::assert_snapshot!(answer.text);
    let mut table = csv::Reader::from_reader(answer.text.as_bytes());
    let heads = table.headers().expect("a head").clone();
    let place = |name: &str| heads.iter().position(|head| head == name).expect("a column");
    let (number, reason) = (place("changeNumber"), place("reason"));
    let rows: Vec<_> = table.records().collect::<Result<_, _>>().expect("a table");
    assert_eq!(rows.len(), 12);
    let of_change = |wanted: &str| rows.iter().find(|row| &row[number] == wanted).expect("a row");
    assert_eq!(of_change("7")[reason], format!("'{FORMULA}"), "the apostrophe makes it a text");
    assert_eq!(&of_change("8")[reason], "Ä \u{1f46e} \\ \"q\" /");
}

#[tokio::test]
async fn no_beginning_of_a_reason_is_a_formula() {
    let server = Server::start().await;
    let bot = server.bot().await;
    for first in ["=1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1"] {
        bot.change_ranks(account::CADET, json!({"add": ["medic"], "reason": first})).await;
        bot.change_ranks(account::CADET, json!({"remove": ["medic"], "reason": "1=1"})).await;
        let answer = bot.export("format=csv&source=api").await;
        let mut table = csv::Reader::from_reader(answer.text.as_bytes());
        let reasons: Vec<_> = table.records().map(|row| row.expect("a row")[9].to_owned()).collect();
        assert_eq!(reasons[reasons.len() - 2..], [format!("'{first}"), "1=1".to_owned()]);
    }
}

#[tokio::test]
async fn a_file_is_filtered_like_the_history() {
    let (_server, bot) = eventful().await;
    for query in ["source=import", "undone=true", "userId=100000000000000004", "rank=medic&undone=false"] {
        let mut expected = bot.numbers(query).await;
        expected.reverse();
        let lines = bot.lines(query).await;
        assert_eq!(crate::kit::numbers(&Value::from(lines)), expected, "{query}");
        assert!(!expected.is_empty());
    }
    assert_eq!(bot.export("source=kick").await.text, "");
    let empty = bot.export("source=kick&format=csv").await;
    assert_eq!(empty.text.lines().count(), 1, "only the head");
    let refused = bot.export("format=xlsx").await;
    assert_eq!(refused.problem(400, "invalid-query")["errors"][0]["parameter"], "format");
    bot.export("rank=general").await.problem(400, "invalid-query");
}

#[tokio::test]
async fn a_long_history_comes_whole_in_either_form() {
    let server = Server::start().await;
    let bot = server.bot().await;
    server.lengthen_history(1494).await;
    let lines = bot.lines("").await;
    assert_eq!(crate::kit::numbers(&Value::from(lines)), (1..=1500).collect::<Vec<_>>());
    let table = bot.export("format=csv").await;
    assert_eq!(table.text.lines().count(), 1501);
    assert_eq!(table.text.matches("changeNumber").count(), 1, "one head");
    assert_eq!(bot.lines("source=import").await.len(), 6);
}

#[tokio::test]
async fn what_is_recorded_while_a_file_is_sent_is_not_in_it() {
    let server = Server::start().await;
    let key = server.bot_key().await;
    let bot = server.holder_of(&key);
    let request = Request::get(format!("{HISTORY}/export")).header("authorization", format!("Bearer {key}"));
    let request = request.body(Body::empty()).expect("a request");
    let response = server.router.clone().oneshot(request).await.expect("an answer");
    // The client has not read any of the body yet.
    bot.change_ranks(account::CADET, json!({"add": ["officer"]})).await;
    let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("the body");
    assert_eq!(String::from_utf8(bytes.to_vec()).expect("text").lines().count(), 6);
    assert_eq!(bot.lines("").await.len(), 7);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_said_to_be_so_and_hides_no_other() {
    let server = Server::start().await;
    let bot = server.bot().await;
    server.sql("UPDATE rank_changes SET source = 'the moon' WHERE number = 3").await;
    let lines = bot.lines("").await;
    assert_eq!(crate::kit::numbers(&Value::from(lines.clone())), [1, 2, 3, 4, 5, 6]);
    assert_eq!(lines[2], json!({"changeNumber": 3, "unreadable": true}));
    let answer = bot.export("format=csv").await;
    let mut table = csv::Reader::from_reader(answer.text.as_bytes());
    let rows: Vec<_> = table.records().collect::<Result<_, _>>().expect("a table");
    assert_eq!((&rows[2][0], &rows[2][5]), ("3", "unreadable"));
    assert_eq!(rows.len(), 6);
}

#[tokio::test]
async fn the_neighbours_export_what_is_theirs() {
    let (server, _) = eventful().await;
    let lines = server.neighbours_bot().await.lines("").await;
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["accId"], account::NEIGHBOUR);
}
