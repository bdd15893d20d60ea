//! The course of a copy: it continues after an interruption, verifies the copied data, and is refused where
//! it must be.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use rankledger_domain::ids::ChangeNumber;
use rankledger_storage::sqlite::SqliteStorage;
use rankledger_storage::transfer::{BrokenPlace, Copied, CopyError, Progress, Step, WholeDatabase, copy};
use rankledger_storage::{Storage, StorageError};

use crate::kit::{begin, change, community, read};
use crate::test_database::{Postgres, Sqlite};

/// Makes a community with three changes.
async fn filled() -> Sqlite {
    let place = Sqlite::fresh();
    let mut tx = begin(&place.storage).await;
    let club = community(tx.as_mut(), "club").await;
    for number in 1..=3 {
        tx.append_rank_change(club, &change(number)).await.expect("a change");
    }
    tx.commit().await.expect("a commit");
    place
}

async fn copied(from: &dyn WholeDatabase, to: &dyn WholeDatabase) -> Result<Copied, CopyError> {
    copy(from, to, &mut |_| {}).await
}

/// Runs a copy that ends before this step.
async fn interrupted(from: &dyn WholeDatabase, to: &dyn WholeDatabase, before: Step) {
    let mut watch = |progress: Progress| assert!(progress.step != before, "this is where it ends");
    let outcome = AssertUnwindSafe(copy(from, to, &mut watch)).catch_unwind().await;
    assert!(outcome.is_err(), "it was interrupted");
}

#[tokio::test]
async fn a_copy_is_carried_on_where_it_was_interrupted() {
    let (source, sqlite, postgres) = (filled().await, Sqlite::fresh(), Postgres::fresh().await);
    let targets: [&dyn WholeDatabase; 2] = [&sqlite.storage, &postgres.storage];
    for target in targets {
        for before in
            [Step::Copy("accounts"), Step::Copy("log_entries"), Step::Compare("ranks"), Step::CheckTarget]
        {
            interrupted(&source.storage, target, before).await;
        }
        let done = copied(&source.storage, target).await.expect("the rest is copied");
        assert_eq!((done.communities, done.changes, done.was_resumed), (1, 3, true));
        let again = copied(&source.storage, target).await;
        assert!(matches!(again, Err(CopyError::NotEmpty("communities"))), "{again:?}");
        let storage: &dyn Storage = target;
        assert_eq!(read(storage).await.communities().await.expect("a list").len(), 1);
    }
}

#[tokio::test]
async fn nobody_else_opens_a_database_that_is_being_filled() {
    let (source, target) = (filled().await, Sqlite::fresh());
    interrupted(&source.storage, &target.storage, Step::Copy("accounts")).await;
    let refused = SqliteStorage::open(&target.path()).err().expect("it is refused");
    assert!(matches!(refused, StorageError::Unfinished(_)), "{refused}");
    let reopened = SqliteStorage::open_to_fill(&target.path()).expect("it is opened to go on");
    copied(&source.storage, &reopened).await.expect("the rest is copied");
    SqliteStorage::open(&target.path()).expect("it is a database like any other");
}

#[tokio::test]
async fn an_interrupted_copy_of_another_state_is_not_carried_on() {
    let (source, target) = (filled().await, Sqlite::fresh());
    interrupted(&source.storage, &target.storage, Step::Copy("accounts")).await;
    let mut tx = begin(&source.storage).await;
    let club = tx.communities().await.expect("a list")[0].id;
    tx.append_rank_change(club, &change(4)).await.expect("a change");
    tx.commit().await.expect("a commit");
    let refused = copied(&source.storage, &target.storage).await;
    assert!(matches!(refused, Err(CopyError::OtherSource)), "{refused:?}");
}

#[tokio::test]
async fn a_source_that_is_written_to_meanwhile_is_noticed() {
    for (sql, expected) in [
        ("INSERT INTO short_urls VALUES (1, 'abc', '/', 0, 0)", "the source was written to"),
        ("UPDATE accounts SET name = 'Renamed'", "table accounts: the row of community 1, id 00000000"),
    ] {
        let (source, target) = (filled().await, Sqlite::fresh());
        let mut watch = |progress: Progress| {
            if progress.step == Step::Copy("log_entries") {
                source.file().execute(sql, []).expect("a write");
            }
        };
        let refused = copy(&source.storage, &target.storage, &mut watch).await;
        let refused = refused.expect_err("it is noticed").to_string();
        assert!(refused.contains(expected) && refused.contains("begin anew"), "{refused}");
        assert!(SqliteStorage::open(&target.path()).is_err(), "the target is not given out");
    }
}

#[tokio::test]
async fn what_differs_is_named() {
    let (source, target) = (filled().await, Sqlite::fresh());
    interrupted(&source.storage, &target.storage, Step::CheckTarget).await;
    let alter = |sql| target.file().execute_batch(sql).expect("an alteration");
    alter("UPDATE accounts SET bio = 'x' WHERE unique_id = 1002");
    let refused = copied(&source.storage, &target.storage).await.expect_err("it differs").to_string();
    let key = "community 1, id 00000000-0000-0000-0000-000000000002";
    assert!(refused.contains("table accounts") && refused.contains(key), "{refused}");
    alter("DELETE FROM rank_changes WHERE number = 2");
    let refused = copied(&source.storage, &target.storage).await;
    let expected = CopyError::Count { table: "rank_changes", in_source: 3, in_target: 2 };
    assert_eq!(refused.expect_err("one is missing").to_string(), expected.to_string());
}

#[tokio::test]
async fn a_broken_history_is_not_copied() {
    for (sql, broken_at) in [
        ("UPDATE rank_changes SET reason = 'another' WHERE number = 2", 2),
        ("DELETE FROM rank_changes WHERE number = 1", 1),
        ("DELETE FROM rank_changes WHERE number = 3", 3),
    ] {
        let (source, target) = (filled().await, Sqlite::fresh());
        source.file().execute_batch(sql).expect("an alteration");
        match copied(&source.storage, &target.storage).await {
            Err(CopyError::Broken { side: "source", community, place: BrokenPlace::Change(number, _) }) => {
                assert_eq!((community.as_str(), number), ("club", ChangeNumber(broken_at)));
            }
            other => panic!("{other:?}"),
        }
        SqliteStorage::open(&target.path()).expect("the target was not touched");
    }
}
