//! The questions of `rankledger setup`: at a terminal, and refused where the answers do not do.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use rankledger_instances::fresh_in_run;

use super::root::{Ran, has, ran};

/// A complete setup, as far as its flags go.
const COMPLETE: [&str; 8] = [
    "--community",
    "club",
    "--owner",
    "123456789012345678",
    "--address",
    "http://127.0.0.1:18443",
    "--proxy",
    "none",
];

/// Returns a command for a setup in this folder, without a terminal.
fn setup(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rankledger"));
    command.args(["setup", "--config", "etc/rankledger.toml"]).current_dir(folder).stdin(Stdio::null());
    command.env_remove("RANKLEDGER_CONFIG").env_remove("RANKLEDGER_DATABASE");
    command
}

/// Runs a setup without a terminal, for a server in this folder.
fn set_up(folder: &Path, arguments: &[&str]) -> Ran {
    ran(setup(folder).args(arguments).args(["--database", "sqlite:rankledger.db"]))
}

/// Returns a complete setup in which this flag has another value.
fn with<'a>(flag: &str, value: &'a str) -> Vec<&'a str> {
    let mut arguments: Vec<&str> = COMPLETE.to_vec();
    let place = arguments.iter().position(|argument| *argument == flag).expect("it is one of them");
    arguments[place + 1] = value;
    arguments
}

/// Runs a setup that must be refused, with nothing written. Returns the error.
fn refused(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ran = set_up(folder.path(), arguments);
    assert!(!ran.succeeded && ran.stdout.is_empty(), "{arguments:?}: {}", ran.stderr);
    let written = [folder.path().join("rankledger.db"), folder.path().join("etc/rankledger.toml")];
    assert!(!written.iter().any(|file| file.exists()), "{arguments:?} wrote something");
    ran.stderr
}

#[test]
fn half_a_setup_is_refused_with_the_names_of_what_is_missing() {
    let error = refused(&[]);
    assert!(error.contains("--community, --owner, --address, --proxy are missing"), "{error}");
    let error = refused(&COMPLETE[..6]);
    assert!(error.contains("--proxy is missing"), "{error}");
}

#[test]
fn an_answer_that_cannot_be_is_refused_with_a_way_out() {
    for (flag, value, parts) in [
        ("--community", "two words", &["two words", "community id"][..]),
        ("--owner", "Ann", &["17 to 20 digits", "Copy User ID"]),
        ("--owner", "1234", &["17 to 20 digits"]),
        ("--address", "https://ranks.example.com", &["needs a proxy", "--proxy local"]),
        ("--address", "http://203.0.113.7", &["port 80", "1024"]),
        ("--address", "http://203.0.113.7:8080/ranks", &["needs a proxy", "/ranks"]),
        ("--address", "ranks.example.com", &["https://ranks.example.com"]),
        ("--proxy", "nginx", &["local", "10.0.0.5"]),
    ] {
        let error = refused(&with(flag, value));
        assert!(parts.iter().all(|part| error.contains(part)), "{flag} {value}: {error}");
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", taken.local_addr().expect("its address"));
    let error = refused(&with("--address", &address));
    assert!(error.contains("cannot listen") && error.contains("--listen"), "{error}");
    let error =
        refused(&["--name", "クラブ", "--owner", COMPLETE[3], "--address", COMPLETE[5], "--proxy", "none"]);
    assert!(error.contains("--community"), "{error}");
}

#[test]
fn the_proxy_decides_where_the_server_listens_and_whom_it_trusts() {
    // Somebody on this machine may have port 8080, which a server behind a proxy gets by default.
    let port = || rankledger_instances::free_port().expect("a free port");
    let (one, two, three, four) = (port(), port(), port(), port());
    let behind = |port: u16| vec!["--listen".to_owned(), format!("127.0.0.1:{port}")];
    for (address, proxy, more, expected) in [
        (
            "https://ranks.example.com".to_owned(),
            "local",
            behind(one),
            [one.to_string(), "[\"127.0.0.1\", \"::1\"]".to_owned()],
        ),
        (
            "https://ranks.example.com/r".to_owned(),
            "10.0.0.5",
            behind(two),
            [two.to_string(), "[\"10.0.0.5\"]".to_owned()],
        ),
        (
            format!("http://203.0.113.7:{three}"),
            "none",
            Vec::new(),
            [format!("listen = \"0.0.0.0:{three}\""), String::new()],
        ),
        (
            format!("http://localhost:{four}"),
            "none",
            Vec::new(),
            [format!("listen = \"127.0.0.1:{four}\""), String::new()],
        ),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut arguments = with("--address", &address);
        arguments[7] = proxy;
        arguments.extend(more.iter().map(String::as_str));
        let ran = set_up(folder.path(), &arguments);
        assert!(ran.succeeded, "{address} {proxy}: {}", ran.stderr);
        let config =
            std::fs::read_to_string(folder.path().join("etc/rankledger.toml")).expect("it is written");
        assert!(expected.iter().all(|part| config.contains(part)), "{address} {proxy}: {config}");
        assert_eq!(config.contains("trusted_proxies"), proxy != "none", "{config}");
        assert!(config.contains(&format!("public_url = \"{address}\"")), "{config}");
    }
}

#[test]
fn the_data_may_be_in_postgresql() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let database = runtime.block_on(fresh_in_run("bare", async |_| {}));
    let free = format!("http://127.0.0.1:{}", rankledger_instances::free_port().expect("a free port"));
    let mut command = setup(folder.path());
    let complete = with("--address", &free);
    let first = ran(command.args(&complete).args(["--database", &database.url]));
    assert!(first.succeeded && first.stdout.starts_with("rlk_"), "{}", first.stderr);
    let config = std::fs::read_to_string(folder.path().join("etc/rankledger.toml")).expect("it is written");
    assert!(config.contains(&format!("database = \"{}\"", database.url)), "{config}");
    assert!(!config.contains("[backup]"), "PostgreSQL is backed up by its own tools: {config}");
    let second = ran(setup(folder.path()).args(&complete));
    assert!(second.succeeded && second.stdout.is_empty(), "{}", second.stderr);
    assert!(second.stderr.contains("club is there already"), "{}", second.stderr);
}

#[test]
fn at_a_terminal_the_questions_are_asked_until_they_are_answered() {
    if !has(&["script"]) {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let port = rankledger_instances::free_port().expect("a free port");
    let setup = format!(
        "{} setup --config etc/rankledger.toml --database sqlite:rankledger.db",
        env!("CARGO_BIN_EXE_rankledger")
    );
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", &setup, "/dev/null"]).current_dir(folder.path());
    script.env_remove("RANKLEDGER_CONFIG").env_remove("RANKLEDGER_DATABASE");
    let mut terminal = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it runs");
    let answers = format!("Los Santos RP\nAnn\n123456789012345678\nhttp://127.0.0.1:{port}\n\n");
    let mut input = terminal.stdin.take().expect("it was piped");
    input.write_all(answers.as_bytes()).expect("it reads");
    let output = terminal.wait_with_output().expect("it ends");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{shown}");
    for part in [
        "What is your community called?",
        "\"Ann\" is no Discord id",
        "[none]",
        "made los-santos-rp (Los Santos RP)",
        "rlk_",
    ] {
        assert!(shown.contains(part), "{part} is in {shown}");
    }
    drop(input);
}
