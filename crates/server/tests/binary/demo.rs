//! `rankledger demo FILE` for the tests of programs: somebody's own community, a clock that stands still,
//! and the way back to the beginning.

use std::io::{BufRead, BufReader, ErrorKind};
use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::kit::{Process, agent, rankledger, run};

const CLUB: &str = "
community: { id: club, name: The Club }
departments: [{ label: Police, ranks: [{ key: cadet, label: Cadet, power: 10 }, { key: vip, label: VIP, power: 1 }] }]
accounts: [{ name: Bob, ranks: [cadet], identifiers: [{ type: discord, value: '100000000000000002' }] }]
";

const BOB: &str = "/v2/community/accounts/100000000000000002";

/// Writes a document. Returns its path, and the folder that keeps it.
fn document(text: &str) -> (PathBuf, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("club.yaml");
    std::fs::write(&file, text).expect("a file");
    (file, folder)
}

/// Starts a demo of the club whose clock stands still.
fn club() -> (Process, TempDir) {
    let (file, folder) = document(CLUB);
    let file = file.to_str().expect("text");
    (Process::start(&["demo", file, "--clock", "2026-04-15T00:00:00Z"]), folder)
}

/// Sends a request to the demo at this URL, on a new connection. Returns the status and the body.
fn send(base: &str, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let request = http::Request::builder().method(method).uri(format!("{base}{path}"));
    let request = request.header("authorization", "Bearer YOUR_API_KEY").body(body.to_string());
    let mut answer = agent().run(request.expect("a request")).expect("an answer");
    let text = answer.body_mut().read_to_string().expect("a text");
    (answer.status().as_u16(), serde_json::from_str(&text).unwrap_or_default())
}

#[track_caller]
fn data(base: &str, method: &str, path: &str, body: &Value) -> Value {
    let (status, answer) = send(base, method, path, body);
    assert_eq!(status, 200, "{answer}");
    answer["data"].clone()
}

fn held(base: &str) -> usize {
    data(base, "GET", BOB, &json!({}))["ranks"].as_array().expect("ranks").len()
}

/// Reads an account over a new connection, and over another one if that ended before it was asked anything.
/// Returns the status.
fn patient(base: &str) -> u16 {
    loop {
        let request = agent().get(format!("{base}{BOB}")).header("authorization", "Bearer YOUR_API_KEY");
        match request.call() {
            Ok(answer) => return answer.status().as_u16(),
            Err(ureq::Error::Io(error))
                if [ErrorKind::UnexpectedEof, ErrorKind::ConnectionReset].contains(&error.kind()) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn a_demo_begins_anew_as_often_as_somebody_wants() {
    let (demo, _folder) = club();
    let base = demo.url("");
    let ranks = format!("{BOB}/ranks");
    for _ in 0..3 {
        assert_eq!(held(&base), 1);
        let changed = send(&base, "PATCH", &ranks, &json!({"add": ["vip"]}));
        assert_eq!(changed.1["meta"]["changeNumber"], 2, "{changed:?}");
        assert_eq!(changed.1["meta"]["timestamp"], "2026-04-15T00:00:00.000Z");
        assert_eq!(held(&base), 2);
        assert_eq!(send(&base, "POST", "/demo/reset", &json!({})).0, 204);
    }
    assert_eq!(held(&base), 1);
    let (code, log) = demo.terminate();
    assert_eq!(code, Some(0), "{log:?}");
}

#[test]
fn a_reset_ends_the_streams_and_serves_who_connects_meanwhile() {
    let (demo, _folder) = club();
    let base = demo.url("");
    let request = agent().get(demo.url("/v2/community/events"));
    let request =
        request.header("authorization", "Bearer YOUR_API_KEY").header("accept", "text/event-stream");
    let mut stream = request.call().expect("a stream");
    let readers: Vec<_> = std::thread::scope(|scope| {
        let reset = scope.spawn(|| send(&base, "POST", "/demo/reset", &json!({})).0);
        let readers: Vec<_> = (0..8).map(|_| scope.spawn(|| patient(&base))).collect();
        assert_eq!(reset.join().expect("an answer"), 204);
        readers.into_iter().map(|reader| reader.join().expect("an answer")).collect()
    });
    assert_eq!(readers, [200; 8], "nobody was turned away");
    let lines = BufReader::new(stream.body_mut().as_reader()).lines();
    assert!(lines.map_while(Result::ok).count() > 0, "the stream has an end");
}

#[test]
fn the_clock_goes_forward_when_it_is_told_to() {
    let (demo, _folder) = club();
    let base = demo.url("");
    data(&base, "PATCH", &format!("{BOB}/ranks"), &json!({"add": [{"rank": "vip", "expiresIn": "P7D"}]}));
    let now = data(&base, "POST", "/demo/clock", &json!({"forward": "P6DT23H59M59S"}));
    assert_eq!(now, json!({"now": "2026-04-21T23:59:59.000Z"}));
    assert_eq!(held(&base), 2);
    data(&base, "POST", "/demo/clock", &json!({"now": "2026-04-22T02:00:00+02:00"}));
    assert_eq!(held(&base), 1, "it is taken away before the answer");
    data(&base, "POST", &format!("{BOB}/ban"), &json!({"expiresIn": "P1D"}));
    data(&base, "POST", "/demo/clock", &json!({"forward": "P1M"}));
    assert_eq!(data(&base, "GET", BOB, &json!({}))["banned"], false);
}

#[test]
fn what_is_no_time_ahead_is_refused_and_the_clock_stays() {
    let (demo, _folder) = club();
    let base = demo.url("");
    for (body, place) in [
        (json!({}), ""),
        (json!({"now": "2026-05-01T00:00:00Z", "forward": "P1D"}), ""),
        (json!({"now": "2026-04-14T23:59:59Z"}), "/now"),
        (json!({"now": "tomorrow"}), "/now"),
        (json!({"forward": "a week"}), "/forward"),
        (json!({"forward": "-P1D"}), "/forward"),
        (json!({"forward": "P0D"}), "/forward"),
        (json!({"forward": "P9000Y"}), "/forward"),
        (json!({"forwards": "P1D"}), "/forwards"),
    ] {
        let (status, problem) = send(&base, "POST", "/demo/clock", &body);
        assert_eq!((status, &problem["errors"][0]["pointer"]), (400, &json!(place)), "{body}: {problem}");
    }
    let (_, answer) = send(&base, "GET", BOB, &json!({}));
    assert_eq!(answer["meta"]["timestamp"], "2026-04-15T00:00:00.000Z");
}

#[test]
fn a_document_that_cannot_be_read_is_named_with_its_place() {
    let (file, _folder) = document("community: { id: club, nam: The Club }\n");
    let output = run(&mut rankledger(&["demo", file.to_str().expect("text"), "--listen", "127.0.0.1:0"]));
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("club.yaml") && text.contains("nam"), "{text}");
    let output = run(&mut rankledger(&["demo", "/nowhere.yaml", "--listen", "127.0.0.1:0"]));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("cannot import /nowhere.yaml"), "{text}");
    let output = run(&mut rankledger(&["demo", "--clock", "soon"]));
    assert_eq!(output.status.code(), Some(2));
}
