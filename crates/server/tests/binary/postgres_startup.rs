//! A PostgreSQL that cannot be used, or only in part: the messages of `serve`, `doctor` and `/readyz`. They
//! never show a panic or a password.

use std::process::Output;
use std::time::{Duration, Instant};

use rankledger_instances::{Durability, Postgres};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio_postgres::NoTls;

use crate::doctor::{assert_fails, doctor, examine, said_of};
use crate::kit::{
    PATIENCE, Process, account_id, agent, free_address, make_community, rankledger, run, set_ranks,
};

/// Password of every user in this test except the superuser.
const PASSWORD: &str = "s3cret-of-the-tests";

/// A PostgreSQL of this test's own, with its users.
struct TestDatabase {
    postgres: Postgres,
    runtime: Runtime,
}

/// A connection that is closed when it is dropped.
type Client = tokio_postgres::Client;

impl TestDatabase {
    fn new() -> Self {
        let postgres = Postgres::start(Durability::Full).expect("a PostgreSQL");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let place = Self { postgres, runtime: runtime.expect("a runtime") };
        place.postgres.create_user("member", PASSWORD).expect("a user");
        place
    }

    /// Creates a database that `member` owns.
    fn database(&self, name: &str) -> String {
        self.postgres.create_database(name).expect("a database");
        self.postgres.sql(&format!("ALTER DATABASE \"{name}\" OWNER TO member")).expect("its owner");
        self.url("member", PASSWORD, name)
    }

    fn url(&self, user: &str, password: &str, database: &str) -> String {
        format!("postgres://{user}:{password}@127.0.0.1:{}/{database}", self.postgres.port())
    }

    fn connect(&self, url: &str) -> Client {
        self.runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("a connection");
            tokio::spawn(connection);
            client
        })
    }

    fn run(&self, client: &Client, sql: &str) {
        self.runtime.block_on(client.batch_execute(sql)).expect("it runs");
    }
}

/// Returns the standard output of a command, followed by its standard error.
fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Checks that `serve` and the doctor refuse a database in one line with these words, and print no secret.
#[track_caller]
fn assert_refused(url: &str, parts: &[&str]) {
    let output = run(&mut rankledger(&["serve", "--database", url]));
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let line = text.lines().find(|line| line.starts_with("error: ")).expect("an error line");
    assert!(parts.iter().all(|part| line.contains(part)), "{line}");
    let examined = said(&run(&mut doctor(url)));
    for said in [text.as_str(), &examined] {
        assert!(!said.contains("s3cret") && !said.contains("panicked"), "{said}");
    }
}

/// Starts a server with one connection that writes and one that reads.
fn serve_with_one_connection(url: &str, folder: &TempDir) -> Process {
    let config = folder.path().join("rankledger.toml");
    let text = format!("database = \"{url}\"\n[postgres]\nwriters = 1\nreaders = 1\n");
    std::fs::write(&config, text).expect("a file");
    Process::start(&["serve", "--config", config.to_str().expect("a path of text")])
}

/// Returns the status of `/readyz`, its `Retry-After`, and its body.
fn readiness(server: &Process) -> (u16, Option<String>, Value) {
    let mut answer = agent().get(server.url("/readyz")).call().expect("an answer");
    let retry_after =
        answer.headers().get("retry-after").and_then(|value| value.to_str().ok().map(str::to_owned));
    let body = answer.body_mut().read_to_string().expect("a body");
    (answer.status().as_u16(), retry_after, serde_json::from_str(&body).expect("JSON"))
}

#[test]
fn a_database_that_cannot_be_opened_is_named_with_the_way_out() {
    let place = TestDatabase::new();
    let url = place.database("ranks");
    make_community(&url, 2);

    let wrong = place.url("member", "s3cret-mistaken", "ranks");
    assert_refused(&wrong, &["password authentication failed", "Check the user and the password"]);
    assert_fails(&mut doctor(&wrong), "database", &["password authentication failed"]);

    let nobody = format!("postgres://member:{PASSWORD}@{}/ranks", free_address());
    assert_refused(&nobody, &["refused", "Check that it runs"]);
    let unknown = format!("postgres://member:{PASSWORD}@nowhere.invalid/ranks");
    assert_refused(&unknown, &["nowhere.invalid", "Check that it runs"]);
    assert_refused(&place.url("member", PASSWORD, "none"), &["\"none\" does not exist", "createdb"]);

    place.postgres.create_user("reader", PASSWORD).expect("a user");
    let owner = place.connect(&url);
    place.run(&owner, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader");
    let reader = place.url("reader", PASSWORD, "ranks");
    assert_refused(&reader, &["may read, but not write", "GRANT"]);
    assert_fails(&mut doctor(&reader), "writing", &["may read, but not write"]);

    let newer = "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
        VALUES (9999, 'later', '2027-01-01T00:00:00Z', '1')";
    place.run(&owner, newer);
    assert_refused(&url, &["version 9999", "newer one"]);

    let foreign = place.database("songs");
    place.run(&place.connect(&foreign), "CREATE TABLE songs (title TEXT)");
    assert_refused(&foreign, &["another program", "Name another database"]);
    assert_fails(&mut doctor(&foreign), "schema", &["another program"]);
}

#[test]
fn a_server_without_a_free_connection_is_told_of() {
    let mut place = TestDatabase::new();
    let url = place.database("ranks");
    place.postgres.set("max_connections", "5").expect("a setting");
    place.postgres.stop().expect("it stops");
    place.postgres.start_again().expect("it starts");
    // PostgreSQL reserves three of the five connections for superusers.
    let taken = [place.connect(&url), place.connect(&url)];
    assert_refused(&url, &["connection", "max_connections"]);
    drop(taken);
}

#[test]
fn the_doctor_tells_of_a_sound_database_and_makes_nothing_in_an_empty_one() {
    let place = TestDatabase::new();
    let url = place.database("ranks");
    let (code, lines) = examine(&mut doctor(&url));
    assert_eq!((code, said_of(&lines, "schema").0.as_str()), (Some(0), "warning"), "{lines:#?}");
    make_community(&url, 2);
    let (code, lines) = examine(&mut doctor(&url));
    assert_eq!(code, Some(0), "{lines:#?}");
    let (_, disk) = said_of(&lines, "disk");
    assert!(disk.contains(" MiB") && disk.contains("cannot be seen from here"), "{disk}");
    let names = [
        "disk",
        "database",
        "encryption",
        "clock",
        "durability",
        "standbys",
        "connections",
        "schema",
        "writing",
        "ledgers",
    ];
    for name in names {
        assert_eq!(said_of(&lines, name).0, "ok", "{lines:#?}");
    }
    assert!(!lines.join("\n").contains("s3cret"), "{lines:#?}");

    let owner = place.connect(&url);
    place.run(&owner, "UPDATE ledger_heads SET last_number = 5");
    assert_fails(&mut doctor(&url), "ledgers", &["club"]);
    place.postgres.set("fsync", "off").expect("a setting");
    let (_, lines) = examine(&mut doctor(&url));
    assert_eq!(said_of(&lines, "durability").0, "warning", "{lines:#?}");
}

#[test]
fn what_ails_the_database_is_logged_at_the_start_and_told_to_watchers() {
    let place = TestDatabase::new();
    let url = place.database("ranks");
    place.postgres.set("fsync", "off").expect("a setting");
    let server = Process::start(&["serve", "--database", &url]);
    let (status, _, body) = readiness(&server);
    assert!(
        status == 200 && body["warnings"][0].as_str().is_some_and(|text| text.contains("fsync")),
        "{body}"
    );
    let (code, log) = server.terminate();
    let log = log.join("\n");
    assert!(code == Some(0) && log.contains("WARN") && log.contains("fsync"), "{log}");
    assert!(!log.contains("s3cret"), "{log}");
}

#[test]
fn a_server_says_that_it_counts_alone_only_if_there_are_others() {
    let place = TestDatabase::new();
    let url = place.database("ranks");
    make_community(&url, 2);
    let serve = |more: &[&str]| Process::start(&[&["serve", "--database", &url], more].concat());
    let warned = |server: Process| {
        let (_, log) = server.terminate();
        log.into_iter().find(|line| line.contains("each counts rate limits by itself"))
    };
    // Other programs are no servers, whatever they are called.
    let other = place.connect(&format!("{url}?application_name=rankledger"));
    let first = serve(&[]);
    let second = serve(&[]);
    let warning = warned(second).expect("it sees the first");
    assert!(warning.contains("WARN") && warning.contains("others=1"), "{warning}");
    assert_eq!(warned(serve(&["--rate-limits", "off"])), None);
    assert_eq!(warned(first), None, "it was alone when it started");
    drop(other);
}

#[test]
fn whoever_waits_for_a_connection_that_is_held_up_is_answered() {
    let (place, folder) = (TestDatabase::new(), tempfile::tempdir().expect("a folder"));
    let url = place.database("ranks");
    make_community(&url, 2);
    let server = serve_with_one_connection(&url, &folder);
    let other = place.connect(&url);

    place.run(&other, "BEGIN; SELECT 1 FROM ledger_heads FOR UPDATE");
    let change = json!({"add": ["medic"]});
    let (status, body) = set_ranks(&agent(), &server.url(""), &account_id(1), &change).expect("an answer");
    assert_eq!((status, body["type"].as_str()), (503, Some("/problems/unavailable")), "{body}");
    assert_eq!(readiness(&server).0, 200, "it can read");
    place.run(&other, "ROLLBACK");

    place.run(&other, "BEGIN; LOCK TABLE communities IN ACCESS EXCLUSIVE MODE");
    for _ in 0..2 {
        let (status, retry_after, body) = readiness(&server);
        assert_eq!((status, retry_after.is_some()), (503, true), "{body}");
    }
    place.run(&other, "ROLLBACK");
    let begun = Instant::now();
    while readiness(&server).0 != 200 {
        assert!(begun.elapsed() < PATIENCE, "it does not come back");
        std::thread::sleep(Duration::from_millis(20));
    }
    let (status, body) = set_ranks(&agent(), &server.url(""), &account_id(1), &change).expect("an answer");
    assert_eq!(status, 200, "{body}");
}

#[test]
fn an_address_that_is_wrong_is_refused_without_its_password() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("rankledger.toml");
    for url in [
        "postgres://member:s3cret@host:port/ranks",
        "postgres://member:s3cret@host",
        "postgres://member:s3cret@host/ranks?sslmode=sometimes",
        "postgres://member@host/ranks?password=s3cret&colour=blue",
        "postgres://member:my@s3cret@host/ranks",
        "postgres://member:my@s3cret/more@host/ranks",
        "mysql://member:s3cret@host/ranks",
        "postgres:member:s3cret",
    ] {
        std::fs::write(&config, format!("database = \"{url}\"\n")).expect("a file");
        let refused = [
            run(&mut rankledger(&["serve", "--database", url])),
            run(rankledger(&["serve"]).env("RANKLEDGER_DATABASE", url)),
            run(rankledger(&["serve", "--config"]).arg(&config)),
            run(rankledger(&["doctor", "--config"]).arg(&config)),
            run(&mut rankledger(&["doctor", "--database", url])),
        ];
        for output in refused {
            let text = said(&output);
            assert!(!output.status.success() && text.contains("postgres://USER:PASSWORD@HOST"), "{text}");
            assert!(!text.contains("s3cret"), "{text}");
        }
        for args in [["serve", url], [url, "serve"], ["serve", &format!("--databse={url}")]] {
            let text = said(&run(&mut rankledger(&args)));
            assert!(text.contains("error: ") && !text.contains("s3cret"), "{text}");
        }
        let help = run(rankledger(&["serve", "--help"]).env("RANKLEDGER_DATABASE", url));
        assert!(!said(&help).contains("s3cret"), "{}", said(&help));
    }
}
