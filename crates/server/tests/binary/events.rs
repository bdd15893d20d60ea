//! The stream of events, read with curl from the real binary: it ends cleanly when the server stops, and goes
//! on where it stopped.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};

use serde_json::{Value, json};

use crate::kit::{Community, KEY, PATIENCE, Process, account_id, agent, set_ranks};

/// curl, as it follows the stream.
struct Follower {
    curl: Child,
    lines: Receiver<String>,
}

impl Follower {
    /// Starts curl, and waits until the stream has begun.
    fn start(server: &Process, query: &str, headers: &[&str]) -> Self {
        let mut command = Command::new("curl");
        command.args(["--no-buffer", "--silent", "--show-error", "--fail"]);
        for header in
            [&format!("authorization: Bearer {KEY}"), "accept: text/event-stream"].iter().chain(headers)
        {
            command.args(["--header", header]);
        }
        command.arg(server.url(&format!("/v2/community/events?{query}")));
        let mut curl = command.stdout(Stdio::piped()).spawn().expect("curl runs");
        let stdout = curl.stdout.take().expect("a pipe");
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let follower = Self { curl, lines };
        follower.value_of("retry: ");
        follower
    }

    /// Returns the rest of the next line that begins so.
    fn value_of(&self, field: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(PATIENCE).expect("the stream goes on");
            if let Some(value) = line.strip_prefix(field) {
                return value.to_owned();
            }
        }
    }

    /// Returns the data of the next event.
    fn event(&self) -> Value {
        serde_json::from_str(&self.value_of("data: ")).expect("JSON")
    }

    /// Waits until the stream has ended. Returns whether curl calls the answer whole.
    fn ended_well(mut self) -> bool {
        self.curl.wait().expect("curl ends").success()
    }
}

/// Adds or removes a rank. Returns the number of the change.
fn change(server: &Process, body: &Value) -> Value {
    let (status, answer) = set_ranks(&agent(), &server.url(""), &account_id(1), body).expect("an answer");
    assert_eq!(status, 200, "{answer}");
    answer["meta"]["changeNumber"].clone()
}

#[test]
fn a_stream_ends_cleanly_when_the_server_stops_and_goes_on_when_it_is_back() {
    let community = Community::of(1);
    let server = Process::serve(&community.database);
    let follower = Follower::start(&server, "after=latest", &[]);
    let cursor = follower.value_of("id: ");
    let number = change(&server, &json!({"add": ["officer"]}));
    assert_eq!(follower.event()["data"]["changeNumber"], number);
    let (code, log) = server.terminate();
    assert_eq!(code, Some(0), "{log:?}");
    assert!(!log.iter().any(|line| line.contains("not finished in time")), "{log:?}");
    assert!(follower.ended_well(), "curl takes the answer for whole");

    let server = Process::serve(&community.database);
    let again = change(&server, &json!({"remove": ["officer"]}));
    let last_event_id = format!("last-event-id: {cursor}");
    let follower = Follower::start(&server, "after=latest&types=ranks.changed", &[&last_event_id]);
    for expected in [number, again] {
        assert_eq!(follower.event()["data"]["changeNumber"], expected);
    }
    // A kill cuts the stream, and curl says so.
    server.kill();
    assert!(!follower.ended_well());
}
