//! The receivers of the guide to events, run as they stand there, and the official verifiers of Standard
//! Webhooks: all against the real binary.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver as Lines};

use serde_json::{Value, json};

use crate::kit::{PATIENCE, Process, agent, free_address, run, wait_until};
use crate::python::interpreter;

const GUIDE: &str = include_str!("../../../../docs/guides/events.md");
const ACCOUNT: &str = "/v2/community/accounts/00000000-0000-0000-0000-000000000000/ranks";

/// Sends a request to the demo. Returns the data of the answer.
fn call(demo: &Process, method: &str, path: &str, body: &Value) -> Value {
    let request = http::Request::builder()
        .method(method)
        .uri(demo.url(path))
        .header("authorization", "Bearer YOUR_API_KEY")
        .body(body.to_string())
        .expect("a request");
    let mut answer = agent().run(request).expect("an answer");
    let text = answer.body_mut().read_to_string().expect("a text");
    let answer: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(answer["success"], true, "{answer}");
    answer["data"].clone()
}

/// Subscribes a receiver. Returns the path of the subscription, and its secret.
fn subscribe(demo: &Process, address: SocketAddr) -> (String, String) {
    let url = format!("http://{address}/");
    let body = json!({"kind": "standard", "name": "Receiver", "url": url, "types": ["ranks.changed"]});
    let made = call(demo, "POST", "/v2/community/webhooks", &body);
    let text = |member: &str| made[member].as_str().expect("a text").to_owned();
    (format!("/v2/community/webhooks/{}", text("id")), text("secret"))
}

/// Changes ranks, and returns the id of the event.
fn change(demo: &Process, body: &Value) -> String {
    call(demo, "PATCH", ACCOUNT, body);
    let page = call(demo, "GET", "/v2/community/events?take=100&types=ranks.changed", &json!({}));
    let events = page["events"].as_array().expect("events");
    events.last().expect("an event")["id"].as_str().expect("an id").to_owned()
}

/// Returns the code of the guide in a language.
fn code(language: &str) -> &'static str {
    let block = GUIDE.split(&format!("```{language}\n")).nth(1).expect("a block of the guide");
    block.split("```").next().expect("its end")
}

/// A receiver of the guide at work.
struct Running {
    process: Child,
    lines: Lines<String>,
}

impl Running {
    /// Starts the program with this secret, and waits until it listens.
    fn start(program: &Path, language: &str, address: SocketAddr, secret: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder").keep();
        let file = folder.join(format!("receiver.{language}"));
        std::fs::write(&file, code(language)).expect("a file");
        let mut command = Command::new(program);
        command.arg(&file).env("WEBHOOK_SECRET", secret).env("PORT", address.port().to_string());
        let mut process =
            command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the receiver starts");
        let stdout = process.stdout.take().expect("a pipe");
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            let _ =
                BufReader::new(stdout).lines().map_while(Result::ok).try_for_each(|line| sender.send(line));
        });
        wait_until("the receiver listens", || TcpStream::connect(address).is_ok());
        Self { process, lines }
    }

    fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("the receiver says something")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Sends a request to a receiver that Rankledger did not sign. Returns the status of the answer.
fn forge(address: SocketAddr, headers: &[(&str, &str)]) -> u16 {
    let mut request = agent().post(format!("http://{address}/"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send(r#"{"type":"ranks.changed"}"#).expect("an answer").status().as_u16()
}

/// Checks a receiver of the guide: it takes what is genuine, each event once, also while a secret is
/// replaced, and nothing else.
fn check(program: &Path, language: &str) {
    let demo = Process::start(&["demo", "--rate-limits", "off"]);
    let address = free_address();
    let (path, secret) = subscribe(&demo, address);
    let receiver = Running::start(program, language, address, &secret);

    let event = change(&demo, &json!({"add": ["officer"]}));
    assert_eq!(receiver.line(), format!("ranks.changed {event}"));
    let tried = call(&demo, "POST", &format!("{path}/test"), &json!({}));
    assert_eq!((&tried["status"], &tried["error"]), (&json!(204), &Value::Null));
    assert!(receiver.line().starts_with("webhook.test "));

    let now = std::process::Command::new("date").arg("+%s").output().expect("date runs").stdout;
    let now = String::from_utf8_lossy(&now).trim().to_owned();
    assert_eq!(forge(address, &[]), 401);
    let wrong = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    for sent in [now.as_str(), "1000000000", "soon", ""] {
        let headers = [("webhook-id", "x"), ("webhook-timestamp", sent), ("webhook-signature", wrong)];
        assert_eq!(forge(address, &headers), 401, "{sent}");
    }

    // The receiver does not know the new secret yet, and is sent an event twice.
    call(&demo, "POST", &format!("{path}/rotate-secret"), &json!({}));
    call(&demo, "POST", &format!("{path}/replay"), &json!({"place": 1}));
    let replayed = receiver.line();
    let last = change(&demo, &json!({"remove": ["officer"]}));
    let last = format!("ranks.changed {last}");
    let mut known = vec![replayed];
    while known.last() != Some(&last) {
        known.push(receiver.line());
    }
    assert!(!known.contains(&format!("ranks.changed {event}")), "it was acted upon before");
}

#[test]
fn the_receiver_in_python_takes_what_is_genuine_and_nothing_else() {
    let Some(python) = interpreter("Python") else { return };
    check(&python, "python");
}

#[test]
fn the_receiver_in_javascript_takes_what_is_genuine_and_nothing_else() {
    if node_modules().is_some() {
        check(Path::new("node"), "js");
    }
}

#[test]
fn the_receiver_in_lua_takes_what_is_genuine_and_nothing_else() {
    let has_lua = Command::new("lua5.4").args(["-e", "require 'socket'; require 'openssl.hmac'"]).status();
    let has_lua = has_lua.is_ok_and(|status| status.success());
    assert!(has_lua || std::env::var_os("CI").is_none(), "run the tests with `cargo xtask test`");
    if has_lua {
        check(Path::new("lua5.4"), "lua");
    } else {
        println!("skipped: Lua is not installed; `cargo xtask test` does that");
    }
}

/// Returns the folder of the npm packages. `None` without them; then prints that.
pub(crate) fn node_modules() -> Option<PathBuf> {
    let folder =
        std::env::var_os("RANKLEDGER_TEST_NODE").map(|folder| Path::new(&folder).join("node_modules"));
    assert!(folder.is_some() || std::env::var_os("CI").is_none(), "run the tests with `cargo xtask test`");
    if folder.is_none() {
        println!("skipped: the npm packages are not installed; `cargo xtask test` does that");
    }
    folder
}

/// Takes one request on this listener. Returns its headers and its body.
fn take(listener: &TcpListener) -> (Value, String) {
    let (mut stream, _) = listener.accept().expect("a connection");
    let mut reader = BufReader::new(stream.try_clone().expect("a handle"));
    let (mut headers, mut line) = (json!({}), String::new());
    while reader.read_line(&mut line).expect("a line") > 2 {
        if let Some((name, value)) = line.trim().split_once(": ") {
            headers[name.to_lowercase()] = json!(value);
        }
        line.clear();
    }
    let length: usize =
        headers["content-length"].as_str().and_then(|text| text.parse().ok()).expect("a length");
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the body");
    stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").expect("an answer is taken");
    (headers, String::from_utf8(body).expect("text"))
}

/// Checks what the binary sends with an official verifier: it takes the signature by this secret, and refuses
/// another secret and another body. `script` gets secret, body and headers.
fn verify(script: impl Fn(&[&str]) -> Command) {
    let demo = Process::start(&["demo", "--rate-limits", "off"]);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let (path, secret) = subscribe(&demo, listener.local_addr().expect("its address"));
    change(&demo, &json!({"add": ["officer"], "reason": "Verdient 🦀"}));
    let first = take(&listener);
    let fresh = call(&demo, "POST", &format!("{path}/rotate-secret"), &json!({}))["secret"].clone();
    let fresh = fresh.as_str().expect("a secret");
    change(&demo, &json!({"remove": ["officer"]}));
    let second = take(&listener);

    let other = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    for ((headers, body), secret, is_genuine) in [
        (&first, secret.as_str(), true),
        (&first, fresh, false),
        (&second, secret.as_str(), true),
        (&second, fresh, true),
        (&second, other, false),
    ] {
        let output = run(&mut script(&[secret, body, &headers.to_string()]));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.success(), is_genuine, "{said}");
        let tampered = body.replace("ranks.changed", "ranks.chanced");
        assert!(!run(&mut script(&[secret, &tampered, &headers.to_string()])).status.success());
    }
}

#[test]
fn the_official_verifier_for_python_takes_what_is_sent() {
    let Some(python) = interpreter("Python's standardwebhooks") else { return };
    let script = "import json, sys; from standardwebhooks import Webhook\n\
                  secret, body, headers = sys.argv[1:]\n\
                  assert Webhook(secret).verify(body, json.loads(headers)) == json.loads(body)";
    verify(|arguments| {
        let mut command = Command::new(&python);
        command.args(["-c", script]).args(arguments);
        command
    });
}

#[test]
fn the_official_verifier_for_javascript_takes_what_is_sent() {
    let Some(modules) = node_modules() else { return };
    let script = "const { Webhook } = require('standardwebhooks');\n\
                  const [secret, body, headers] = process.argv.slice(1);\n\
                  new Webhook(secret).verify(body, JSON.parse(headers));";
    verify(|arguments| {
        let mut command = Command::new("node");
        command.args(["-e", script, "--"]).args(arguments).env("NODE_PATH", &modules);
        command
    });
}
