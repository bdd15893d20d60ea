//! Starting and stopping: a refused start prints one line, and a signal stops the server.

use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::kit::{
    Community, Process, account_id, agent, database_url, free_address, rankledger, run, set_ranks,
};

/// Returns the one line with which a command fails.
#[track_caller]
fn refusal(command: &mut Command) -> String {
    let output = run(command);
    let text = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(1), "{text}");
    let line = text.lines().find(|line| line.starts_with("error: ")).expect("an error line").to_owned();
    assert!(!text.contains("panicked") && !text.contains("stack backtrace"), "{text}");
    assert_eq!(text.lines().filter(|line| line.contains("error")).count(), 1, "{text}");
    line
}

#[test]
fn a_taken_port_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    let folder = tempfile::tempdir().expect("a folder");
    let database = database_url(&folder.path().join("test.db"));
    for args in [vec!["demo"], vec!["serve", "--database", &database]] {
        let line = refusal(rankledger(&args).args(["--listen", &address]));
        assert!(line.contains(&format!("cannot listen on {address}")) && line.contains("--listen"), "{line}");
    }
}

#[test]
fn a_database_that_cannot_be_written_is_named() {
    let line = refusal(&mut rankledger(&["serve", "--database", "sqlite:/proc/nowhere/rankledger.db"]));
    assert!(line.contains("/proc/nowhere/rankledger.db") && line.contains("folder exists"), "{line}");
}

#[test]
fn a_database_of_another_kind_is_refused() {
    let output = run(&mut rankledger(&["serve", "--database", "mysql://localhost"]));
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("sqlite:PATH"));
}

#[test]
fn an_unknown_key_in_the_configuration_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("rankledger.toml");
    for (text, expected) in [
        ("listen = \"127.0.0.1:0\"\ndatabse = \"x\"\n", ["line 2", "databse"]),
        ("listen = \"nowhere\"\n", ["line 1", "address"]),
        ("[rate_limits.per_minute]\nsetAcountRanks = 5\n", ["setAcountRanks", "setAccountRanks"]),
        ("[rate_limits]\nmode = \"sometimes\"\n", ["sometimes", "documented"]),
        ("[rate_limits]\ncommunity_factor = -1\n", ["line 2", "-1"]),
        ("[rate_limits]\nv1_wait_seconds = 21\n", ["line 2", "20 seconds at the most"]),
        ("listen = \n", ["line 1", "rankledger.toml"]),
    ] {
        std::fs::write(&config, text).expect("a file");
        let line = refusal(rankledger(&["serve", "--config"]).arg(&config));
        assert!(expected.iter().all(|part| line.contains(part)), "{line}");
    }
    let line = refusal(rankledger(&["serve", "--config"]).arg(folder.path().join("none.toml")));
    assert!(line.contains("none.toml"), "{line}");
}

#[test]
fn the_file_is_obeyed_where_no_flag_says_otherwise() {
    let community = Community::of(1);
    let config = community.folder.path().join("rankledger.toml");
    let other = free_address();
    let text = format!(
        "listen = \"{other}\"\ndatabase = \"sqlite:/proc/nowhere/x.db\"\n[rate_limits]\nmode = \"off\"\ncommunity_factor = 3\n"
    );
    std::fs::write(&config, text).expect("a file");
    let config = config.to_str().expect("a path of text");
    let database = database_url(&community.database);
    let server = Process::start(&["serve", "--config", config, "--database", &database]);
    assert_ne!(server.address, other, "the flag won");
    for _ in 0..30 {
        let (status, _) = set_ranks(&agent(), &server.url(""), &account_id(1), &json!({"active": true}))
            .expect("an answer");
        assert_eq!(status, 200, "the file switched the limits off");
    }
    let log = server.said().join("\n");
    assert!(
        log.contains(&database) && log.contains("rate_limits=off,community_factor=3"),
        "it says what it runs with: {log}"
    );
}

#[test]
fn flags_stand_over_the_environment_and_that_over_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("rankledger.toml");
    std::fs::write(&config, "database = \"sqlite:/proc/nowhere/of-the-file.db\"").expect("a file");
    let serve = || {
        let mut command = rankledger(&["serve", "--config"]);
        command.arg(&config);
        command
    };
    assert!(refusal(&mut serve()).contains("of-the-file.db"));
    let environment = ("RANKLEDGER_DATABASE", "sqlite:/proc/nowhere/of-the-environment.db");
    assert!(refusal(serve().env(environment.0, environment.1)).contains("of-the-environment.db"));
    let flag = ["--database", "sqlite:/proc/nowhere/of-the-flag.db"];
    assert!(refusal(serve().env(environment.0, environment.1).args(flag)).contains("of-the-flag.db"));
}

#[test]
fn the_demo_keeps_to_loopback() {
    let line = refusal(&mut rankledger(&["demo", "--listen", "0.0.0.0:8080"]));
    assert!(line.contains("loopback"), "{line}");
}

#[test]
fn the_demo_prints_its_address_its_key_and_the_two_lines() {
    let address = free_address();
    let mut command = rankledger(&["demo", "--listen", &address.to_string()]);
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("it starts");
    while agent().get(format!("http://{address}/readyz")).call().is_err() {
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().expect("it is running");
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8(output.stdout).expect("text");
    for part in [&format!("http://{address}"), "YOUR_API_KEY", "curl --request PATCH", "curl --request POST"]
    {
        assert!(text.contains(part), "{text}");
    }
    let readme = include_str!("../../../../README.md").replace("127.0.0.1:8080", &address.to_string());
    for line in text.split("\n\n").filter(|paragraph| paragraph.starts_with("curl")) {
        assert!(readme.contains(line.trim_end()), "the README has the same line: {line}");
    }
}

#[test]
fn a_signal_to_stop_is_obeyed_within_ten_seconds() {
    let community = Community::of(1);
    let server = Process::serve(&community.database);
    // A connection that is kept open without a request must not delay the stop.
    let idle = std::net::TcpStream::connect(server.address).expect("a connection");
    let begun = Instant::now();
    let (code, log) = server.terminate();
    assert_eq!(code, Some(0), "{log:?}");
    assert!(begun.elapsed() < Duration::from_secs(10));
    drop(idle);
}

#[test]
fn a_slow_client_does_not_keep_others_waiting() {
    use std::io::Write;
    let community = Community::of(1);
    let server = Process::serve(&community.database);
    let mut slow = std::net::TcpStream::connect(server.address).expect("a connection");
    let head = "PATCH /v2/community/accounts/x/ranks HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{";
    slow.write_all(head.as_bytes()).expect("half a request");
    let (status, _) =
        set_ranks(&agent(), &server.url(""), &account_id(1), &json!({"add": ["medic"]})).expect("an answer");
    assert_eq!(status, 200);
}

#[test]
fn the_sites_whose_pages_may_call_are_configured_in_three_ways() {
    let community = Community::of(1);
    let database = database_url(&community.database);
    let config = community.folder.path().join("rankledger.toml");
    std::fs::write(&config, "[cors]\norigins = [\"https://a.example\", \"https://b.example\"]\n")
        .expect("a file");
    let serve = || {
        let mut command = rankledger(&["serve", "--database", &database, "--config"]);
        command.arg(&config);
        command
    };
    let by_flag = |mut command: Command| {
        command.args(["--cors-origins", "https://d.example,https://e.example"]);
        command
    };
    let by_environment = |mut command: Command| {
        command.env("RANKLEDGER_CORS_ORIGINS", "https://c.example");
        command
    };
    for (command, origins) in [
        (serve(), "https://a.example,https://b.example"),
        (by_environment(serve()), "https://c.example"),
        (by_flag(by_environment(serve())), "https://d.example,https://e.example"),
    ] {
        let server = Process::spawn(command);
        for origin in origins.split(',') {
            let request = agent().get(server.url("/v2/community")).header("origin", origin);
            let answer = request.call().expect("an answer");
            assert_eq!(
                answer.headers().get("access-control-allow-origin").map(http::HeaderValue::as_bytes),
                Some(origin.as_bytes())
            );
        }
        let log = server.said().join("\n");
        assert!(log.contains(&format!("cors_origins={origins}")), "it says what it runs with: {log}");
    }
    for wrong in ["https://a.example/panel", "a.example"] {
        std::fs::write(&config, format!("[cors]\norigins = [\"{wrong}\"]\n")).expect("a file");
        let line = refusal(rankledger(&["serve", "--config"]).arg(&config));
        assert!(line.contains("line 2") && line.contains("https://panel.example.com"), "{line}");
    }
}
