//! Behaviour that only SQLite has: opening a file, and refusing a file that is not Rankledger's.

mod carry_over;
mod foreign_logs;
mod history;
mod plans;
mod two_processes;
mod upgrade;

#[path = "../conformance/kit.rs"]
#[expect(dead_code, reason = "the kit of the conformance tests can do more than is needed here")]
mod kit;

#[path = "../conformance/wide.rs"]
#[expect(dead_code, reason = "the other database writes values in another way")]
mod wide;

use std::path::{Path, PathBuf};

use rankledger_storage::communities::NewCommunity;
use rankledger_storage::sqlite::SqliteStorage;
use rankledger_storage::{Storage, StorageError};
use rusqlite::Connection;
use tempfile::TempDir;
use uuid::Uuid;

struct TestDatabase {
    folder: TempDir,
}

impl TestDatabase {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("test.db")
    }

    /// Returns the file, made by Rankledger and closed again.
    fn made(&self) -> Connection {
        drop(SqliteStorage::open(&self.file()).expect("a fresh database"));
        Connection::open(self.file()).expect("the file")
    }
}

/// Returns the one sentence with which the file is refused.
fn refusal(path: &Path) -> String {
    let error = SqliteStorage::open(path).err().expect("it is refused");
    let text = error.to_string();
    assert!(text.contains(&path.display().to_string()), "it names the file: {text}");
    assert!(!text.contains('\n'), "it is one line: {text}");
    text
}

fn new_community() -> NewCommunity {
    NewCommunity {
        uuid: Uuid::from_u128(1),
        public_id: "club".to_owned(),
        name: "The Club".to_owned(),
        sub_version: 0,
        undo_needs_user: false,
        change_needs_user: false,
        custom_domain: None,
        created_at: jiff::Timestamp::UNIX_EPOCH,
    }
}

#[test]
fn the_file_keeps_a_write_ahead_log() {
    let mode: String = TestDatabase::new()
        .made()
        .pragma_query_value(None, "journal_mode", |row| row.get(0))
        .expect("the journal mode");
    assert_eq!(mode, "wal");
}

#[tokio::test]
async fn what_was_committed_is_there_after_reopening() {
    let place = TestDatabase::new();
    for expected in [0, 1] {
        let storage = SqliteStorage::open(&place.file()).expect("the database");
        let mut tx = storage.begin().await.expect("a transaction");
        assert_eq!(tx.communities().await.expect("a list").len(), expected);
        if expected == 0 {
            tx.insert_community(&new_community()).await.expect("a community");
            tx.commit().await.expect("a commit");
        }
    }
    let count = "SELECT count(*) FROM refinery_schema_history";
    let migrations: i64 = Connection::open(place.file())
        .expect("the file")
        .query_row(count, [], |row| row.get(0))
        .expect("a count");
    let files =
        std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite")).expect("the folder");
    assert_eq!(usize::try_from(migrations).expect("a count"), files.count(), "each migration ran once");
}

#[tokio::test]
async fn a_second_process_reads_while_the_first_writes() {
    let place = TestDatabase::new();
    let first = SqliteStorage::open(&place.file()).expect("the database");
    let second = SqliteStorage::open(&place.file()).expect("the database, again");
    let mut tx = first.begin().await.expect("a transaction");
    tx.insert_community(&new_community()).await.expect("a community");
    let mut view = second.read().await.expect("a view");
    assert_eq!(view.communities().await.expect("a list").len(), 0);
    drop(view);
    tx.commit().await.expect("a commit");
    let mut view = second.read().await.expect("a view");
    assert_eq!(view.communities().await.expect("a list").len(), 1);
}

#[tokio::test]
async fn a_reference_to_nothing_is_refused() {
    let place = TestDatabase::new();
    let storage = SqliteStorage::open(&place.file()).expect("the database");
    let mut tx = storage.begin().await.expect("a transaction");
    let nowhere = rankledger_domain::ids::CommunityId(77);
    let account = rankledger_domain::ids::AccountId(Uuid::from_u128(1));
    let refused = tx.set_api_ids(nowhere, account, &["id".to_owned()]).await;
    assert!(matches!(refused, Err(StorageError::Conflict(_))), "{refused:?}");
}

#[test]
fn a_newer_database_is_refused() {
    let place = TestDatabase::new();
    let newer = "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
        VALUES (9999, 'later', '2027-01-01T00:00:00Z', '1')";
    place.made().execute(newer, []).expect("a later migration");
    let error = SqliteStorage::open(&place.file()).err().expect("it is refused");
    assert!(matches!(error, StorageError::Newer { found: 9999, .. }), "{error:?}");
    let text = refusal(&place.file());
    assert!(text.contains("version 9999") && text.contains("newer one"), "{text}");
}

#[test]
fn a_text_file_is_refused() {
    let place = TestDatabase::new();
    std::fs::write(place.file(), "rank,power\ncadet,10\n".repeat(100)).expect("a file");
    assert!(refusal(&place.file()).contains("something else"));
}

#[test]
fn a_database_of_another_program_is_refused_and_left_alone() {
    let place = TestDatabase::new();
    let foreign = Connection::open(place.file()).expect("a file");
    foreign.execute_batch("CREATE TABLE songs (title TEXT)").expect("a table");
    drop(foreign);
    assert!(refusal(&place.file()).contains("another program"));
    let conn = Connection::open(place.file()).expect("the file");
    let count = "SELECT count(*) FROM sqlite_schema";
    let tables: i64 = conn.query_row(count, [], |row| row.get(0)).expect("a count");
    let mode: String = conn.pragma_query_value(None, "journal_mode", |row| row.get(0)).expect("the mode");
    assert_eq!((tables, mode.as_str()), (1, "delete"));
}

#[test]
fn a_missing_folder_is_refused() {
    let place = TestDatabase::new();
    let path = place.folder.path().join("nowhere").join("test.db");
    assert!(refusal(&path).contains("folder exists"));
}

#[test]
fn a_folder_is_refused() {
    let place = TestDatabase::new();
    refusal(place.folder.path());
}

#[tokio::test]
async fn a_spoilt_row_is_an_error_and_not_a_panic() {
    let place = TestDatabase::new();
    let storage = SqliteStorage::open(&place.file()).expect("the database");
    let mut tx = storage.begin().await.expect("a transaction");
    let club = tx.insert_community(&new_community()).await.expect("a community");
    tx.commit().await.expect("a commit");
    let spoilt = "PRAGMA foreign_keys = OFF;
        INSERT INTO rank_changes (community, number, undo_id, log_id, account, previous, at, ranks_before, ranks_after,
            status_before, status_after, kind, source, hash)
        VALUES (1, 1, zeroblob(16), zeroblob(16), zeroblob(16), 0, 0, x'07', x'', 0, 0, 'change', 'api', zeroblob(32)),
            (1, 2, x'01', zeroblob(16), zeroblob(16), 0, 0, x'', x'', 0, 0, 'change', 'api', zeroblob(32)),
            (1, 3, zeroblob(16), zeroblob(16), zeroblob(16), 0, 0, x'', x'', 0, 0, 'change', 'from the moon', zeroblob(32))";
    Connection::open(place.file()).expect("the file").execute_batch(spoilt).expect("spoilt rows");
    let mut tx = storage.read().await.expect("a view");
    for number in 1..=3 {
        let found = tx.rank_change(club, rankledger_domain::ids::ChangeNumber(number)).await;
        assert!(matches!(found, Err(StorageError::Corrupt(_))), "{number}: {found:?}");
    }
}

#[tokio::test]
async fn a_stored_word_that_is_no_field_type_or_direction_is_an_error() {
    let place = TestDatabase::new();
    let storage = SqliteStorage::open(&place.file()).expect("the database");
    let mut tx = storage.begin().await.expect("a transaction");
    let club = tx.insert_community(&new_community()).await.expect("a community");
    tx.commit().await.expect("a commit");
    let spoilt = "PRAGMA ignore_check_constraints = ON;
        INSERT INTO promotion_flows
            (community, id, label_from, label_to, ranks_to_add, ranks_to_remove, actions, promotion_type, position)
        VALUES (1, zeroblob(16), 'Cadet', 'Officer', '[]', '[]', '[]', 'sideways', 0);
        INSERT INTO profile_field_definitions (community, id, label, type, metadata, position)
        VALUES (1, 'motto', 'Motto', 'poem', '{}', 0)";
    Connection::open(place.file()).expect("the file").execute_batch(spoilt).expect("spoilt rows");
    let mut tx = storage.read().await.expect("a view");
    let flows = tx.promotion_flows(club).await;
    assert!(matches!(flows, Err(StorageError::Corrupt(_))), "{flows:?}");
    let fields = tx.profile_field_definitions(club).await;
    assert!(matches!(fields, Err(StorageError::Corrupt(_))), "{fields:?}");
}
