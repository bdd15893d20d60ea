//! Deliveries: what became of each event for each subscription.

use std::time::Duration;

use rankledger_domain::ids::{CommunityId, LogId, SubscriptionId};
use rankledger_domain::log::{ActKind, EventType, LogPlace};
use rankledger_domain::subscription::{Attempt, Delivery, DeliveryState};
use rankledger_storage::deliveries::DeliveriesOf;
use rankledger_storage::{ReadTx, Storage, WriteTx};

use crate::kit::{account_id, begin, read, time, uuid};
use crate::subscriptions::two;

const ONE: SubscriptionId = SubscriptionId(uuid::Uuid::from_u128(1));
const OTHER: SubscriptionId = SubscriptionId(uuid::Uuid::from_u128(2));

/// Returns the delivery of an event that the receiver has taken, with everything filled in.
pub(crate) fn delivery(place: i64) -> Delivery {
    let last = Attempt {
        at: time(place),
        took: Duration::from_millis(250),
        status: Some(503),
        answer: Some("über\nlastet".to_owned()),
        error: Some("the receiver answered 503".to_owned()),
    };
    Delivery {
        place: LogPlace(place),
        event: LogId(uuid(u128::from(place.unsigned_abs()))),
        event_type: EventType::Act(ActKind::AccountBanned),
        account: Some(account_id(1)),
        state: DeliveryState::Delivered,
        attempts: 3,
        last: Some(last),
    }
}

async fn put(tx: &mut dyn WriteTx, community: CommunityId, deliveries: &[Delivery]) {
    for delivery in deliveries {
        tx.put_delivery(community, ONE, delivery).await.expect("it is stored");
    }
}

async fn list(
    tx: &mut dyn ReadTx,
    community: CommunityId,
    of: DeliveriesOf,
    before: Option<i64>,
    take: u32,
) -> Vec<i64> {
    let found = tx.deliveries(community, ONE, of, before.map(LogPlace), take).await.expect("a list");
    found.into_iter().map(|delivery| delivery.place.0).collect()
}

pub(crate) async fn a_delivery_comes_back_as_it_was_stored(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let (club, other) = two(tx.as_mut()).await;
    let bare = Delivery { account: None, last: None, attempts: 0, ..delivery(2) };
    let bare = Delivery { event_type: EventType::RanksChanged, state: DeliveryState::Failed, ..bare };
    let nothing =
        Attempt { status: None, answer: None, error: None, ..delivery(3).last.expect("it is there") };
    let waiting = DeliveryState::Waiting(time(99));
    let silent = Delivery { last: Some(nothing), state: waiting, ..delivery(3) };
    put(tx.as_mut(), club, &[delivery(1), bare.clone(), silent.clone()]).await;
    let again = Delivery { state: waiting, attempts: 4, last: None, ..delivery(1) };
    put(tx.as_mut(), club, std::slice::from_ref(&again)).await;
    tx.commit().await.expect("a commit");

    let mut tx = read(storage).await;
    for stored in [again, bare, silent] {
        assert_eq!(tx.delivery(club, ONE, stored.place).await.expect("a look-up"), Some(stored));
    }
    assert_eq!(tx.delivery(club, OTHER, LogPlace(1)).await.expect("a look-up"), None);
    assert_eq!(tx.delivery(other, ONE, LogPlace(1)).await.expect("a look-up"), None);
}

pub(crate) async fn deliveries_come_newest_first_in_pages_and_by_their_state(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let (club, other) = two(tx.as_mut()).await;
    let states = [DeliveryState::Delivered, DeliveryState::Failed, DeliveryState::Waiting(time(0))];
    for (place, state) in (1..=6).zip(states.into_iter().cycle()) {
        put(tx.as_mut(), club, &[Delivery { state, ..delivery(place) }]).await;
    }
    tx.put_delivery(club, OTHER, &delivery(7)).await.expect("it is stored");
    tx.put_delivery(other, ONE, &delivery(8)).await.expect("it is stored");
    let tx = tx.as_mut();
    assert_eq!(list(tx, club, DeliveriesOf::Any, None, 9).await, [6, 5, 4, 3, 2, 1]);
    assert_eq!(list(tx, club, DeliveriesOf::Any, Some(5), 2).await, [4, 3]);
    assert_eq!(list(tx, club, DeliveriesOf::Delivered, None, 9).await, [4, 1]);
    assert_eq!(list(tx, club, DeliveriesOf::Failed, Some(5), 9).await, [2]);
    assert_eq!(list(tx, club, DeliveriesOf::Waiting, None, 1).await, [6]);
    let waiting = tx.waiting_deliveries(club, ONE).await.expect("a list");
    assert_eq!(waiting.iter().map(|waiting| waiting.place.0).collect::<Vec<_>>(), [3, 6], "oldest first");
}

pub(crate) async fn deliveries_after_a_place_that_wait_are_forgotten(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let (club, _) = two(tx.as_mut()).await;
    let waits = |place| Delivery { state: DeliveryState::Waiting(time(90)), ..delivery(place) };
    put(tx.as_mut(), club, &[waits(1), waits(2), delivery(3), waits(4)]).await;
    tx.put_delivery(club, OTHER, &waits(4)).await.expect("it is stored");
    tx.forget_waiting_deliveries_after(club, ONE, LogPlace(1)).await.expect("they are forgotten");
    assert_eq!(list(tx.as_mut(), club, DeliveriesOf::Any, None, 9).await, [3, 1]);
    assert_eq!(tx.delivery(club, OTHER, LogPlace(4)).await.expect("a look-up"), Some(waits(4)));
}

pub(crate) async fn old_deliveries_are_forgotten_unless_they_wait(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let (club, other) = two(tx.as_mut()).await;
    let waiting = Delivery { state: DeliveryState::Waiting(time(90)), ..delivery(2) };
    let failed = Delivery { state: DeliveryState::Failed, ..delivery(3) };
    put(tx.as_mut(), club, &[delivery(1), waiting, failed, delivery(4)]).await;
    put(tx.as_mut(), other, &[delivery(1)]).await;
    assert_eq!(tx.forget_old_deliveries(time(4), 2).await.expect("they are forgotten"), 2);
    assert_eq!(tx.forget_old_deliveries(time(4), 2).await.expect("they are forgotten"), 1);
    assert_eq!(tx.forget_old_deliveries(time(4), 2).await.expect("they are forgotten"), 0);
    assert_eq!(list(tx.as_mut(), club, DeliveriesOf::Any, None, 9).await, [4, 2]);
    assert_eq!(list(tx.as_mut(), other, DeliveriesOf::Any, None, 9).await, [0i64; 0]);
}
