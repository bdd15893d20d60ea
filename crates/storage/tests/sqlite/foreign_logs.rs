//! A database file with the write-ahead log of another beside it is refused, and its own log is not; and what
//! is left of a database that was not closed can be read without a trace.

use std::path::{Path, PathBuf};

use rankledger_domain::ids::CommunityId;
use rankledger_storage::sqlite::{SqliteReadOnly, SqliteStorage, back_up, restore};
use rankledger_storage::{Storage, StorageError};
use rusqlite::Connection;

use crate::{TestDatabase, new_community};

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Copies a database as a machine that fails leaves it, with its log.
fn fall(from: &Path, to: &Path) {
    for end in ["", "-wal"] {
        std::fs::copy(beside(from, end), beside(to, end)).expect("a copy");
    }
}

/// Commits once: the community is called by this name.
async fn commit(storage: &SqliteStorage, name: &str) {
    let mut tx = storage.begin().await.expect("a transaction");
    let community =
        rankledger_storage::communities::NewCommunity { name: name.to_owned(), ..new_community() };
    match tx.community_by_public_id("club").await.expect("a look-up") {
        Some(there) => tx.update_community(there.id, &community).await.expect("an update"),
        None => drop(tx.insert_community(&community).await.expect("a community")),
    }
    tx.commit().await.expect("a commit");
}

async fn name_in(storage: &dyn Storage) -> String {
    let mut tx = storage.read().await.expect("a view");
    tx.community(CommunityId(1)).await.expect("a look-up").expect("the community").name
}

fn move_log_into(path: &Path) {
    let conn = Connection::open(path).expect("a connection");
    let moved = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get::<_, bool>(0));
    assert!(!moved.expect("a WAL checkpoint"));
}

/// The names in a folder with the bytes of each file.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let paths = std::fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").path());
    let mut all: Vec<_> = paths.map(|path| (path.clone(), std::fs::read(&path).expect("a file"))).collect();
    all.sort();
    all
}

#[tokio::test]
async fn its_own_log_is_taken_wherever_the_machine_failed() {
    let place = TestDatabase::new();
    let storage = SqliteStorage::open(&place.file()).expect("a database");
    let fallen = place.folder.path().join("fallen.db");
    for step in 0..30 {
        let name = format!("The Club {step}");
        commit(&storage, &name).await;
        // Moved into the file, the log starts anew with the next commit; at times only a part of it is there.
        if step % 7 == 3 {
            move_log_into(&place.file());
        }
        fall(&place.file(), &fallen);
        assert_eq!(name_in(&SqliteReadOnly::open(&fallen).expect("it is its own")).await, name);
        assert_eq!(name_in(&SqliteStorage::open(&fallen).expect("it is its own")).await, name);
    }
}

#[tokio::test]
async fn an_older_copy_beside_the_log_of_later_is_refused_and_left_alone() {
    let place = TestDatabase::new();
    let storage = SqliteStorage::open(&place.file()).expect("a database");
    commit(&storage, "One").await;
    let copy = place.folder.path().join("copy.db");
    // What `sqlite3 rl.db ".backup copy.db"` makes: the same pages, without the log.
    move_log_into(&place.file());
    std::fs::copy(place.file(), &copy).expect("a copy");
    commit(&storage, "Two").await;
    move_log_into(&place.file());
    commit(&storage, "Three").await;
    let folder = tempfile::tempdir().expect("a folder");
    let blend = folder.path().join("ranks.db");
    fall(&place.file(), &blend);
    assert_eq!(name_in(&SqliteReadOnly::open(&blend).expect("it is its own")).await, "Three");
    std::fs::copy(&copy, &blend).expect("the backup is copied over it");
    let before = contents(folder.path());
    for refused in [SqliteStorage::open(&blend).err(), SqliteReadOnly::open(&blend).err()] {
        let error = refused.expect("it is refused");
        assert!(matches!(error, StorageError::ForeignLog { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.contains("ranks.db-wal") && text.contains("rankledger restore"), "{text}");
    }
    assert_eq!(contents(folder.path()), before);
    // Without the log of the other it is the backup; so it is with a restore.
    let put_aside = restore(&copy, &blend).expect("it is restored").put_aside.expect("the old one");
    assert!(beside(&put_aside, "-wal").exists());
    assert_eq!(name_in(&SqliteStorage::open(&blend).expect("the backup")).await, "One");
}

#[tokio::test]
async fn a_backup_with_other_pages_is_never_taken_for_the_owner_of_the_log() {
    let place = TestDatabase::new();
    let storage = SqliteStorage::open(&place.file()).expect("a database");
    commit(&storage, "One").await;
    let backup = place.folder.path().join("backup.db");
    back_up(&place.file(), &backup).expect("a backup");
    let fallen = place.folder.path().join("fallen.db");
    fall(&place.file(), &fallen);
    // The log holds the very commit that the backup ends with, but its pages are elsewhere in the backup.
    std::fs::copy(&backup, &fallen).expect("a copy");
    let refused = SqliteStorage::open(&fallen).err().expect("it is refused");
    assert!(matches!(refused, StorageError::ForeignLog { .. }), "{refused:?}");
    // Nor is a file that is gone, whose log SQLite would delete.
    std::fs::remove_file(&fallen).expect("the file");
    let refused = SqliteStorage::open(&fallen).err().expect("it is refused");
    assert!(matches!(refused, StorageError::ForeignLog { .. }) && !fallen.exists(), "{refused:?}");
}

#[tokio::test]
async fn reading_leaves_no_trace() {
    let place = TestDatabase::new();
    let storage = SqliteStorage::open(&place.file()).expect("a database");
    commit(&storage, "One").await;
    let folder = tempfile::tempdir().expect("a folder");
    let copy = folder.path().join("copy.db");
    fall(&place.file(), &copy);
    for what in ["with a log", "with a log and its index", "closed"] {
        match what {
            "with a log" => {}
            "closed" => drop(SqliteStorage::open(&copy).expect("it is closed again")),
            _ => drop(std::fs::copy(beside(&place.file(), "-shm"), beside(&copy, "-shm")).expect("a copy")),
        }
        let before: Vec<_> = contents(folder.path()).into_iter().map(|(path, _)| path).collect();
        let bytes = std::fs::read(&copy).expect("the file");
        let reading = SqliteReadOnly::open(&copy).expect("it can be read");
        assert_eq!(name_in(&reading).await, "One", "{what}");
        let refused = reading.begin().await.err().expect("nothing is written");
        assert!(matches!(refused, StorageError::ReadOnly(_)));
        drop(reading);
        let after: Vec<_> = contents(folder.path()).into_iter().map(|(path, _)| path).collect();
        assert_eq!(after, before, "{what}");
        assert_eq!(std::fs::read(&copy).expect("the file"), bytes, "{what}");
    }
}

#[tokio::test]
async fn what_was_read_while_somebody_began_to_write_is_not_trusted() {
    let place = TestDatabase::new();
    let storage = SqliteStorage::open(&place.file()).expect("a database");
    commit(&storage, "One").await;
    drop(storage);
    let reading = SqliteReadOnly::open(&place.file()).expect("it can be read");
    assert_eq!(name_in(&reading).await, "One");
    let storage = SqliteStorage::open(&place.file()).expect("a database");
    commit(&storage, "Two").await;
    drop(storage);
    let refused = reading.read().await.err().expect("it is refused");
    assert!(matches!(refused, StorageError::Changed(_)), "{refused:?}");
}

/// Where a restore can be cut off once the new state counts: which of the old files were moved before.
#[tokio::test]
async fn a_restore_that_was_cut_off_is_finished_by_whoever_opens_the_database() {
    for moved in [vec![], vec!["-wal"], vec!["-wal", ""]] {
        let place = TestDatabase::new();
        let storage = SqliteStorage::open(&place.file()).expect("a database");
        commit(&storage, "Old").await;
        let backup = place.folder.path().join("backup.db");
        back_up(&place.file(), &backup).expect("a backup");
        commit(&storage, "Later").await;
        let fallen = place.folder.path().join("fallen.db");
        fall(&place.file(), &fallen);
        std::fs::copy(&backup, beside(&fallen, "-restore")).expect("a copy");
        for end in &moved {
            std::fs::rename(beside(&fallen, end), beside(&fallen, &format!(".moved{end}"))).expect("moved");
        }
        let refused = SqliteReadOnly::open(&fallen).err().expect("nothing reads it in between");
        assert!(refused.to_string().contains("a restore was cut off"), "{refused}");
        assert_eq!(name_in(&SqliteStorage::open(&fallen).expect("it is finished")).await, "Old", "{moved:?}");
        assert!(!beside(&fallen, "-restore").exists());
    }
}
