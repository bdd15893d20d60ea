//! The log decides nothing: its reader ends or stalls, its disk is full, and the server goes on.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, pipe};
use std::process::{Command, Stdio};

use rankledger_instances::Disk;
use serde_json::{Value, json};

use crate::kit::{Community, Process, account_id, agent, database_url, rankledger, set_ranks, wait_until};

fn serve(community: &Community) -> Command {
    rankledger(&["serve", "--database", &database_url(&community.database), "--rate-limits", "off"])
}

fn status_of(server: &Process, path: &str) -> u16 {
    agent().get(server.url(path)).call().expect("an answer").status().as_u16()
}

/// Returns how many lines of its log the server has lost.
fn lost_lines(agent: &ureq::Agent, base: &str) -> u64 {
    let mut answer = agent.get(format!("{base}/metrics")).call().expect("an answer");
    let text = answer.body_mut().read_to_string().expect("a text");
    let value = text.lines().find_map(|line| line.strip_prefix("rankledger_log_lines_lost_total "));
    value.expect("the metric").parse().expect("a number")
}

/// The server answers, is ready and writes.
fn check_service(server: &Process) {
    assert_eq!([status_of(server, "/healthz"), status_of(server, "/readyz")], [200, 200]);
    for rank in ["officer", "medic"] {
        let body = json!({ "add": [rank] });
        let (status, answer) =
            set_ranks(&agent(), &server.url(""), &account_id(1), &body).expect("an answer");
        assert_eq!(status, 200, "{answer}");
    }
}

#[test]
fn the_reader_of_the_log_ends_and_the_server_goes_on() {
    let community = Community::of(1);
    let (reader, writer) = pipe().expect("a pipe");
    let server = Process::spawn_logging_to(writer, serve(&community));
    drop(reader);
    check_service(&server);
    wait_until("lines are lost", || lost_lines(&agent(), &server.url("")) > 3);
    assert_eq!(server.terminate().0, Some(0));
}

#[test]
fn the_reader_of_the_log_stalls_and_the_server_goes_on_and_ends() {
    let community = Community::of(1);
    let (_stalled, writer) = pipe().expect("a pipe");
    let server = Process::spawn_logging_to(writer, serve(&community));
    let base = server.url("");
    // Each request is a line: more than the pipe and the queue hold.
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let agent = agent();
                while lost_lines(&agent, &base) < 10 {
                    for _ in 0..100 {
                        agent.get(format!("{base}/healthz")).call().expect("an answer");
                    }
                }
            });
        }
    });
    check_service(&server);
    assert_eq!(server.terminate().0, Some(0));
}

#[test]
fn it_starts_and_serves_while_the_log_takes_nothing() {
    for arguments in [&["demo"][..], &["serve", "--rate-limits", "off"]] {
        let community = Community::of(1);
        let mut command = rankledger(arguments);
        command.env("RANKLEDGER_DATABASE", database_url(&community.database));
        let full = OpenOptions::new().write(true).open("/dev/full").expect("a device that is full");
        let server = Process::spawn_logging_to(full, command);
        assert_eq!([status_of(&server, "/healthz"), status_of(&server, "/readyz")], [200, 200]);
        wait_until("lines are lost", || lost_lines(&agent(), &server.url("")) > 3);
        assert_eq!(server.terminate().0, Some(0));
    }
}

#[test]
fn an_error_at_the_start_has_its_exit_code_although_nobody_can_read_it() {
    let full = OpenOptions::new().write(true).open("/dev/full").expect("a device that is full");
    let mut command = rankledger(&["serve", "--database", "sqlite:/nowhere/at.db"]);
    let status = command.stdout(Stdio::null()).stderr(full).status().expect("the binary runs");
    assert_eq!(status.code(), Some(1));
}

#[test]
fn the_log_on_a_full_disk_goes_on_when_there_is_room_again() {
    let (community, logs) = (Community::of(1), tempfile::tempdir().expect("a folder"));
    let disk = Disk::make(community.folder.path()).expect("a disk");
    let mut command = serve(&community);
    disk.put_under(&mut command);
    let path = logs.path().join("server.log");
    let server = Process::spawn_logging_to(File::create(&path).expect("a file"), command);
    disk.fill(logs.path()).expect("it is told");
    check_service(&server);
    wait_until("lines are lost", || lost_lines(&agent(), &server.url("")) > 3);
    let before = fs::read_to_string(&path).expect("the log");
    disk.make_room().expect("it is told");
    wait_until("the log tells what it lacks", || {
        assert_eq!(status_of(&server, "/healthz"), 200);
        let log = fs::read_to_string(&path).expect("the log");
        log.strip_prefix(&before).expect("it only grows").contains("lines of this log were lost")
    });
    check_service(&server);
    assert_eq!(server.terminate().0, Some(0));
    let log = fs::read_to_string(&path).expect("the log");
    assert!(log.contains("the ledger is written"), "what was queued at the end is there: {log}");
}

#[test]
fn the_log_is_json_if_that_is_wanted() {
    let community = Community::of(1);
    let (mut reader, writer) = pipe().expect("a pipe");
    let mut command = serve(&community);
    command.env("RANKLEDGER_LOG_FORMAT", "json");
    let server = Process::spawn_logging_to(writer, command);
    check_service(&server);
    assert_eq!(server.terminate().0, Some(0));
    let mut log = String::new();
    reader.read_to_string(&mut log).expect("the log");
    let lines: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).expect("a line is an object")).collect();
    let answered =
        lines.iter().find(|line| line["span"]["method"] == "PATCH").expect("the line of a request");
    assert_eq!((&answered["message"], &answered["level"]), (&json!("answered"), &json!("INFO")));
    assert_eq!(answered["status"], 200);
    assert!(answered["span"]["id"].is_string() && answered["timestamp"].is_string(), "{answered}");
}

#[test]
fn another_form_of_the_log_is_refused() {
    let mut command = rankledger(&["serve"]);
    let output = command.env("RANKLEDGER_LOG_FORMAT", "xml").output().expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("RANKLEDGER_LOG_FORMAT must be `text` or `json`"), "{said}");
}
