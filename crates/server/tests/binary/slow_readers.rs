//! Readers of a long report that take nothing of it: each costs a little memory, however long the report is.

use std::io::{Read, Write};
use std::net::TcpStream;

use rankledger_server::wire::packed::keep_text;
use serde_json::{Value, json};

use crate::kit::{Community, PATIENCE, Process, account_id, agent, database_url, rankledger, succeed};

/// Number of accounts in the report.
const ACCOUNTS: u32 = 40_000;

/// Number of readers that take nothing.
const READERS: usize = 40;

/// A key that may read reports.
const KEY: &str = "key-of-the-readers-in-the-tests";

/// The batch of the report.
const BATCH: &str = "b0000000-0000-0000-0000-000000000001";

/// Returns a report like that of a rollback of so many accounts: some twelve megabytes.
fn report() -> Value {
    let account = |number: u32| {
        json!({
            "accId": account_id(number), "previousRanks": [account_id(number + 1)], "currentRanks": [],
            "previousStatus": true, "currentStatus": false,
            "changes": [{
                "undoId": account_id(number * 3), "changeNumber": number, "at": "2026-04-15T00:00:00.000Z",
                "outcome": "undone", "problem": null, "items": []
            }]
        })
    };
    json!({
        "batchId": BATCH,
        "counts": {"accounts": ACCOUNTS, "changes": ACCOUNTS, "undone": ACCOUNTS, "already": 0, "skipped": 0},
        "accounts": (1..=ACCOUNTS).map(account).collect::<Vec<_>>(),
    })
}

/// Makes a community with that report.
fn community() -> Community {
    let community = Community::of(1);
    let url = database_url(&community.database);
    let adopt = ["key", "adopt", "--database", &url, "--community", "club", "--name", "reader"];
    succeed(rankledger(&adopt).args(["--scopes", "ranks:rollback", KEY]));
    let file = rusqlite::Connection::open(&community.database).expect("the file");
    let batch = format!("x'{}'", BATCH.replace('-', ""));
    let insert = format!(
        "INSERT INTO rollbacks (community, batch, at, report, first_number, last_number)
         SELECT id, {batch}, 0, ?, 1, 1 FROM communities"
    );
    file.execute(&insert, [keep_text(report().to_string())]).expect("it is kept");
    community
}

fn read_report(server: &Process) -> Value {
    let url = server.url(&format!("/v2/community/rank-changes/rollbacks/{BATCH}"));
    let answer = agent().get(url).header("authorization", format!("Bearer {KEY}")).call();
    let mut answer = answer.expect("an answer");
    let text = answer.body_mut().with_config().limit(64 << 20).read_to_string().expect("the whole answer");
    assert_eq!(answer.headers()["content-length"], text.len().to_string().as_str());
    serde_json::from_str(&text).expect("JSON")
}

/// Asks for the report, and reads nothing but the beginning of the answer: by then it is made.
fn stall(server: &Process) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    let request = format!(
        "GET /v2/community/rank-changes/rollbacks/{BATCH} HTTP/1.1\r\nHost: here\r\n\
         Authorization: Bearer {KEY}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("it is sent");
    let mut beginning = [0; "HTTP/1.1 200".len()];
    stream.read_exact(&mut beginning).expect("an answer");
    assert_eq!(beginning, *b"HTTP/1.1 200");
    stream
}

#[test]
fn a_reader_of_a_long_report_costs_little_memory() {
    let community = community();
    let server = Process::serve(&community.database);
    let before = server.memory();
    assert_eq!(read_report(&server)["data"]["result"], report(), "it is answered whole");
    let readers: Vec<_> = (0..READERS).map(|_| stall(&server)).collect();
    let each = server.memory().saturating_sub(before) / READERS;
    assert!(each < 1_500_000, "each reader costs {each} bytes of a report of {}", report().to_string().len());
    drop(readers);
}
