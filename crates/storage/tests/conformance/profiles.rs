//! The smaller parts of an account row.

use rankledger_storage::Storage;
use rankledger_storage::clock_rows::ClockRow;
use rankledger_storage::profiles::{NotificationPreference, ProfileField};
use serde_json::json;

use crate::kit::{account_id, begin, clock_row, community, time};

pub(crate) async fn parts_are_replaced_not_repeated(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let id = account_id(1);
    tx.set_api_ids(club, id, &["one".to_owned(), "two".to_owned()]).await.expect("api ids");
    tx.set_api_ids(club, id, &["three".to_owned()]).await.expect("api ids");
    let closed = ClockRow { end_time: Some(time(2)), completed: true, ..clock_row(70, 1) };
    tx.put_clock_row(club, id, &clock_row(70, 1)).await.expect("a clock row");
    tx.put_clock_row(club, id, &closed).await.expect("a clock row");
    let field = |value: &str| ProfileField { id: "motto".into(), value: json!(value).into() };
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

    let found = tx.snapshot(club, id).await.expect("a look-up").expect("the account").details;
    assert_eq!(*found.api_ids, ["three".into()]);
    assert_eq!(*found.clock_rows, [closed]);
    assert_eq!(*found.profile_fields, [field("new")]);
    assert_eq!(found.notification_preferences.as_slice(), [preference(false)]);
}

pub(crate) async fn an_emptied_profile_field_is_gone(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let club = community(tx.as_mut(), "club").await;
    let field = |id: &str| ProfileField { id: id.into(), value: json!("x").into() };
    for account in [account_id(1), account_id(2)] {
        tx.put_profile_field(club, account, 1, &field("motto")).await.expect("a field");
        tx.put_profile_field(club, account, 0, &field("unit")).await.expect("a field");
    }
    tx.remove_profile_field(club, account_id(1), "motto").await.expect("a removal");
    tx.remove_profile_field(club, account_id(1), "motto").await.expect("there is nothing left to remove");
    assert_eq!(tx.profile_fields(club, account_id(1)).await.expect("a list"), [field("unit")]);
    let others = tx.profile_fields(club, account_id(2)).await.expect("a list");
    assert_eq!(others, [field("unit"), field("motto")], "another account's stay, in order");
}
