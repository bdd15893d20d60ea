//! Backups and restores: taken under load, brought back elsewhere, killed, and refused; and what the server
//! does about a file that was replaced or damaged.

mod blends;
mod job;
mod keys;
mod kills;
mod load;
mod refusals;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::kit::{Community, Process, account_id, agent, database_url, rankledger, run, set_ranks, succeed};

/// Returns a command on a database.
fn on(database: &Path, args: &[&str]) -> Command {
    let mut command = rankledger(args);
    command.args(["--database", &database_url(database)]);
    command
}

/// Returns the report of `verify` on a database, which must be whole.
#[track_caller]
fn verified(database: &Path, more: &[&str]) -> Value {
    let output = run(on(database, &["verify", "--json"]).args(more));
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(&text).expect("a report")
}

/// The last change of a database, which must be whole.
#[track_caller]
fn last_of(database: &Path) -> i64 {
    verified(database, &[])["lastNumber"].as_i64().expect("a number")
}

/// Records so many changes at a server.
fn record(server: &Process, changes: u32) {
    let (agent, base) = (agent(), server.url(""));
    for change in 0..changes {
        let body = json!({ if change % 2 == 0 { "add" } else { "remove" }: ["medic"] });
        let (status, answer) = set_ranks(&agent, &base, &account_id(1), &body).expect("an answer");
        assert_eq!(status, 200, "{answer}");
    }
}

/// A community with a backup that lacks its last changes, which are in a log beside the database: its server
/// was killed.
struct Fallen {
    community: Community,
    backup: PathBuf,
    /// The last changes of the backup and of the database.
    lasts: (i64, i64),
}

impl Fallen {
    fn new() -> Self {
        let community = Community::of(1);
        let backup = community.folder.path().join("backup.db");
        let server = Process::serve(&community.database);
        record(&server, 4);
        succeed(on(&community.database, &["backup"]).arg(&backup));
        record(&server, 6);
        server.kill();
        let log = std::fs::metadata(wal(&community.database)).expect("a log is left");
        assert!(log.len() > 0, "the log holds changes");
        Self { community, backup, lasts: (5, 11) }
    }
}

/// The log beside a database.
fn wal(database: &Path) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push("-wal");
    path.into()
}

/// The names of the files in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.expect("an entry").file_name();
    let mut names: Vec<_> = entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn every_line_of_the_guide_prints_what_it_shows() {
    let shown =
        crate::rogue_moderator::prints_what_it_shows(include_str!("../../../../../docs/guides/backup.md"));
    assert_eq!(shown, 6);
}
