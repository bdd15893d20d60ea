//! What a backup and a restore refuse, and that they leave everything as it is then.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::process::Command;

use super::{Fallen, last_of, names, on, record, wal};
use crate::kit::{Community, Process, rankledger, run, succeed};

/// Returns the one line with which a command fails.
#[track_caller]
fn refusal(command: &mut Command) -> String {
    let output = run(command);
    let text = String::from_utf8(output.stderr).expect("text");
    assert_eq!((output.status.code(), text.lines().count()), (Some(1), 1), "{text}");
    assert!(output.stdout.is_empty());
    text
}

#[test]
fn a_restore_is_refused_while_a_program_has_the_database_open() {
    let community = Community::of(1);
    let backup = community.folder.path().join("backup.db");
    succeed(on(&community.database, &["backup"]).arg(&backup));
    let server = Process::serve(&community.database);
    record(&server, 2);
    let before = names(community.folder.path());
    let line = refusal(on(&community.database, &["restore"]).arg(&backup));
    let database = community.database.to_str().expect("text");
    assert!(line.contains(database) && line.contains("open") && line.contains("stop it"), "{line}");
    assert_eq!(names(community.folder.path()), before);
    record(&server, 2);
    assert_eq!(last_of(&community.database), 5);
    server.terminate();
    succeed(on(&community.database, &["restore"]).arg(&backup));
    assert_eq!(last_of(&community.database), 1);
}

#[test]
fn a_damaged_backup_is_refused_and_the_database_stays() {
    let fallen = Fallen::new();
    let mut bytes = std::fs::read(&fallen.backup).expect("the backup");
    let middle = bytes.len() / 2;
    bytes[4096..middle].fill(0xA5);
    std::fs::write(&fallen.backup, bytes).expect("the backup");
    let before = names(fallen.community.folder.path());
    let line = refusal(on(&fallen.community.database, &["restore"]).arg(&fallen.backup));
    assert!(line.contains("backup.db") && line.contains("damaged"), "{line}");
    assert_eq!(names(fallen.community.folder.path()), before);
    assert_eq!(last_of(&fallen.community.database), fallen.lasts.1);
}

#[test]
fn a_backup_of_a_history_that_is_not_whole_is_none() {
    let fallen = Fallen::new();
    let conn = rusqlite::Connection::open(&fallen.community.database).expect("the database");
    conn.execute("UPDATE rank_changes SET reason = 'forged' WHERE number = 3", []).expect("a forgery");
    drop(conn);
    let to = fallen.community.folder.path().join("forged.db");
    let line = refusal(on(&fallen.community.database, &["backup"]).arg(&to));
    assert!(line.contains("the history of club is broken at change 3") && line.contains("restore"), "{line}");
    assert!(!names(fallen.community.folder.path()).iter().any(|name| name.starts_with("forged")));
}

#[test]
fn a_backup_of_a_log_of_administration_that_is_not_whole_is_none() {
    let fallen = Fallen::new();
    let database = &fallen.community.database;
    let conn = rusqlite::Connection::open(database).expect("the database");
    // The places: a change, the import, the key, ten changes.
    conn.execute("UPDATE log_entries SET at = at + 1 WHERE place = 3", []).expect("a forgery");
    drop(conn);
    let line = refusal(on(database, &["backup"]).arg(fallen.community.folder.path().join("forged.db")));
    assert!(line.contains("the history of club is broken at place 3 of its log"), "{line}");
    assert!(!names(fallen.community.folder.path()).iter().any(|name| name.starts_with("forged")));
    let other = fallen.community.folder.path().join("other.db");
    let [from, to] = [database, &other].map(|path| crate::kit::database_url(path));
    let output = run(&mut rankledger(&["migrate", "--from", &from, "--to", &to]));
    let line = String::from_utf8_lossy(&output.stderr);
    assert!(line.contains("place 3 of its log"), "{line}");
}

#[test]
fn a_backup_overwrites_nothing_and_is_for_its_owner_alone() {
    let community = Community::of(1);
    let folder = community.folder.path();
    let taken = folder.join("taken.db");
    std::fs::write(&taken, "a diary").expect("a file");
    let line = refusal(on(&community.database, &["backup"]).arg(&taken));
    assert!(line.contains("taken.db") && line.contains("name another file"), "{line}");
    assert_eq!(std::fs::read_to_string(&taken).expect("the file"), "a diary");
    std::fs::write(wal(&folder.join("free.db")), "the log of another").expect("a file");
    let line = refusal(on(&community.database, &["backup"]).arg(folder.join("free.db")));
    assert!(line.contains("free.db-wal"), "{line}");

    let backups = folder.join("backups");
    std::fs::create_dir(&backups).expect("a folder");
    succeed(on(&community.database, &["backup"]).arg(&backups));
    let names = names(&backups);
    let [name] = names.as_slice() else { panic!("one file: {names:?}") };
    assert!(name.starts_with("rankledger-") && name.ends_with("Z.db"), "it is named after the time: {name}");
    let mode = |path: &std::path::Path| std::fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    assert_eq!(mode(&backups.join(name)), 0o600);
    assert_eq!(mode(&community.database), 0o600);
    let server = Process::serve(&community.database);
    record(&server, 1);
    assert_eq!(mode(&wal(&community.database)), 0o600);
}

#[test]
fn the_restored_database_belongs_to_whom_the_old_one_belonged() {
    let fallen = Fallen::new();
    let database = &fallen.community.database;
    let owner = |path: &std::path::Path| std::fs::metadata(path).map(|found| (found.uid(), found.gid()));
    // Only the administrator of a machine may give files away.
    let is_given = std::os::unix::fs::chown(database, Some(65534), Some(65534)).is_ok();
    let before = owner(database).expect("an owner");
    succeed(on(database, &["restore"]).arg(&fallen.backup));
    assert_eq!(owner(database).expect("an owner"), before);
    assert!(!is_given || before == (65534, 65534));
    assert_eq!(last_of(database), fallen.lasts.0);
}

#[test]
fn on_postgresql_both_name_the_tool_to_use() {
    let url = "postgres://ranks:s3cret@db.example.com/ranks";
    for (command, parts) in [
        (
            "backup",
            ["pg_dump --format=custom --file='my copy.dump'", "postgres://ranks@db.example.com:5432/ranks"],
        ),
        ("restore", ["pg_restore ", "--dbname=postgres://ranks@db.example.com:5432/ranks 'my copy.dump'"]),
    ] {
        let line = refusal(&mut rankledger(&[command, "my copy.dump", "--database", url]));
        assert!(parts.iter().all(|part| line.contains(part)) && !line.contains("s3cret"), "{line}");
    }
}
