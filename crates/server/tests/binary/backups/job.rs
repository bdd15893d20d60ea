//! The backups that a server takes by itself.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{last_of, names, on, record};
use crate::kit::{Community, PATIENCE, Process, agent, database_url, rankledger, run, succeed};

/// Writes a configuration that backs a database up into this folder.
fn configuration(community: &Community, folder: &Path, more: &str) -> PathBuf {
    let path = community.folder.path().join("rankledger.toml");
    let text = format!(
        "database = \"{}\"\n[rate_limits]\nmode = \"off\"\n[backup]\nfolder = \"{}\"\n{more}",
        database_url(&community.database),
        folder.display()
    );
    std::fs::write(&path, text).expect("a file");
    path
}

fn serve(configuration: &Path) -> Process {
    Process::start(&["serve", "--config", configuration.to_str().expect("text")])
}

fn get(server: &Process, path: &str) -> String {
    let mut answer = agent().get(server.url(path)).call().expect("an answer");
    answer.body_mut().read_to_string().expect("text")
}

/// Waits until this is true of a server.
fn wait_until(server: &Process, what: &str, mut is_true: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_true() {
        assert!(begun.elapsed() < PATIENCE, "{what}: {:?}", server.said());
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The backups of the job in a folder, oldest first.
fn taken(folder: &Path) -> Vec<String> {
    let mut all = if folder.exists() { names(folder) } else { Vec::new() };
    all.retain(|name| name.starts_with("rankledger-auto-") && name.ends_with("Z.db"));
    all
}

#[test]
fn a_server_takes_backups_keeps_the_newest_and_deletes_nothing_else() {
    let community = Community::of(1);
    let folder = community.folder.path().join("backups");
    std::fs::create_dir(&folder).expect("a folder");
    let others = ["mine.db", "rankledger-20260101T000000Z.db", "rankledger-auto-notes.txt"];
    for name in others {
        std::fs::write(folder.join(name), "mine").expect("a file");
    }
    // One of a process that was killed, and one from long ago.
    std::fs::write(folder.join("rankledger-auto-20250101T000000Z.db.partial"), "cut off").expect("a file");
    std::fs::write(folder.join("rankledger-auto-20250101T000000Z.db"), "old").expect("a file");
    let server = serve(&configuration(&community, &folder, "every = \"1s\"\nkeep = 2\n"));
    record(&server, 4);
    // Two that were begun one after the other, after the last change was recorded.
    let before = taken(&folder);
    wait_until(&server, "old backups are deleted", || {
        let now = taken(&folder);
        now.len() == 2 && !now.iter().any(|name| before.contains(name) || name.contains("auto-2025"))
    });
    let ready: Value = serde_json::from_str(&get(&server, "/readyz")).expect("JSON");
    assert!(
        ready["newestBackup"]["ageSeconds"].is_u64() && ready["newestBackup"]["at"].is_string(),
        "{ready}"
    );
    let metrics = get(&server, "/metrics");
    assert!(
        metrics.contains("\nrankledger_backup_age_seconds ")
            && metrics.contains("\nrankledger_backup_failures_total 0\n"),
        "{metrics}"
    );
    server.terminate();
    let left = names(&folder);
    assert!(others.iter().all(|name| left.contains(&(*name).to_owned())), "{left:?}");
    assert!(!left.contains(&"rankledger-auto-20250101T000000Z.db.partial".to_owned()), "{left:?}");
    let newest = taken(&folder).pop().expect("a backup");
    succeed(on(&community.database, &["restore"]).arg(folder.join(newest)));
    assert_eq!(last_of(&community.database), 5);
}

#[test]
fn a_backup_that_is_not_due_is_not_taken() {
    let community = Community::of(1);
    let folder = community.folder.path().join("backups");
    let configuration = configuration(&community, &folder, "every = \"1h\"\n");
    let server = serve(&configuration);
    wait_until(&server, "the first is due at once", || taken(&folder).len() == 1);
    server.terminate();
    let first = taken(&folder);
    let server = serve(&configuration);
    wait_until(&server, "the newest is known after a start", || {
        get(&server, "/readyz").contains("newestBackup")
    });
    record(&server, 2);
    server.terminate();
    assert_eq!(taken(&folder), first);
    let doctor = |path: &Path| {
        let mut doctor = rankledger(&["doctor", "--listen", "127.0.0.1:0", "--config"]);
        crate::doctor::said_of(&crate::doctor::examine(doctor.arg(path)).1, "backups").0
    };
    assert_eq!(doctor(&configuration), "ok");
}

#[test]
fn a_backup_that_fails_is_told_of_and_tried_again() {
    let community = Community::of(1);
    let parent = community.folder.path().join("disk");
    let server = serve(&configuration(&community, &parent.join("backups"), "every = \"1s\"\n"));
    wait_until(&server, "a warning", || {
        get(&server, "/readyz").contains("the last backup could not be taken")
    });
    assert!(
        get(&server, "/metrics")
            .lines()
            .any(|line| line.starts_with("rankledger_backup_failures_total ") && !line.ends_with(" 0"))
    );
    std::fs::create_dir(&parent).expect("the disk is there");
    wait_until(&server, "it recovers", || !get(&server, "/readyz").contains("could not be taken"));
    assert!(!taken(&parent.join("backups")).is_empty());
}

#[test]
fn a_setting_that_cannot_be_right_is_refused() {
    let community = Community::of(1);
    let folder = community.folder.path().join("backups");
    for (more, expected) in [
        ("every = \"often\"\n", "\"6h\""),
        ("every = \"0s\"\n", "\"6h\""),
        ("keep = 0\n", "line 6"),
        ("evry = \"1h\"\n", "evry"),
    ] {
        let path = configuration(&community, &folder, more);
        let output = run(rankledger(&["serve", "--config"]).arg(path));
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && text.contains(expected), "{more}: {text}");
    }
    let path = configuration(&community, &folder, "");
    let postgres = ["serve", "--database", "postgres://ranks@127.0.0.1/ranks", "--config"];
    let output = run(rankledger(&postgres).arg(path));
    assert!(String::from_utf8_lossy(&output.stderr).contains("[backup] is for an SQLite database"));
}
