//! `rankledger migrate`: a community moves to PostgreSQL and back, and nothing is lost on the way, even if it
//! is interrupted.

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use rankledger_instances::{Database, fresh_in_run};
use rankledger_storage::transfer::tables;
use rusqlite::Connection;
use rusqlite::types::Value as Cell;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio_postgres::{Client, NoTls};

use crate::kit::{
    Community, KEY, PATIENCE, Process, account_id, agent, database_url, rankledger, run, set_ranks, succeed,
    undo,
};

fn runtime() -> Runtime {
    Runtime::new().expect("a runtime")
}

/// Creates a database without tables.
fn empty_postgres() -> Database {
    runtime().block_on(fresh_in_run("bare", async |_| {}))
}

async fn client_of(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("a connection");
    tokio::spawn(connection);
    client
}

fn migrate(from: &str, to: &str) -> Command {
    rankledger(&["migrate", "--from", from, "--to", to])
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// Runs a command that must succeed. Returns its output.
#[track_caller]
fn said(command: &mut Command) -> String {
    let output = run(command);
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// Runs a command that must be refused. Returns the last line of its error.
#[track_caller]
fn refusal(command: &mut Command) -> String {
    let Output { status, stderr, .. } = run(command);
    let stderr = text(&stderr);
    assert_eq!(status.code(), Some(1), "{stderr}");
    let last = stderr.lines().last().expect("an error").to_owned();
    assert!(last.starts_with("error: "), "{stderr}");
    last
}

/// Returns all rows of a file, except the values that each database draws itself.
fn dump(file: &Path) -> String {
    let conn = Connection::open(file).expect("the file");
    let mut dump = String::new();
    for table in tables::all() {
        let columns: Vec<_> = table.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
        let (all, key) = (columns.join(", "), columns[..table.key].join(", "));
        let sql = format!("SELECT {all} FROM {} ORDER BY {key}", table.name);
        let mut statement = conn.prepare(&sql).expect("a question");
        let mut rows = statement.query([]).expect("rows");
        while let Some(row) = rows.next().expect("a row") {
            let cells: Vec<Cell> = (0..columns.len()).map(|index| row.get(index).expect("a cell")).collect();
            writeln!(dump, "{}: {cells:?}", table.name).expect("a text takes what is written");
        }
    }
    dump
}

/// Calls Set Account Ranks with an idempotency key.
fn set_once(server: &Process, account: u32, key: &str) -> (u16, Value) {
    let url = server.url(&format!("/v2/community/accounts/{}/ranks", account_id(account)));
    let request = agent().patch(url).header("authorization", format!("Bearer {KEY}"));
    let request = request.header("idempotency-key", key);
    let mut answer = request.send(json!({"add": ["medic"]}).to_string()).expect("an answer");
    let body = answer.body_mut().read_to_string().expect("a body");
    (answer.status().as_u16(), serde_json::from_str(&body).expect("JSON"))
}

/// Rows that no request of this test makes.
const OTHER_ROWS: &str = "
    INSERT INTO short_urls (community, code, path, custom_domain, created_at) VALUES (1, 'abc', '/forms', 0, 5);
    INSERT INTO community_guards (community, enabled, removals_per_minute, removals_per_hour, frozen_at, frozen_by, frozen_with,
        frozen_reason)
    VALUES (1, 1, 10, 100, NULL, NULL, NULL, NULL);
    INSERT INTO rank_removals (community, who, at, count) VALUES (1, zeroblob(16), 7, 2);
    INSERT INTO profile_fields (community, account, field, position, value)
    SELECT 1, id, 'motto', 0, '\"Grüße\"' FROM accounts;";

/// Makes a community with a pruned history, ends, undos, and a request that may be sent again. It has 19
/// changes, of which 15 to 19 are kept.
fn lived_in() -> (Community, Value) {
    let community = Community::of(10);
    let url = database_url(&community.database);
    let server = Process::serve(&community.database);
    let set = |account, body| {
        let (status, answer) =
            set_ranks(&agent(), &server.url(""), &account_id(account), &body).expect("an answer");
        assert_eq!(status, 200, "{answer}");
    };
    for account in 1..=5 {
        set(account, json!({"add": ["officer"]}));
    }
    succeed(&mut rankledger(&[
        "prune",
        "--community",
        "club",
        "--before",
        "0s",
        "--yes",
        "--database",
        &url,
    ]));
    set(6, json!({"add": [{"rank": "officer", "expiresAt": "2100-01-01T00:00:00Z"}], "active": true}));
    set(7, json!({"set": []}));
    let (status, answer) = undo(&agent(), &server.url(""), "17").expect("an answer");
    assert_eq!(status, 200, "{answer}");
    let (status, answer) = set_once(&server, 8, "once");
    assert_eq!((status, &answer["meta"]["changeNumber"]), (200, &json!(19)), "{answer}");
    assert_eq!(server.terminate().0, Some(0));
    let file = Connection::open(&community.database).expect("the file");
    file.execute_batch(OTHER_ROWS).expect("rows");
    (community, answer)
}

#[test]
fn a_community_moves_to_postgres_and_back() {
    let (community, answer) = lived_in();
    let (first, second) = (&community.database, community.folder.path().join("back.db"));
    let (here, there, back) = (database_url(first), empty_postgres(), database_url(&second));
    let done = said(&mut migrate(&here, &there.url));
    assert!(done.starts_with(&format!("copied {here} to postgres://")), "{done}");
    assert!(done.contains("1 community, 5 rank changes, "), "{done}");
    let by_environment =
        [("RANKLEDGER_MIGRATE_FROM", there.url.as_str()), ("RANKLEDGER_MIGRATE_TO", back.as_str())];
    said(rankledger(&["migrate"]).envs(by_environment));
    assert_eq!(dump(&second), dump(first));
    for database in [&here, &there.url, &back] {
        said(&mut rankledger(&["verify", "--database", database]));
    }

    let server = Process::start(&["serve", "--database", &there.url, "--rate-limits", "off"]);
    assert_eq!(set_once(&server, 8, "once"), (200, answer), "it is known what was answered");
    let (status, undone) = undo(&agent(), &server.url(""), "16").expect("an answer");
    assert_eq!((status, &undone["meta"]["changeNumber"]), (200, &json!(20)), "{undone}");
    let (status, pruned) = undo(&agent(), &server.url(""), "2").expect("an answer");
    assert_eq!(status, 404, "{pruned}");
    drop(server);
    said(&mut rankledger(&["verify", "--database", &there.url]));
    let create = ["community", "create", "another", "--name", "Another", "--database", &there.url];
    succeed(&mut rankledger(&create));
}

/// Makes an insert of a certain row wait for an hour.
const STALL: &str = "
    CREATE FUNCTION stall() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.start_time = 7000 THEN PERFORM pg_sleep(3600); END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER stall BEFORE INSERT ON clock_rows FOR EACH ROW EXECUTE FUNCTION stall();";

/// Sessions that wait in that insert.
const STALLED: &str = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";

/// Kills a migration in the middle of a table.
async fn kill_in_the_midst(from: &str, to: &str) {
    let client = client_of(to).await;
    client.batch_execute(STALL).await.expect("a trigger");
    let mut child = migrate(from, to).stderr(Stdio::null()).spawn().expect("the binary starts");
    let begun = Instant::now();
    let stalled = format!("SELECT count(*) {STALLED}");
    while client.query_one(&stalled, &[]).await.expect("a count").get::<_, i64>(0) == 0 {
        assert!(begun.elapsed() < PATIENCE, "it does not come to that row");
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().expect("it is running");
    child.wait().expect("it ends");
    let terminate = format!("SELECT pg_terminate_backend(pid, 10000) {STALLED}");
    client.query(&terminate, &[]).await.expect("they are gone");
    client.batch_execute("DROP FUNCTION stall CASCADE").await.expect("the trigger is gone");
    let rows = client.query_one("SELECT count(*) FROM clock_rows", &[]).await.expect("a count");
    assert_eq!(rows.get::<_, i64>(0), 5000, "whole portions are there");
}

#[test]
fn a_migration_that_was_killed_goes_on_where_it_was() {
    let community = Community::of(3);
    let (here, there) = (database_url(&community.database), empty_postgres());
    let file = Connection::open(&community.database).expect("the file");
    let rows = "INSERT INTO clock_rows (community, id, account, start_time, completed, notes, type)
        WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 12000)
        SELECT 1, unhex(printf('%032x', n)), (SELECT min(id) FROM accounts), n, 0, '[]', 'patrol' FROM numbers";
    file.execute(rows, []).expect("many rows");
    // The command creates the tables. The trigger on one of them stalls the migration.
    succeed(&mut rankledger(&["community", "list", "--database", &there.url]));
    runtime().block_on(kill_in_the_midst(&here, &there.url));

    let line = refusal(&mut rankledger(&["serve", "--database", &there.url, "--listen", "127.0.0.1:0"]));
    assert!(line.contains("is incomplete") && line.contains("rankledger migrate"), "{line}");
    let changed = community.folder.path().join("changed.db");
    file.execute("VACUUM INTO ?1", [changed.to_str()]).expect("a copy of the file");
    let rows = "DELETE FROM clock_rows WHERE start_time = 12000";
    Connection::open(&changed).expect("the copy").execute(rows, []).expect("a change");
    let line = refusal(&mut migrate(&database_url(&changed), &there.url));
    assert!(line.contains("begin anew"), "{line}");

    let output = run(&mut migrate(&here, &there.url));
    let (done, lines) = (text(&output.stdout), text(&output.stderr));
    assert!(
        done.starts_with("copied the rest of ") && done.contains("1 community, 3 rank changes"),
        "{done}{lines}"
    );
    assert!(lines.lines().any(|line| line == "copying clock_rows: 5000 of 12000"), "{lines}");
    let back = community.folder.path().join("back.db");
    said(&mut migrate(&there.url, &database_url(&back)));
    assert_eq!(dump(&back), dump(&community.database));
}

#[test]
fn what_cannot_be_done_is_refused_in_one_line() {
    let (community, other) = (Community::of(1), Community::of(2));
    let (here, there) = (database_url(&community.database), database_url(&other.database));
    let before = dump(&other.database);
    let line = refusal(&mut migrate(&here, &there));
    assert!(line.contains("not empty") && line.contains("give an empty database"), "{line}");
    assert_eq!(dump(&other.database), before);

    let new = community.folder.path().join("new.db");
    let line = refusal(&mut migrate("sqlite:/nowhere/rankledger.db", &database_url(&new)));
    assert!(line.contains("there is no database sqlite:/nowhere/rankledger.db"), "{line}");
    assert!(!new.exists(), "no target is made for a source that is not there");
    let roundabout = format!("sqlite:{}/./test.db", community.folder.path().display());
    let line = refusal(&mut migrate(&here, &roundabout));
    assert!(line.contains("name the same database"), "{line}");

    for (to, expected) in [
        ("postgres://ann:s3cret@127.0.0.1:1/ledger", "postgres://ann@127.0.0.1:1/ledger"),
        ("postgres://ann:s3cret@127.0.0.1", "--to: it names no database"),
        ("mysql://ann:s3cret@127.0.0.1/ledger", "--to: a database is written"),
    ] {
        let output = run(&mut migrate(&here, to));
        let said = text(&output.stdout) + &text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(expected) && !said.contains("s3cret"), "{said}");
    }
}
