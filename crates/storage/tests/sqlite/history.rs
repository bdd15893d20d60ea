//! A page of the history in SQLite looks at a limited number of changes, so that no request reads a whole
//! ledger.

use rankledger_domain::ids::{ChangeNumber, CommunityId};
use rankledger_domain::rank_change::Source;
use rankledger_storage::Storage;
use rankledger_storage::history::{HistoryFilter, Order};
use rankledger_storage::sqlite::SqliteStorage;
use rusqlite::Connection;

use crate::{TestDatabase, new_community};

/// Number of changes that a page looks at.
const LOOKED_AT: i64 = 50_000;

/// Number of the last change, beyond that limit. Changes 1 and `LAST` are of a flow, the others are not.
const LAST: i64 = LOOKED_AT + 2;

/// Makes a community with this many changes, written past the ledger.
async fn long_history(place: &TestDatabase) -> (SqliteStorage, CommunityId) {
    let storage = SqliteStorage::open(&place.file()).expect("a fresh database");
    let mut tx = storage.begin().await.expect("a transaction");
    let club = tx.insert_community(&new_community()).await.expect("a community");
    tx.commit().await.expect("a commit");
    let rows = format!(
        "PRAGMA foreign_keys = OFF;
         INSERT INTO rank_changes (community, number, undo_id, log_id, account, previous, at, ranks_before, ranks_after,
             status_before, status_after, kind, source, hash)
         WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {LAST})
         SELECT 1, n, unhex(printf('%032x', n)), zeroblob(16), zeroblob(16), 0, 0, x'', x'', 0, 0, 'change',
             iif(n IN (1, {LAST}), 'flow', 'api'), zeroblob(32)
         FROM numbers;"
    );
    Connection::open(place.file()).expect("the file").execute_batch(&rows).expect("its rows");
    (storage, club)
}

#[tokio::test]
async fn a_page_that_looks_at_many_and_finds_few_says_where_to_go_on() {
    let place = TestDatabase::new();
    let (storage, club) = long_history(&place).await;
    let mut tx = storage.read().await.expect("a view");
    let flows = HistoryFilter { source: Some(Source::Flow), ..HistoryFilter::default() };
    for (order, ends, goes_on) in
        [(Order::NewestFirst, [LAST, 1], 3), (Order::OldestFirst, [1, LAST], LOOKED_AT)]
    {
        let first = tx.history(club, &flows, order, None, 25).await.expect("a page");
        let found: Vec<_> = first.changes.iter().map(|linked| linked.change.number.0).collect();
        assert_eq!(found, [ends[0]]);
        assert_eq!(first.next, Some(ChangeNumber(goes_on)), "it looked as far as that");
        let second = tx.history(club, &flows, order, first.next, 25).await.expect("a page");
        let found: Vec<_> = second.changes.iter().map(|linked| linked.change.number.0).collect();
        assert_eq!((found, second.next), (vec![ends[1]], None));
    }
}

#[tokio::test]
async fn a_page_that_finds_nothing_says_where_to_go_on_too() {
    let place = TestDatabase::new();
    let (storage, club) = long_history(&place).await;
    let mut tx = storage.read().await.expect("a view");
    let bans = HistoryFilter { source: Some(Source::Ban), ..HistoryFilter::default() };
    let first = tx.history(club, &bans, Order::NewestFirst, None, 25).await.expect("a page");
    assert_eq!((first.changes.len(), first.next), (0, Some(ChangeNumber(3))));
    let second = tx.history(club, &bans, Order::NewestFirst, first.next, 25).await.expect("a page");
    assert_eq!((second.changes.len(), second.next), (0, None));
}
