//! What is printed cannot take over a terminal, whoever wrote it: a server that is not to be trusted, or a
//! name in the database.

use std::io::{Read, Write};
use std::net::TcpListener;

use serde_json::{Value, json};

use super::kit::{Ledger, Through, answer, said, tamperer};
use crate::kit::rankledger;

/// Clears the screen, sets the title, hides the end of a line; the last two are one character each.
const HOSTILE: &str = "\u{1b}[2J\u{1b}]0;gone\u{7}\r\u{9b}2J\u{202e}";

/// Checks that a text can be shown on a terminal.
#[track_caller]
fn assert_harmless(text: &str) {
    let found = text.chars().find(|&c| c != '\n' && (c.is_control() || c == '\u{202e}'));
    assert_eq!(found, None, "{text:?}");
}

/// Starts a server that gives the same answer to every request. Returns its URL.
fn server_that_always_says(answer: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("its address"));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            // A command that has seen enough closes its connection.
            let _ = stream.read(&mut [0; 4096]).and_then(|_| stream.write_all(answer.as_bytes()));
        }
    });
    url
}

#[test]
fn a_hostile_server_cannot_take_over_the_terminal() {
    let problem =
        json!({"type": format!("/problems/{HOSTILE}"), "title": HOSTILE, "status": 400, "detail": HOSTILE});
    let redirection =
        format!("Location: http://elsewhere/\u{9b}2J{HOSTILE}\r\n").replace(['\u{7}', '\r'], "");
    let problem_head = "Content-Type: application/problem+json\r\n";
    for commands in [
        vec!["history"],
        vec!["history", "7"],
        vec!["log"],
        vec!["undo", "7"],
        vec!["export"],
        vec!["verify"],
        vec!["checkpoint"],
        vec!["rollback", "--yes", "--user", "a0000000-0000-0000-0000-000000000003"],
    ] {
        for answer in [
            answer("400 Bad Request", problem_head, &problem.to_string()),
            answer("302 Found", &format!("{redirection}\r\n"), ""),
            answer("200 OK", "", HOSTILE),
            answer("200 OK", "", &json!({"success": true, "data": HOSTILE, "meta": {}}).to_string()),
        ] {
            let url = server_that_always_says(answer);
            let mut command = rankledger(&commands);
            let said = said(command.args(["--url", &url]).env("RANKLEDGER_KEY", "the-key-of-a-careful-one"));
            assert_harmless(&said.err);
            // A file goes to another program as it is.
            if commands != ["export"] {
                assert_harmless(&said.out);
            }
        }
    }
}

#[test]
fn a_name_in_the_database_cannot_take_over_the_terminal() {
    let ledger = Ledger::with_a_rogue_moderator();
    let database = tamperer(&ledger.community.database);
    for statement in [
        "UPDATE communities SET name = ?1",
        "UPDATE accounts SET name = ?1",
        "UPDATE ranks SET label = ?1",
        "UPDATE credentials SET name = ?1",
        "UPDATE rank_changes SET reason = ?1",
    ] {
        assert!(database.execute(statement, [HOSTILE]).expect("a statement") > 0, "{statement}");
    }
    let url = crate::kit::database_url(&ledger.community.database);
    let of_database = |args: &[&str]| said(rankledger(args).args(["--database", &url]));
    for said in [
        of_database(&["community", "list"]),
        of_database(&["key", "list", "--community", "club"]),
        of_database(&["key", "create", "--community", "club", "--name", "new", "--scopes", "admin"]),
        of_database(&["doctor"]),
        of_database(&["verify"]),
        of_database(&["history"]),
        of_database(&["history", "5"]),
        of_database(&["log"]),
        of_database(&["rollback", "--user", "a0000000-0000-0000-0000-000000000003"]),
        of_database(&["undo", "5"]),
        of_database(&["undo", "6"]),
        of_database(&["history", "--json"]),
        of_database(&["import", "--status"]),
    ] {
        assert_harmless(&said.out);
        assert_harmless(&said.err);
    }
    let change: Value = ledger.say(Through::File, &["history", "5", "--json"]).json();
    assert_eq!(change["reason"], HOSTILE, "a script reads what is there");
}
