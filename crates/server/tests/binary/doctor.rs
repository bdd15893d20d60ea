//! `rankledger doctor`: a line for each thing, and an exit code.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use rankledger_instances::Redis;

use crate::kit::{Community, Process, agent, database_url, free_address, rankledger, run};

/// Returns the command that runs the doctor on a database, with a free address to listen on.
pub(crate) fn doctor(database: &str) -> Command {
    let mut command = rankledger(&["doctor", "--database", database, "--listen"]);
    command.arg(free_address().to_string());
    command
}

/// Runs the doctor. Returns its exit code and the lines that it prints.
pub(crate) fn examine(command: &mut Command) -> (Option<i32>, Vec<String>) {
    let output = run(command);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let text = String::from_utf8(output.stdout).expect("text");
    (output.status.code(), text.lines().map(str::to_owned).collect())
}

/// Returns the finding of this name: the verdict, and the rest of the line.
#[track_caller]
pub(crate) fn said_of(lines: &[String], name: &str) -> (String, String) {
    let found = lines.iter().find_map(|line| {
        let (verdict, rest) = line.split_once("  ")?;
        Some((verdict.trim().to_owned(), rest.trim_start().strip_prefix(name)?.trim().to_owned()))
    });
    found.unwrap_or_else(|| panic!("nothing of {name}: {lines:#?}"))
}

/// Checks that the doctor fails with this finding alone, and that its text has these parts.
#[track_caller]
pub(crate) fn assert_fails(command: &mut Command, name: &str, parts: &[&str]) {
    let (code, lines) = examine(command);
    let (verdict, text) = said_of(&lines, name);
    assert_eq!((code, verdict.as_str()), (Some(1), "failed"), "{lines:#?}");
    assert!(parts.iter().all(|part| text.contains(part)), "{text}");
    assert!(lines.last().is_some_and(|last| last.starts_with("1 failure, ")), "{lines:#?}");
}

fn change(database: &Path, sql: &str) {
    let conn = rusqlite::Connection::open(database).expect("the file");
    conn.execute_batch(sql).expect("it runs");
}

#[test]
fn a_sound_database_has_no_failure_and_stays_as_it_is() {
    let community = Community::of(2);
    let before = std::fs::read(&community.database).expect("the file");
    let (code, lines) = examine(&mut doctor(&database_url(&community.database)));
    assert_eq!(code, Some(0), "{lines:#?}");
    for name in [
        "configuration",
        "database",
        "schema",
        "writing",
        "journal",
        "integrity",
        "ledgers",
        "times",
        "rate limits",
        "address",
    ] {
        assert_eq!(said_of(&lines, name).0, "ok", "{lines:#?}");
    }
    assert_eq!(lines.last().map(String::as_str), Some("0 failures, 0 warnings"));
    assert_eq!(std::fs::read(&community.database).expect("the file"), before);
}

#[test]
fn a_database_that_is_not_there_is_not_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("none.db");
    assert_fails(&mut doctor(&database_url(&database)), "database", &["none.db", "no such file"]);
    assert!(!database.exists());
}

#[test]
fn a_file_of_another_program_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("songs.db");
    change(&database, "CREATE TABLE songs (title TEXT)");
    assert_fails(&mut doctor(&database_url(&database)), "database", &["songs.db", "another program"]);
}

#[test]
fn an_older_and_a_newer_schema_are_told_apart() {
    let community = Community::of(1);
    let url = database_url(&community.database);
    change(&community.database, "UPDATE refinery_schema_history SET version = 9999 WHERE version = 1");
    assert_fails(&mut doctor(&url), "database", &["9999", "newer"]);
    change(&community.database, "DELETE FROM refinery_schema_history WHERE version > 5");
    let (code, lines) = examine(&mut doctor(&url));
    let (verdict, text) = said_of(&lines, "schema");
    assert_eq!((code, verdict.as_str()), (Some(0), "warning"), "{lines:#?}");
    assert!(text.contains("version 5") && text.contains("serve"), "{text}");
}

#[test]
fn a_ledger_that_does_not_end_as_its_head_says_is_named() {
    let community = Community::of(1);
    change(&community.database, "UPDATE ledger_heads SET last_number = 5");
    assert_fails(&mut doctor(&database_url(&community.database)), "ledgers", &["club", "verify"]);
}

#[test]
fn a_clock_that_is_behind_the_newest_change_is_a_warning_at_the_start_and_later() {
    let community = Community::of(2);
    let url = database_url(&community.database);
    change(&community.database, "UPDATE rank_changes SET at = at + 86400000 WHERE number = 2");
    let (code, lines) = examine(&mut doctor(&url));
    let (verdict, text) = said_of(&lines, "times");
    assert_eq!((code, verdict.as_str()), (Some(0), "warning"), "{lines:#?}");
    assert!(text.contains("the newest change of club, 2, is of 20") && text.contains("NTP"), "{text}");

    let server = Process::serve(&community.database);
    let mut ready = agent().get(server.url("/readyz")).call().expect("an answer");
    assert_eq!(ready.status().as_u16(), 200);
    let ready = ready.body_mut().read_to_string().expect("text");
    let (_, log) = server.terminate();
    let behind = "seconds behind the time of what was recorded last";
    assert!(ready.contains(behind), "{ready}");
    assert!(log.iter().any(|line| line.contains("WARN") && line.contains(behind)), "{log:#?}");
}

#[test]
fn a_damaged_file_is_told_of() {
    let community = Community::of(300);
    change(&community.database, "PRAGMA wal_checkpoint(TRUNCATE)");
    let mut bytes = std::fs::read(&community.database).expect("the file");
    let (beginning, _) = bytes.split_at_mut(300_000);
    beginning[100_000..].fill(0xA5);
    std::fs::write(&community.database, bytes).expect("the file");
    let (code, lines) = examine(&mut doctor(&database_url(&community.database)));
    assert_eq!(code, Some(1), "{lines:#?}");
}

#[test]
fn a_configuration_that_cannot_be_read_is_told_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("rankledger.toml");
    std::fs::write(&config, "databse = \"x\"").expect("a file");
    let mut command = rankledger(&["doctor", "--config"]);
    assert_fails(command.arg(&config), "configuration", &["rankledger.toml", "line 1", "databse"]);
}

#[test]
fn an_address_that_is_taken_is_a_warning() {
    let community = Community::of(1);
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    let url = database_url(&community.database);
    let (code, lines) = examine(&mut rankledger(&["doctor", "--database", &url, "--listen", &address]));
    let (verdict, text) = said_of(&lines, "address");
    assert_eq!((code, verdict.as_str()), (Some(0), "warning"), "{lines:#?}");
    assert!(text.contains(&address) && text.contains("--listen"), "{text}");
}

#[test]
fn shared_limits_that_do_not_answer_are_a_failure_without_their_password() {
    let community = Community::of(1);
    let url = database_url(&community.database);
    let redis = Redis::start().expect("a Redis");
    let (code, lines) = examine(doctor(&url).args(["--rate-limits-shared", &redis.url()]));
    assert_eq!((code, said_of(&lines, "rate limits").0.as_str()), (Some(0), "ok"), "{lines:#?}");
    let nobody = format!("redis://:s3cret@{}", free_address());
    assert_fails(doctor(&url).args(["--rate-limits-shared", &nobody]), "rate limits", &["redis://***@127"]);
    let (_, place) = redis.url().split_once('@').map(|(a, b)| (a.to_owned(), b.to_owned())).expect("both");
    let mistaken = format!("redis://:s3cret@{place}");
    let (_, lines) = examine(doctor(&url).args(["--rate-limits-shared", &mistaken]));
    assert_eq!(said_of(&lines, "rate limits").0, "failed");
    assert!(!lines.join("\n").contains("s3cret"), "{lines:#?}");
}

/// Runs a command as a user who owns nothing here: nobody, if the tests run as the administrator.
fn as_nobody(command: &Command, folder: &Path) -> Command {
    use std::os::unix::process::CommandExt as _;
    // A user who may not enter the folder of the build runs a copy of the program.
    let copy = folder.join("rankledger");
    std::fs::copy(command.get_program(), &copy).expect("a copy");
    let mut other = Command::new(copy);
    other.args(command.get_args()).current_dir(folder);
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => other.env(name, value),
            None => other.env_remove(name),
        };
    }
    if std::os::unix::fs::chown(folder.join("rankledger"), Some(65534), Some(65534)).is_ok() {
        other.uid(65534).gid(65534);
    }
    other
}

fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("its mode");
}

#[test]
fn whoever_may_not_write_is_told_so_and_leaves_nothing_behind() {
    let community = Community::of(1);
    let (folder, url) = (community.folder.path(), database_url(&community.database));
    let tools = tempfile::tempdir().expect("a folder");
    set_mode(tools.path(), 0o777);
    // Imported by one user, and to be served by another, who may read it.
    set_mode(&community.database, 0o444);
    set_mode(folder, 0o777);
    let names = || std::fs::read_dir(folder).expect("the folder").count();
    let before = names();
    let (code, lines) = examine(&mut as_nobody(&doctor(&url), tools.path()));
    let (verdict, text) = said_of(&lines, "writing");
    assert_eq!((code, verdict.as_str()), (Some(1), "failed"), "{lines:#?}");
    assert!(text.contains("the file") && text.contains("test.db: ") && text.contains("user"), "{text}");
    assert_eq!((said_of(&lines, "integrity").0.as_str(), names()), ("ok", before), "{lines:#?}");
    // The file alone is not enough: SQLite makes others beside it.
    set_mode(&community.database, 0o666);
    set_mode(folder, 0o555);
    let (_, lines) = examine(&mut as_nobody(&doctor(&url), tools.path()));
    let (verdict, text) = said_of(&lines, "writing");
    assert!(verdict == "failed" && text.contains("the folder"), "{lines:#?}");
    assert_eq!((said_of(&lines, "privacy").0.as_str(), names()), ("warning", before));
    // The commands that read work there all the same.
    set_mode(&community.database, 0o444);
    for command in ["verify", "history", "export", "log"] {
        let output = run(&mut as_nobody(&rankledger(&[command, "--database", &url]), tools.path()));
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(names(), before);
    set_mode(folder, 0o755);
}
