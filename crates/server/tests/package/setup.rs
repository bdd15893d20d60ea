//! `rankledger setup` on a machine of its own.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use super::root::{Ran, Root, get, has_dpkg, wait_until_ready};
use super::systemctl::Booted;

/// Returns what a setup said, with names for what differs in each run.
fn said(ran: &Ran, url: &str) -> String {
    let said = ran.stderr.replace(url, "http://127.0.0.1:PORT");
    match token_of(&said) {
        Some(token) => said.replace(token, "TOKEN"),
        None => said,
    }
}

/// Returns the end of the link to the console.
fn token_of(said: &str) -> Option<&str> {
    said.split("/console/link/").nth(1)?.split_whitespace().next()
}

#[test]
fn setup_leaves_a_running_server_and_a_second_one_changes_nothing() {
    if !has_dpkg() {
        return;
    }
    let machine = Booted::new();
    let root = &machine.0;
    root.install("0.2.0");
    let (url, first) = root.set_up();
    insta::assert_snapshot!("setup_leaves_a_running_server", said(&first, &url));
    let config = root.read("etc/rankledger/rankledger.toml");
    let port = url.rsplit(':').next().expect("a port");
    insta::assert_snapshot!("setup_writes_these_settings", config.replace(port, "PORT"));
    let mode =
        root.at("etc/rankledger/rankledger.toml").metadata().expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "the settings may have a password in them");

    let key = &first.stdout;
    assert!(key.starts_with("rlk_") && key.lines().count() == 1, "the key stands alone on the output");
    let (_, owner) =
        get(&format!("{url}/v2/community/accounts/discord/123456789012345678"), key).expect("an answer");
    assert_eq!(
        (&owner["data"]["accName"], &owner["data"]["owner"]),
        (&"Owner".into(), &true.into()),
        "{owner}"
    );
    let (_, keys) = get(&format!("{url}/v2/community/credentials"), key).expect("an answer");
    assert_eq!(keys["data"][0]["scopes"], serde_json::json!(["admin"]), "{keys}");

    let link = format!("{url}/console/link/{}", token_of(&first.stderr).expect("a link"));
    let mut page = ureq::get(&link).call().expect("an answer");
    let page = page.body_mut().read_to_string().expect("a page");
    assert!(page.contains("Sign in") && page.contains("The Club"), "the link works: {page}");

    let server = machine.server();
    let second = root.set_up_at("http://127.0.0.1:9");
    assert!(second.succeeded && second.stdout.is_empty(), "{}", second.stderr);
    insta::assert_snapshot!("a_second_setup_changes_nothing", said(&second, &url));
    assert_eq!(root.read("etc/rankledger/rankledger.toml"), config);
    assert_eq!(machine.server(), server, "it runs on");
    // The settings of the installed server count for the other commands, too.
    assert_eq!(
        root.succeed(&["key", "list", "--community", "club"]).lines().count(),
        2,
        "one key, and a head"
    );
}

#[test]
fn a_setup_that_was_cut_off_is_finished_by_the_next() {
    if !has_dpkg() {
        return;
    }
    let machine = Booted::new();
    let root = &machine.0;
    root.install("0.2.0");
    let script = root.read("usr/bin/systemctl");
    std::fs::write(
        root.at("usr/bin/systemctl"),
        "#!/bin/sh\n[ \"$1\" = cat ] || { echo no such luck >&2; exit 1; }\n",
    )
    .expect("a file");
    let url = format!("http://127.0.0.1:{}", rankledger_instances::free_port().expect("a free port"));
    let failed = root.set_up_at(&url);
    assert!(!failed.succeeded && failed.stdout.is_empty());
    for part in ["could not start the server", "journalctl", "no such luck", "run `rankledger setup` again"] {
        assert!(failed.stderr.contains(part), "{}", failed.stderr);
    }
    std::fs::write(root.at("usr/bin/systemctl"), script).expect("a file");
    let finished = root.set_up_at(&url);
    assert!(finished.succeeded && finished.stdout.starts_with("rlk_"), "{}", finished.stderr);
    assert_eq!(get(&format!("{url}/v2/community"), &finished.stdout).expect("an answer").0, 200);
}

#[test]
fn without_systemd_setup_says_what_to_start() {
    if !has_dpkg() {
        return;
    }
    let root = Root::new();
    root.install("0.2.0");
    let (url, ran) = root.set_up();
    insta::assert_snapshot!("without_systemd_setup_says_what_to_start", said(&ran, &url));
    let start =
        ran.stderr.lines().find_map(|line| line.strip_prefix("  rankledger serve ")).expect("a command");
    let arguments: Vec<_> = std::iter::once("serve").chain(start.split(' ')).collect();
    let mut server =
        root.command("/usr/bin/rankledger", &arguments).stderr(Stdio::null()).spawn().expect("it starts");
    wait_until_ready(&url);
    assert_eq!(get(&format!("{url}/v2/community"), &ran.stdout).expect("an answer").0, 200);
    server.kill().expect("it runs");
    server.wait().expect("it ends");
}
