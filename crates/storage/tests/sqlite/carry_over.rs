//! A ledger of each earlier version is carried over to the lean form when its file is opened.

use rankledger_storage::sqlite::SqliteStorage;
use rankledger_storage::{Storage as _, StorageError};
use rusqlite::Connection;

use crate::TestDatabase;
use crate::upgrade::migrate;
use crate::wide::{Dialect, WideLedger, check_that_it_goes_on};

/// The first version with a schema that can be filled, and the last one whose ledger is wide.
const WIDE: std::ops::RangeInclusive<i32> = 2..=13;

/// Makes the file as this version left it.
fn of_version(place: &TestDatabase, version: i32) -> WideLedger {
    let ledger = WideLedger::of_version(version);
    let mut conn = Connection::open(place.file()).expect("a file");
    conn.pragma_update(None, "application_id", 0x524B_4C47).expect("the mark of Rankledger");
    migrate(&mut conn, version);
    conn.pragma_update(None, "foreign_keys", false).expect("ranks need not be there");
    conn.execute_batch(&format!("BEGIN; {} COMMIT", ledger.sql(Dialect::Sqlite))).expect("its rows");
    ledger
}

fn tables(place: &TestDatabase) -> Vec<String> {
    let conn = Connection::open(place.file()).expect("the file");
    let mut names = conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").expect("a query");
    let names = names.query_map([], |row| row.get(0)).expect("its rows");
    names.collect::<Result<_, _>>().expect("names")
}

#[tokio::test]
async fn a_ledger_of_each_earlier_version_is_carried_over() {
    for version in WIDE {
        let place = TestDatabase::new();
        let ledger = of_version(&place, version);
        for _ in 0..2 {
            let storage = SqliteStorage::open(&place.file()).expect("it is brought up to date");
            ledger.check(&storage).await;
        }
        let names = tables(&place);
        for gone in ["wide_rank_changes", "account_ranks"] {
            assert!(!names.iter().any(|name| name == gone), "{gone}: {names:?}");
        }
        let storage = SqliteStorage::open(&place.file()).expect("it opens");
        check_that_it_goes_on(&storage).await;
    }
}

/// Returns how many bytes a file has.
fn size(place: &TestDatabase) -> u64 {
    std::fs::metadata(place.file()).expect("the file").len()
}

#[test]
fn a_history_takes_less_room_than_before() {
    let [empty, place] = [TestDatabase::new(), TestDatabase::new()];
    let mut conn = Connection::open(empty.file()).expect("a file");
    conn.pragma_update(None, "application_id", 0x524B_4C47).expect("the mark of Rankledger");
    migrate(&mut conn, 13);
    drop(conn);
    of_version(&place, 13);
    let wide = size(&place) - size(&empty);
    for place in [&empty, &place] {
        drop(SqliteStorage::open(&place.file()).expect("it is brought up to date"));
    }
    let lean = size(&place) - size(&empty);
    assert!(lean * 10 < wide * 6, "{lean} bytes of {wide}");
}

#[tokio::test]
async fn a_ledger_that_was_carried_over_in_part_is_carried_on() {
    let (whole, place) = (TestDatabase::new(), TestDatabase::new());
    let ledger = of_version(&whole, 13);
    std::fs::copy(whole.file(), place.file()).expect("a copy");
    drop(SqliteStorage::open(&whole.file()).expect("it is brought up to date"));

    let mut conn = Connection::open(place.file()).expect("the copy");
    migrate(&mut conn, 14);
    conn.execute("ATTACH ?1 AS whole", [whole.file().to_str()]).expect("the whole one");
    conn.execute_batch(
        "INSERT INTO rank_changes SELECT * FROM whole.rank_changes WHERE number <= 1500;
         INSERT INTO undo_ids SELECT * FROM whole.undo_ids WHERE number <= 1500;
         INSERT INTO change_times SELECT * FROM whole.change_times WHERE thousand = 0;",
    )
    .expect("a part of it");
    drop(conn);
    let storage = SqliteStorage::open(&place.file()).expect("it is carried on");
    ledger.check(&storage).await;
    check_that_it_goes_on(&storage).await;
}

#[tokio::test]
async fn a_file_that_was_not_written_anew_yet_is() {
    let place = TestDatabase::new();
    let ledger = of_version(&place, 13);
    drop(SqliteStorage::open(&place.file()).expect("it is brought up to date"));
    let conn = Connection::open(place.file()).expect("the file");
    // As a process leaves it that is killed after the last portion: empty pages, and the mark.
    conn.execute_batch(
        "CREATE TABLE account_ranks (mark INTEGER) STRICT;
         CREATE TABLE much (bytes BLOB) STRICT;
         INSERT INTO much VALUES (zeroblob(1000000));
         DROP TABLE much;",
    )
    .expect("room that is free");
    drop(conn);
    let storage = SqliteStorage::open(&place.file()).expect("it is written anew");
    ledger.check(&storage).await;
    drop(storage);
    assert!(!tables(&place).iter().any(|name| name == "account_ranks"));
    let conn = Connection::open(place.file()).expect("the file");
    let free: i64 = conn.pragma_query_value(None, "freelist_count", |row| row.get(0)).expect("a number");
    assert!(free < 10, "{free} pages are free");
}

#[test]
fn ranks_that_cannot_be_read_are_refused_by_the_number_of_their_change() {
    let place = TestDatabase::new();
    of_version(&place, 13);
    let conn = Connection::open(place.file()).expect("the file");
    conn.execute("UPDATE rank_changes SET ranks_after = 'nonsense' WHERE number = 1234", []).expect("a row");
    drop(conn);
    let error = SqliteStorage::open(&place.file()).err().expect("it is refused").to_string();
    assert!(error.contains("rank change 1234"), "{error}");
}

/// Returns the numbers of the changes without a hash of their own, and whether the end has one.
fn unlinked(place: &TestDatabase) -> (Vec<i64>, bool) {
    let conn = Connection::open(place.file()).expect("the file");
    let sql = "SELECT number FROM rank_changes WHERE hash = zeroblob(32) ORDER BY number";
    let mut numbers = conn.prepare(sql).expect("a query");
    let numbers = numbers.query_map([], |row| row.get(0)).expect("its rows").collect::<Result<_, _>>();
    let end = "SELECT last_hash IS NOT NULL FROM ledger_heads";
    (numbers.expect("numbers"), conn.query_row(end, [], |row| row.get(0)).expect("an end"))
}

#[test]
fn a_hash_that_was_lost_is_not_made_anew() {
    for (lost, expected) in [
        ("UPDATE rank_changes SET hash = NULL WHERE number >= 2499", (vec![2499, 2500], true)),
        ("UPDATE ledger_heads SET last_hash = NULL", (vec![], false)),
        (
            "UPDATE rank_changes SET hash = NULL WHERE number = 1234; UPDATE ledger_heads SET last_hash = NULL",
            (vec![1234], false),
        ),
    ] {
        let place = TestDatabase::new();
        of_version(&place, 13);
        Connection::open(place.file()).expect("the file").execute_batch(lost).expect("rows");
        for _ in 0..2 {
            drop(SqliteStorage::open(&place.file()).expect("it is brought up to date"));
            assert_eq!(unlinked(&place), expected, "{lost}");
        }
    }
}

#[tokio::test]
async fn nothing_is_linked_to_an_end_without_a_hash() {
    let place = TestDatabase::new();
    of_version(&place, 13);
    let storage = SqliteStorage::open(&place.file()).expect("it is brought up to date");
    let conn = Connection::open(place.file()).expect("the file");
    for lost in ["NULL", "x'00'"] {
        conn.execute(&format!("UPDATE ledger_heads SET last_hash = {lost}"), []).expect("a row");
        let mut tx = storage.begin().await.expect("a transaction");
        let club = tx.communities().await.expect("a list")[0].id;
        let head = tx.ledger_head(club).await;
        assert!(matches!(head, Err(StorageError::BrokenLedger(broken)) if broken == club), "{head:?}");
    }
}
