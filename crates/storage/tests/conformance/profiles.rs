//! The smaller parts of an account row.

use rankledger_storage::profiles::{ClockRow, NotificationPreference, ProfileField};
use rankledger_storage::{Storage, StorageError};
use serde_json::json;

use crate::kit::{account_id, begin, community, time, uuid};

fn open_row() -> ClockRow {
    ClockRow {
        id: uuid(70),
        start_time: time(1),
        end_time: None,
        completed: false,
        notes: json!([]),
        kind: "patrol".to_owned(),
    }
}

pub(crate) async fn parts_are_replaced_not_repeated(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let id = account_id(1);
    tx.set_api_ids(club, id, &["one".to_owned(), "two".to_owned()]).await.expect("api ids");
    tx.set_api_ids(club, id, &["three".to_owned()]).await.expect("api ids");
    let closed = ClockRow { end_time: Some(time(2)), completed: true, ..open_row() };
    tx.put_clock_row(club, id, &open_row()).await.expect("a clock row");
    tx.put_clock_row(club, id, &closed).await.expect("a clock row");
    let field = |value: &str| ProfileField { id: "motto".to_owned(), value: json!(value) };
    tx.put_profile_field(club, id, 0, &field("old")).await.expect("a field");
    tx.put_profile_field(club, id, 1, &field("new")).await.expect("a field");
    let preference = |email| NotificationPreference {
        topic: "forms".to_owned(),
        event: "statusChange".to_owned(),
        inbox: true,
        desktop: true,
        mobile: true,
        email,
        discord: true,
    };
    tx.put_notification_preference(club, id, &preference(true)).await.expect("a preference");
    tx.put_notification_preference(club, id, &preference(false)).await.expect("a preference");

    let found = tx.account(club, id).await.expect("a look-up").expect("the account");
    assert_eq!(found.api_ids, ["three"]);
    assert_eq!(found.clock_rows, [closed]);
    assert_eq!(found.profile_fields, [field("new")]);
    assert_eq!(found.notification_preferences, [preference(false)]);
}

pub(crate) async fn a_clock_row_stays_with_its_account(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    tx.put_clock_row(club, account_id(1), &open_row()).await.expect("a clock row");
    let refused = tx.put_clock_row(club, account_id(2), &open_row()).await;
    assert!(matches!(refused, Err(StorageError::Conflict(_))), "{refused:?}");
}
