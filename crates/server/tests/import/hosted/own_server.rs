//! A community moves from one Rankledger to another: what comes over equals what was there.

use std::collections::BTreeMap;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Owner;

/// The key of the community on both servers.
const KEY: &str = "key-of-the-owner-of-the-demo";

const COMMUNITY: &str = "YOUR_COMMUNITY_ID";

/// Members of the demo's community who are seldom, and whose names and values are seldom.
const MORE: &str = r#"
community: { id: YOUR_COMMUNITY_ID, name: Example Community }
profileFields:
  - { id: age, label: Age, type: number }
  - { id: units, label: Units, type: multiselect, options: [K9, Air] }
accounts:
  - { name: "[LSPD] Bea: # 1", banned: true, ranks: [probation, officer], active: true }
  - { name: Gus, archived: true, lastLogin: 2026-05-01T08:00:00Z, teamspeakId: "gus=" }
  - { name: Olaf 🦀, sysStatus: false, active: true, uniqueId: 77, apiIds: [olaf-1, "license:zz"] }
  - name: Pia
    ranks: [officer]
    profileFields: [{ id: age, value: 31.5 }, { id: units, value: [Air] }, { id: loose, value: { a: [null, ""] } }]
    identifiers:
      - { type: steam, value: steam:110000100000001, refCount: 7, metadata: { name: "Pia \u0007", none: null } }
      - { type: license2, value: "00ff", verified: false, updatedAt: 2026-05-01T08:00:00Z }
      - { type: ip, value: "2001:db8::1" }
    clockRows:
      - { startTime: 2026-05-01T08:00:00Z, endTime: 2026-05-01T09:00:00Z, type: patrol, notes: [{ a: null }, "x"] }
"#;

/// Longest time until a server is ready.
const PATIENCE: Duration = Duration::from_mins(2);

/// A server on an owner's database.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(owner: &Owner) -> Self {
        let port = rankledger_instances::free_port().expect("a port");
        let listen = format!("127.0.0.1:{port}");
        let mut command: Command = owner.command(&["serve", "--rate-limits", "off", "--listen", &listen]);
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        let server =
            Self { process: command.spawn().expect("it starts"), address: format!("http://{listen}") };
        let begun = Instant::now();
        while ureq::get(format!("{}/readyz", server.address)).call().is_err() {
            assert!(begun.elapsed() < PATIENCE, "the server is not ready");
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }

    /// Returns `data` of an answer.
    fn data(&self, path: &str) -> Value {
        let request =
            ureq::get(format!("{}{path}", self.address)).header("authorization", format!("Bearer {KEY}"));
        let text = request.call().expect("an answer").body_mut().read_to_string().expect("a text");
        serde_json::from_str::<Value>(&text).expect("JSON")["data"].take()
    }

    /// Returns everything that the server tells of the community and its accounts, by path.
    fn everything(&self) -> BTreeMap<String, Value> {
        let mut all = BTreeMap::new();
        for path in [
            "/v2/community",
            "/v2/community/departments",
            "/v2/community/promotion-flows",
            "/v2/community/profile-fields",
            "/v2/community/clockin-types",
            "/v2/community/custom-log-types",
            "/v2/community/servers",
            "/v2/community/accounts?take=100",
        ] {
            all.insert(path.to_owned(), self.data(path));
        }
        let listed = all["/v2/community/accounts?take=100"]["items"].clone();
        for account in listed.as_array().expect("a list") {
            let path = format!("/v2/community/accounts/{}", account["accId"].as_str().expect("an id"));
            all.insert(path.clone(), self.data(&path));
        }
        all
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns who holds which ranks, as the export of all standings says it.
fn standings(server: &Server) -> Vec<Value> {
    let path = "/v2/community/rank-changes/standings";
    let request =
        ureq::get(format!("{}{path}", server.address)).header("authorization", format!("Bearer {KEY}"));
    let text = request.call().expect("an answer").body_mut().read_to_string().expect("a text");
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let mut standings: Vec<_> = lines.collect();
    for standing in &mut standings {
        // The number of the newest change: the history begins anew.
        standing.as_object_mut().expect("an object").remove("lastChange");
    }
    standings
}

#[test]
fn what_comes_over_equals_what_was_there() {
    let (there, here) = (Owner::new(), Owner::new());
    there.write("demo.yaml", include_str!("../../../demo/community.yaml"));
    there.succeed(&["import", "demo.yaml"]);
    there.write("more.yaml", MORE);
    there.succeed(&["import", "more.yaml"]);
    let adopt = ["key", "adopt", "--community", COMMUNITY, "--name", "owner", KEY];
    there.succeed(&adopt);
    let there = Server::start(&there);

    let mut command = here.command(&["import", "--from-hosted", "--community", COMMUNITY, "--yes"]);
    command.args(["--address", &there.address, "--rate-factor", "1000", "--folder", "."]);
    let report =
        super::succeeded(&command.env("RANKLEDGER_HOSTED_KEY", KEY).output().expect("the binary runs"));
    assert!(report.contains("Powers: as that API tells them\n"), "{report}");
    assert!(!report.contains("Left out"), "{report}");
    here.succeed(&adopt);
    here.succeed(&["verify", "--community", COMMUNITY]);
    let here = Server::start(&here);

    let (before, after) = (there.everything(), here.everything());
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    for (path, data) in &before {
        assert_eq!(data, &after[path], "{path}");
    }
    assert_eq!(standings(&there), standings(&here));
}
