//! Clock rows and activity rows.

use rankledger_storage::clock_rows::{ActivityRow, ClockRow, LatestRows};
use rankledger_storage::standings::MOST_CLOCK_ROWS;
use rankledger_storage::{Storage, StorageError};
use serde_json::json;
use uuid::Uuid;

use crate::kit::{account_id, begin, clock_row, community, time, uuid};

/// Returns a row that was closed, with everything filled in.
fn closed(number: u128, start: i64) -> ClockRow {
    ClockRow {
        end_time: Some(time(start + 1)),
        completed: true,
        notes: json!(["late", {"by": 3}]).into(),
        kind: "training".into(),
        ..clock_row(number, start)
    }
}

fn all(take: u32) -> LatestRows<'static> {
    LatestRows { kind: None, server: None, take }
}

fn ids(rows: &[ClockRow]) -> Vec<Uuid> {
    rows.iter().map(|row| row.id).collect()
}

pub(crate) async fn the_newest_open_clock_row_is_found(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let id = account_id(1);
    assert_eq!(tx.open_clock_row(club, id).await.expect("a look-up"), None);
    tx.put_clock_row(club, id, &closed(70, 30)).await.expect("a clock row");
    assert_eq!(tx.open_clock_row(club, id).await.expect("a look-up"), None, "it is closed");
    for row in [clock_row(71, 10), clock_row(72, 20)] {
        tx.put_clock_row(club, id, &row).await.expect("a clock row");
    }
    tx.put_clock_row(club, account_id(2), &clock_row(73, 25)).await.expect("another account's");
    assert_eq!(tx.open_clock_row(club, id).await.expect("a look-up"), Some(clock_row(72, 20)));
    tx.put_clock_row(club, id, &closed(72, 20)).await.expect("it is closed");
    assert_eq!(tx.open_clock_row(club, id).await.expect("a look-up"), Some(clock_row(71, 10)));
}

pub(crate) async fn the_latest_clock_rows_come_newest_first(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let id = account_id(1);
    let rows = [clock_row(71, 10), closed(72, 20), clock_row(74, 30), closed(73, 30)];
    for row in &rows {
        tx.put_clock_row(club, id, row).await.expect("a clock row");
    }
    tx.put_clock_row(club, account_id(2), &clock_row(75, 40)).await.expect("another account's");
    let [a, b, d, c] = rows;
    let latest = tx.latest_clock_rows(club, id, all(10)).await.expect("a list");
    assert_eq!(latest, [d.clone(), c.clone(), b.clone(), a.clone()], "of one moment, by id");
    let latest = tx.latest_clock_rows(club, id, all(2)).await.expect("a list");
    assert_eq!(latest, [d.clone(), c.clone()]);
    let of_kind = |kind, take| LatestRows { kind: Some(kind), server: None, take };
    for (which, expected) in [
        (of_kind("patrol", 10), vec![d, a]),
        (of_kind("training", 1), vec![c]),
        (of_kind("nothing", 10), vec![]),
        (all(0), vec![]),
    ] {
        assert_eq!(tx.latest_clock_rows(club, id, which).await.expect("a list"), expected, "{which:?}");
    }
}

pub(crate) async fn an_account_comes_with_its_newest_clock_rows_oldest_first(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let id = account_id(1);
    let count = MOST_CLOCK_ROWS + 5;
    for number in (0..count).rev() {
        tx.put_clock_row(club, id, &clock_row(1 + u128::from(number), number.into())).await.expect("a row");
    }
    let found = tx.snapshot(club, id).await.expect("a look-up").expect("the account");
    let newest: Vec<ClockRow> = (5..count).map(|n| clock_row(1 + u128::from(n), n.into())).collect();
    assert_eq!(*found.details.clock_rows, newest);
    let every = tx.latest_clock_rows(club, id, all(u32::MAX)).await.expect("a list");
    assert_eq!(every.len(), count as usize);
}

pub(crate) async fn a_clock_row_stays_with_its_account(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    tx.put_clock_row(club, account_id(1), &clock_row(70, 1)).await.expect("a clock row");
    let refused = tx.put_clock_row(club, account_id(2), &closed(70, 1)).await;
    assert!(matches!(refused, Err(StorageError::Conflict(_))), "{refused:?}");
    let kept = tx.latest_clock_rows(club, account_id(1), all(10)).await.expect("a list");
    assert_eq!(kept, [clock_row(70, 1)]);
}

pub(crate) async fn an_activity_row_stays_with_its_account(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    tx.put_activity_row(club, account_id(1), None, &clock_row(70, 1)).await.expect("an activity row");
    let refused = tx.put_activity_row(club, account_id(2), Some(1), &closed(70, 1)).await;
    assert!(matches!(refused, Err(StorageError::Conflict(_))), "{refused:?}");
    let kept = tx.latest_activity_rows(club, account_id(1), all(10)).await.expect("a list");
    assert_eq!(kept, [clock_row(70, 1)]);
    tx.put_clock_row(club, account_id(2), &clock_row(70, 1)).await.expect("a clock row of the same id");
}

pub(crate) async fn activity_rows_are_found_by_type_and_server(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let id = account_id(1);
    for (server, row) in [
        (None, clock_row(71, 10)),
        (Some(1), clock_row(72, 20)),
        (Some(1), closed(73, 30)),
        (Some(2), clock_row(74, 40)),
    ] {
        tx.put_activity_row(club, id, server, &row).await.expect("an activity row");
    }
    tx.put_activity_row(club, account_id(2), Some(1), &clock_row(75, 50)).await.expect("another account's");
    tx.put_clock_row(club, id, &clock_row(76, 60)).await.expect("a clock row");
    let patrol = Some("patrol");
    for (kind, server, take, expected) in [
        (None, None, 10, vec![74, 73, 72, 71]),
        (None, None, 3, vec![74, 73, 72]),
        (None, Some(1), 10, vec![73, 72]),
        (patrol, Some(1), 10, vec![72]),
        (patrol, None, 10, vec![74, 72, 71]),
        (None, Some(3), 10, vec![]),
    ] {
        let which = LatestRows { kind, server, take };
        let found = tx.latest_activity_rows(club, id, which).await.expect("a list");
        let expected: Vec<_> = expected.into_iter().map(uuid).collect();
        assert_eq!(ids(&found), expected, "{which:?}");
    }
}

pub(crate) async fn an_activity_row_is_brought_up_to_date_and_comes_with_its_server(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let id = account_id(1);
    tx.put_activity_row(club, id, Some(1), &clock_row(71, 20)).await.expect("an activity row");
    tx.put_activity_row(club, id, Some(2), &closed(71, 30)).await.expect("an activity row");
    tx.put_activity_row(club, id, None, &clock_row(72, 10)).await.expect("an activity row");
    let expected = [
        ActivityRow { server: None, row: clock_row(72, 10) },
        ActivityRow { server: Some(2), row: closed(71, 30) },
    ];
    assert_eq!(tx.activity_rows(club, id).await.expect("a list"), expected);
    assert_eq!(tx.activity_rows(club, account_id(2)).await.expect("a list"), []);
}
