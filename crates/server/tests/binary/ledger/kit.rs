//! A community with a history, and the two places where a command finds it.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::kit::{Community, Process, account_id, agent, database_url, rankledger, run, set_ranks, succeed};

/// The key that the commands use on a server.
pub(super) const ADMIN_KEY: &str = "key-of-the-admin-in-the-tests";

/// Result of a command.
pub(super) struct Said {
    pub(super) code: Option<i32>,
    pub(super) out: String,
    pub(super) err: String,
}

pub(super) fn said(command: &mut Command) -> Said {
    let output = run(command);
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

impl Said {
    /// Returns the output of a command that succeeded and printed no error.
    #[track_caller]
    pub(super) fn printed(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{}", self.out);
        self.out
    }

    /// Returns the output as JSON.
    #[track_caller]
    pub(super) fn json(self) -> Value {
        serde_json::from_str(&self.printed()).expect("nothing but JSON is printed")
    }

    /// Returns the one line with which a command fails. A command that fails prints nothing else.
    #[track_caller]
    pub(super) fn error(self, code: i32) -> String {
        assert_eq!((self.code, self.out.as_str()), (Some(code), ""), "{}", self.err);
        assert_eq!(self.err.lines().count(), 1, "{}", self.err);
        self.err.strip_prefix("error: ").expect("it says that it is an error").trim_end().to_owned()
    }
}

/// A community, and a server on its database.
pub(super) struct Ledger {
    pub(super) community: Community,
    pub(super) server: Process,
}

/// Where a command finds the ledger.
#[derive(Clone, Copy)]
pub(super) enum Through {
    Server,
    File,
}

pub(super) const BOTH: [Through; 2] = [Through::Server, Through::File];

impl Ledger {
    /// Starts a server on a community, which gets a key of scope `admin`.
    fn of(community: Community) -> Self {
        let url = database_url(&community.database);
        let adopt = ["key", "adopt", "--database", &url, "--community", "club", "--name", "admin"];
        succeed(rankledger(&adopt).args(["--scopes", "admin", ADMIN_KEY]));
        Self { server: Process::serve(&community.database), community }
    }

    /// Starts a community with two members called Alex, two ranks called Cadet, and a promotion flow. Ann is
    /// its owner and chief.
    pub(super) fn with_namesakes() -> Self {
        let discord = |id: &str| json!([{"type": "discord", "value": id}]);
        let document = json!({
            "community": {"id": "club", "name": "The Club"},
            "departments": [
                {"label": "Police", "ranks": [
                    {"key": "cadet", "label": "Cadet", "power": 10},
                    {"key": "officer", "label": "Officer", "power": 20},
                    {"key": "chief", "label": "Chief", "power": 90},
                ]},
                {"label": "Fire", "ranks": [{"key": "fd-cadet", "label": "Cadet", "power": 10}]},
            ],
            "promotionFlows": [{
                "key": "up", "labelFrom": "Cadet", "labelTo": "Officer", "ranksToAdd": ["officer"],
                "ranksToRemove": ["cadet"],
            }],
            "accounts": [
                {"id": account_id(1), "name": "Ann", "owner": true, "ranks": ["chief"],
                    "identifiers": discord("100000000000000001")},
                {"id": account_id(2), "name": "Rex", "ranks": ["officer"],
                    "identifiers": discord("100000000000000002")},
                {"id": account_id(3), "name": "Alex", "ranks": ["cadet"]},
                {"id": account_id(4), "name": "alex", "ranks": ["officer"],
                    "identifiers": discord("100000000000000004")},
            ],
        });
        Self::of(Community::from_document(&document))
    }

    /// Starts a community of three members. The third, a moderator, has promoted the first (5) and taken the
    /// rank of the second (6). Later the bot has taken the first one's new rank (7), so that their promotion
    /// cannot be undone.
    pub(super) fn with_a_rogue_moderator() -> Self {
        let ledger = Self::of(Community::of(3));
        ledger.set_ranks(3, &json!({"add": ["medic"]}));
        let moderator = account_id(3);
        ledger.set_ranks(
            1,
            &json!({"add": ["officer"], "remove": ["cadet"], "userId": moderator, "reason": "My friend\nand yours"}),
        );
        ledger.set_ranks(2, &json!({"set": [], "userId": moderator}));
        ledger.set_ranks(1, &json!({"remove": ["officer"], "active": true}));
        ledger
    }

    /// Calls Set Account Ranks as the bot.
    pub(super) fn set_ranks(&self, account: u32, body: &Value) {
        let answer = set_ranks(&agent(), &self.server.url(""), &account_id(account), body);
        let (status, answer) = answer.expect("an answer");
        assert_eq!(status, 200, "{answer}");
    }

    /// Returns a command that works on the ledger, through a server or on its file.
    pub(super) fn command(&self, through: Through, args: &[&str]) -> Command {
        let mut command = rankledger(args);
        match through {
            Through::Server => command.args(["--url", &self.server.url("")]).env("RANKLEDGER_KEY", ADMIN_KEY),
            Through::File => command.args(["--database", &database_url(&self.community.database)]),
        };
        command
    }

    /// Runs such a command. Returns its result.
    pub(super) fn say(&self, through: Through, args: &[&str]) -> Said {
        said(&mut self.command(through, args))
    }

    /// Returns one change, as the API shows it.
    pub(super) fn change(&self, number: u32) -> Value {
        self.say(Through::File, &["history", &number.to_string(), "--json"]).json()
    }

    /// Returns the ids of the ranks that an account holds now.
    pub(super) fn ranks(&self, account: u32) -> Value {
        let url = self.server.url(&format!("/v2/community/accounts/{}/ranks", account_id(account)));
        let request = agent().get(url).header("authorization", format!("Bearer {ADMIN_KEY}"));
        let text = request.call().expect("an answer").body_mut().read_to_string().expect("text");
        serde_json::from_str::<Value>(&text).expect("JSON")["data"].take()
    }
}

/// Makes a ledger of 9 changes, in which 8 is the undo of 6. In the end the first member is active without a
/// rank (7), the second is cadet and medic (9), and so is the third (4).
pub(super) fn ledger_of_nine() -> Ledger {
    let ledger = Ledger::with_a_rogue_moderator();
    ledger.say(Through::File, &["undo", "6", "--reason", "Not them"]).printed();
    ledger.set_ranks(2, &json!({"add": ["medic"]}));
    ledger
}

/// Opens a connection that can write everything.
pub(super) fn tamperer(path: &Path) -> Connection {
    let connection = Connection::open(path).expect("the database");
    connection
        .execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
        .expect("settings");
    connection
}

/// Returns the text with each time in it replaced by a fixed time of the same length.
pub(super) fn timeless(text: &str) -> String {
    const TIME: &str = "2026-04-15 00:00:00";
    let mut still = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_time = rest.get(..TIME.len()).is_some_and(|head| {
            head.chars()
                .zip(TIME.chars())
                .all(|(c, t)| if t.is_ascii_digit() { c.is_ascii_digit() } else { c == t })
        });
        let taken = if is_time { TIME.len() } else { first.len_utf8() };
        still.push_str(if is_time { TIME } else { &rest[..taken] });
        rest = &rest[taken..];
    }
    still
}

/// Runs a server that gives these answers, one after the other, each to a connection of its own. Returns the
/// requests.
pub(super) fn with_answers(answers: &[String], talk: impl FnOnce(&str)) -> Vec<String> {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("its address"));
    std::thread::scope(|scope| {
        let server = scope.spawn(|| {
            let answer = |answer: &String| {
                let (mut stream, _) = listener.accept().expect("a connection");
                let mut request = [0; 4096];
                let read = stream.read(&mut request).expect("a request");
                stream.write_all(answer.as_bytes()).expect("an answer");
                String::from_utf8_lossy(&request[..read]).into_owned()
            };
            answers.iter().map(answer).collect()
        });
        talk(&url);
        server.join().expect("each answer was asked for")
    })
}

/// Returns an answer of HTTP with these additional headers.
pub(super) fn answer(status: &str, head: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{head}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}
