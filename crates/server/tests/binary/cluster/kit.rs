//! A primary with its standby, and nodes behind an nginx.

use std::net::SocketAddr;

use rankledger_instances::{Durability, Nginx, Postgres};
use serde_json::{Value, json};

use crate::kit::{KEY, PATIENCE, Process, account_id, agent, make_community, rankledger, run, set_ranks};

/// Number of accounts in the community. [`Sent`](crate::kills::Sent) changes these accounts.
const ACCOUNTS: u32 = 20;

/// A primary and a standby that follows it, with a community.
pub(super) struct Pair {
    pub(super) primary: Postgres,
    pub(super) standby: Postgres,
    /// URL that names both servers.
    pub(super) url: String,
}

impl Pair {
    /// Starts a pair whose commits wait for the standby.
    pub(super) fn synchronous() -> Self {
        let pair = Self::asynchronous();
        pair.primary.wait_for("second").expect("commits wait for the standby");
        pair
    }

    /// Starts a pair whose commits do not wait for the standby.
    pub(super) fn asynchronous() -> Self {
        let primary = Postgres::start(Durability::Full).expect("a primary");
        let url = with_community(&primary);
        let standby = primary.standby("second").expect("a standby");
        let url = url.replace("/club", &format!(",127.0.0.1:{}/club", standby.port()));
        Self { primary, standby, url }
    }
}

/// Creates the community in a server. Returns the URL of its database.
pub(super) fn with_community(postgres: &Postgres) -> String {
    postgres.create_database("club").expect("a database");
    let url = postgres.url("club");
    make_community(&url, ACCOUNTS);
    url
}

/// Makes a key of the community that may do everything.
pub(super) fn admin_key(url: &str) -> String {
    let create = ["key", "create", "--community", "club", "--name", "admin", "--scopes", "admin"];
    let output = run(rankledger(&create).args(["--database", url]));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

/// Starts a node.
pub(super) fn node(url: &str) -> Process {
    Process::start(&["serve", "--database", url, "--rate-limits", "off"])
}

/// Starts a node that reads from a standby while there is no primary.
pub(super) fn node_that_reads_from_a_standby(url: &str) -> Process {
    let config = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(config.path(), "[postgres]\nread_from_standby = true\n").expect("a file");
    let path = config.path().to_str().expect("a path of text");
    // The node is ready only after it has read the file.
    Process::start(&["serve", "--config", path, "--database", url, "--rate-limits", "off"])
}

/// Starts an nginx in front of nodes, configured as in the guide.
pub(super) fn front_of(nodes: [SocketAddr; 2]) -> Nginx {
    let [one, other] = nodes;
    let nginx = Nginx::start(|port| {
        format!(
            "upstream nodes {{ server {one}; server {other}; keepalive 16; keepalive_timeout 20s; }}
             server {{
                 listen 127.0.0.1:{port};
                 location / {{
                     proxy_pass http://nodes;
                     proxy_http_version 1.1;
                     proxy_set_header Connection '';
                     proxy_connect_timeout 2s;
                     proxy_next_upstream error timeout;
                 }}
             }}"
        )
    });
    nginx.expect("an nginx")
}

/// Sends a request with this key. Returns the status and the body.
pub(super) fn ask(node: &Process, key: &str, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let request = http::Request::builder().method(method).uri(node.url(path));
    let request = request.header("authorization", format!("Bearer {key}"));
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let mut answer = agent().run(request.body(body).expect("a request")).expect("an answer");
    let text = answer.body_mut().read_to_string().expect("text");
    (answer.status().as_u16(), serde_json::from_str(&text).expect("JSON"))
}

/// Requests the ranks of the first account with this key. Returns the status and the body.
pub(super) fn ranks(node: &Process, key: &str) -> (u16, Value) {
    ask(node, key, "GET", &format!("/v2/community/accounts/{}/ranks", account_id(1)), &Value::Null)
}

/// Returns how many ranks the first account holds. `None` if the request fails.
pub(super) fn ranks_held(node: &Process) -> Option<usize> {
    ranks(node, KEY).1["data"].as_array().map(Vec::len)
}

/// Returns the status of a request that reads.
pub(super) fn reading(node: &Process) -> u16 {
    ranks(node, KEY).0
}

/// Returns the status of a request that writes: it makes the first account an officer.
pub(super) fn writing(node: &Process) -> u16 {
    writing_at(&node.url(""))
}

/// Returns the status of a request that writes, sent to the node at this URL.
pub(super) fn writing_at(base: &str) -> u16 {
    let body = json!({"set": ["cadet", "officer"], "active": true});
    let (status, answer) = set_ranks(&agent(), base, &account_id(1), &body).expect("an answer");
    assert!(status == 200 || status == 503, "{answer}");
    status
}

/// Waits until the condition holds. `otherwise` is the message if it never does.
pub(super) fn until(otherwise: &str, mut holds: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "{otherwise}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
