//! Clients that keep the server waiting: they are cut off, or make room for others.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::kit::{Community, KEY, PATIENCE, Process, account_id, agent, database_url, rankledger, set_ranks};

/// Serves a community with these settings for connections.
fn serve_with(community: &Community, settings: &str) -> Process {
    Process::spawn(serve_command(community, settings))
}

fn serve_command(community: &Community, settings: &str) -> Command {
    let config: PathBuf = community.folder.path().join("rankledger.toml");
    std::fs::write(&config, format!("[connections]\n{settings}\n")).expect("a file");
    let mut serve =
        rankledger(&["serve", "--database", &database_url(&community.database), "--rate-limits", "off"]);
    serve.arg("--config").arg(config);
    serve
}

/// Returns the command in a shell that may open only this many files.
fn with_files(files: u32, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    let script = format!("ulimit -n {files} && ulimit -Hn {files} && exec \"$@\"");
    shell.args(["-c", &script, "sh"]).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

/// Sends so many requests for a long page in one go, and never reads.
fn stall(address: SocketAddr, requests: usize) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("a connection");
    // The server may have closed the connection already, to make room for a later one.
    let _ = stream.write_all("GET /docs HTTP/1.1\r\nHost: here\r\n\r\n".repeat(requests).as_bytes());
    stream
}

/// Sends a request on a connection and reads the head of the answer. Empty if the connection is closed.
fn ask(stream: &mut TcpStream, path: &str) -> String {
    let head = format!("GET {path} HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {KEY}\r\n\r\n");
    if stream.write_all(head.as_bytes()).is_err() {
        return String::new();
    }
    let mut answer = vec![0; 64 * 1024];
    let read = stream.read(&mut answer).unwrap_or(0);
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

fn connect(server: &Process) -> TcpStream {
    let stream = TcpStream::connect(server.address).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    stream
}

fn metric(server: &Process, name: &str) -> u64 {
    let mut answer = agent().get(server.url("/metrics")).call().expect("an answer");
    let text = answer.body_mut().read_to_string().expect("a text");
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value.expect("the server has it").parse().expect("a number")
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Returns the status of a GET request on a new connection.
fn status(server: &Process, path: &str) -> u16 {
    let request = agent().get(server.url(path)).header("authorization", format!("Bearer {KEY}"));
    request.call().expect("an answer").status().as_u16()
}

#[test]
fn slow_readers_without_a_key_stop_nobody() {
    let community = Community::of(1);
    let server = Process::spawn(with_files(64, &serve_command(&community, "")));
    let readers: Vec<_> = (0..44).map(|_| stall(server.address, 8)).collect();
    for _ in 0..10 {
        assert_eq!(status(&server, "/healthz"), 200);
        assert_eq!(status(&server, "/readyz"), 200);
        assert_eq!(status(&server, "/v2/community"), 200);
        let change = set_ranks(&agent(), &server.url(""), &account_id(1), &json!({"add": ["officer"]}));
        assert_eq!(change.expect("an answer").0, 200);
    }
    assert!(metric(&server, "rankledger_connections_closed_for_room_total") >= 44 - 28);
    assert!(metric(&server, "rankledger_connections_open") <= 32);
    drop(readers);
    let (code, _) = server.terminate();
    assert_eq!(code, Some(0));
}

#[test]
fn a_reader_that_takes_nothing_is_cut_off() {
    let community = Community::of(1);
    let server = serve_with(&community, "write_seconds = 1");
    // More than the buffers of two sockets take.
    let mut stream = stall(server.address, 64);
    wait_until("the reader is cut off", || metric(&server, "rankledger_connections_stalled_total") == 1);
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    let (mut sink, mut is_open) = (vec![0; 1 << 20], true);
    while is_open {
        is_open = stream.read(&mut sink).is_ok_and(|read| read > 0);
    }
    assert_eq!(metric(&server, "rankledger_connections_open"), 1, "the one that asks for it");
}

#[test]
fn an_idle_connection_ends() {
    let community = Community::of(1);
    let server = serve_with(&community, "idle_seconds = 1");
    let mut silent = connect(&server);
    let mut used = connect(&server);
    assert!(ask(&mut used, "/healthz").starts_with("HTTP/1.1 200"));
    for stream in [&mut silent, &mut used] {
        assert_eq!(stream.read(&mut [0; 64]).expect("an end, not a time-out"), 0);
    }
}

#[test]
fn a_body_that_does_not_arrive_is_refused() {
    let community = Community::of(1);
    let server = serve_with(&community, "body_seconds = 1");
    let mut stream = connect(&server);
    let head = format!(
        "PATCH /v2/community/accounts/{}/ranks HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {KEY}\r\n\
         Content-Length: 20\r\n\r\n{{",
        account_id(1)
    );
    stream.write_all(head.as_bytes()).expect("it is sent");
    let mut answer = vec![0; 4096];
    let read = stream.read(&mut answer).expect("an answer");
    assert!(String::from_utf8_lossy(&answer[..read]).starts_with("HTTP/1.1 408"), "{answer:?}");
}

#[test]
fn an_address_with_too_many_connections_loses_the_one_that_waits_longest() {
    let community = Community::of(1);
    let server = serve_with(&community, "per_address = 2");
    let (mut first, mut second) = (connect(&server), connect(&server));
    assert!(ask(&mut first, "/healthz").starts_with("HTTP/1.1 200"));
    assert!(ask(&mut second, "/healthz").starts_with("HTTP/1.1 200"));
    let mut third = connect(&server);
    assert!(ask(&mut third, "/v2/community").starts_with("HTTP/1.1 200"));
    assert_eq!(first.read(&mut [0; 64]).unwrap_or(0), 0, "the first made room");
    assert!(ask(&mut second, "/v2/community").starts_with("HTTP/1.1 200"), "the second stays");
}

#[test]
fn those_who_watch_are_answered_while_the_server_works_on_every_connection() {
    let community = Community::of(1);
    let server = serve_with(&community, "max = 1");
    let other = rusqlite::Connection::open(&community.database).expect("the file");
    other.execute_batch("BEGIN IMMEDIATE").expect("the lock");
    let mut busy = connect(&server);
    let body = r#"{"add":["officer"]}"#;
    let request = format!(
        "PATCH /v2/community/accounts/{}/ranks HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {KEY}\r\n\
         Content-Length: {}\r\n\r\n{body}",
        account_id(1),
        body.len()
    );
    busy.write_all(request.as_bytes()).expect("it is sent");
    // Until the request has arrived, its connection makes room, and the client sends it again.
    wait_until("the server works on the only connection", || {
        let refused = ask(&mut connect(&server), "/v2/community");
        if refused.starts_with("HTTP/1.1 200") {
            busy = connect(&server);
            busy.write_all(request.as_bytes()).expect("it is sent");
        }
        refused.starts_with("HTTP/1.1 503") && refused.contains("too-many-connections")
    });
    let refused = ask(&mut connect(&server), "/v2/community").to_lowercase();
    assert!(refused.contains("retry-after: 1") && refused.contains("connection: close"), "{refused}");
    assert!(ask(&mut connect(&server), "/healthz").starts_with("HTTP/1.1 200"));
    assert!(ask(&mut connect(&server), "/metrics").starts_with("HTTP/1.1 200"));
    // Many who only hold a place of the reserve keep nobody out of it.
    let held: Vec<_> = (0..20).map(|_| connect(&server)).collect();
    assert!(ask(&mut connect(&server), "/readyz").starts_with("HTTP/1.1 200"));
    drop(held);
    other.execute_batch("ROLLBACK").expect("the lock is free");
    let mut answer = vec![0; 4096];
    let read = busy.read(&mut answer).expect("an answer");
    assert!(String::from_utf8_lossy(&answer[..read]).starts_with("HTTP/1.1 200"), "the work was finished");
}

/// Creates an account with this `X-Forwarded-For`, and returns the address that the log has for it.
fn address_in_the_log(settings: &str, forwarded_for: &str) -> String {
    let community = Community::of(1);
    let server = serve_with(&community, settings);
    let url = server.url(&format!("/v2/community/accounts/{}/name", account_id(1)));
    let request = agent().patch(url).header("authorization", format!("Bearer {KEY}"));
    let answer = request.header("x-forwarded-for", forwarded_for).send(r#"{"newName":"Renamed"}"#);
    assert_eq!(answer.expect("an answer").status(), 200);
    let file = rusqlite::Connection::open(&community.database).expect("the file");
    let newest = "SELECT address FROM log_entries WHERE address IS NOT NULL ORDER BY place DESC LIMIT 1";
    file.query_row(newest, [], |row| row.get(0)).expect("the log has it")
}

#[test]
fn only_a_trusted_proxy_says_where_a_request_came_from() {
    let forged = "198.51.100.1, 203.0.113.7";
    assert_eq!(address_in_the_log("", forged), "127.0.0.1");
    let trusted = r#"trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]"#;
    assert_eq!(address_in_the_log(trusted, forged), "203.0.113.7", "the first was named by the client");
    assert_eq!(address_in_the_log(trusted, "203.0.113.8, 10.1.2.3"), "203.0.113.8", "two proxies");
    assert_eq!(address_in_the_log(trusted, "203.0.113.8, nonsense"), "127.0.0.1");
}

#[test]
fn a_setting_that_cannot_be_read_is_named() {
    let community = Community::of(1);
    for (settings, word) in [("max = 0", "nonzero"), (r#"trusted_proxies = ["here"]"#, "no network")] {
        let output = crate::kit::run(&mut serve_command(&community, settings));
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !output.status.success() && printed.contains("line 2") && printed.contains(word),
            "{printed}"
        );
    }
}
