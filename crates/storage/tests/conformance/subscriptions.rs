//! Subscriptions, and how far the deliveries of each are.

use rankledger_domain::ids::{CommunityId, SubscriptionId};
use rankledger_domain::log::{ActKind, EventType, LogPlace};
use rankledger_domain::subscription::{Delivery, DeliveryState};
use rankledger_domain::subscription::{Disabled, Progress, Subscription, SubscriptionKind};
use rankledger_storage::deliveries::DeliveriesOf;
use rankledger_storage::subscriptions::{EnabledSubscription, TroubledSubscriptions};
use rankledger_storage::{Storage, WriteTx};

use crate::deliveries::delivery;
use crate::kit::{begin, new_community, read, time, uuid};

/// Returns a subscription with everything filled in.
fn full(number: u128) -> Subscription {
    Subscription {
        id: SubscriptionId(uuid(number)),
        kind: SubscriptionKind::GameServer,
        name: "Städtchen".to_owned(),
        url: "https://example.com/hook?a=1".to_owned(),
        secret: Some("whsec_new".to_owned()),
        previous_secret: Some(("whsec_old".to_owned(), time(50))),
        types: vec![EventType::RanksChanged, EventType::Act(ActKind::AccountBanned)],
        summarises_rollbacks: true,
        server: Some(3),
        created_at: time(i64::try_from(number).expect("a small number")),
        disabled: Some(Disabled { at: time(9), because: Some("it answers nothing".to_owned()) }),
        revision: 7,
    }
}

/// Returns a subscription with nothing filled in that need not be.
fn bare(number: u128) -> Subscription {
    Subscription {
        kind: SubscriptionKind::Discord,
        secret: None,
        previous_secret: None,
        types: Vec::new(),
        summarises_rollbacks: false,
        server: None,
        disabled: None,
        revision: 1,
        ..full(number)
    }
}

pub(crate) async fn two(tx: &mut dyn WriteTx) -> (CommunityId, CommunityId) {
    let club = tx.insert_community(&new_community("club")).await.expect("a community");
    (club, tx.insert_community(&new_community("other")).await.expect("a community"))
}

async fn put(tx: &mut dyn WriteTx, community: CommunityId, subscription: &Subscription) {
    tx.put_subscription(community, subscription).await.expect("it is stored");
}

pub(crate) async fn a_subscription_comes_back_as_it_was_stored(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let (club, other) = two(tx.as_mut()).await;
    for stored in [full(1), bare(2)] {
        put(tx.as_mut(), club, &stored).await;
    }
    let disabled_by_hand = Disabled { at: time(1), because: None };
    let changed = Subscription { disabled: Some(disabled_by_hand), revision: 8, ..bare(1) };
    put(tx.as_mut(), club, &changed).await;
    put(tx.as_mut(), other, &full(1)).await;
    tx.commit().await.expect("a commit");

    let mut tx = read(storage).await;
    assert_eq!(tx.subscriptions(club).await.expect("a list"), [changed, bare(2)], "oldest first");
    assert_eq!(tx.subscription(other, full(1).id).await.expect("a look-up"), Some(full(1)));
    assert_eq!(tx.subscription(other, full(2).id).await.expect("a look-up"), None);
}

pub(crate) async fn the_enabled_subscriptions_of_all_communities_are_found(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let (club, other) = two(tx.as_mut()).await;
    for (community, subscription) in [(club, full(1)), (club, bare(2)), (other, bare(3))] {
        put(tx.as_mut(), community, &subscription).await;
    }
    let mut enabled = tx.enabled_subscriptions().await.expect("a list");
    enabled.sort_by_key(|enabled| enabled.id);
    let expected = |community, number| EnabledSubscription { community, id: bare(number).id, revision: 1 };
    assert_eq!(enabled, [expected(club, 2), expected(other, 3)]);
}

pub(crate) async fn subscriptions_that_fail_or_were_disabled_by_the_server_are_counted(
    storage: &dyn Storage,
) {
    let mut tx = begin(storage).await;
    let (club, other) = two(tx.as_mut()).await;
    let by_hand = Subscription { disabled: Some(Disabled { at: time(1), because: None }), ..bare(1) };
    let failing_since = |at| Progress { place: LogPlace(1), succeeded_at: None, failing_since: at };
    for (community, subscription, since) in [
        (club, by_hand, Some(time(1))),
        (club, full(2), None),
        (club, full(3), Some(time(1))),
        (club, bare(4), Some(time(9))),
        (club, bare(5), Some(time(10))),
        (club, bare(6), None),
        (other, bare(7), Some(time(11))),
    ] {
        put(tx.as_mut(), community, &subscription).await;
        let progress = failing_since(since);
        tx.put_subscription_progress(community, subscription.id, &progress).await.expect("it is stored");
    }
    let troubled = |community: &str, disabled, failing| TroubledSubscriptions {
        community: community.to_owned(),
        disabled,
        failing,
    };
    let found = tx.troubled_subscriptions(time(10)).await.expect("a list");
    assert_eq!(found, [troubled("club", 2, 1)]);
    let found = tx.troubled_subscriptions(time(12)).await.expect("a list");
    assert_eq!(found, [troubled("club", 2, 2), troubled("other", 0, 1)]);
}

pub(crate) async fn the_progress_of_each_subscription_is_kept(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let (club, other) = two(tx.as_mut()).await;
    let id = bare(1).id;
    assert_eq!(tx.subscription_progress(club, id).await.expect("a look-up"), None);
    let first = Progress { place: LogPlace(3), succeeded_at: None, failing_since: Some(time(4)) };
    let second = Progress { place: LogPlace(5), succeeded_at: Some(time(6)), failing_since: None };
    for progress in [first, second] {
        tx.put_subscription_progress(club, id, &progress).await.expect("it is stored");
        assert_eq!(tx.subscription_progress(club, id).await.expect("a look-up"), Some(progress));
    }
    assert_eq!(tx.subscription_progress(other, id).await.expect("a look-up"), None, "not theirs");
}

pub(crate) async fn a_subscription_is_removed_with_its_deliveries_that_wait(storage: &dyn Storage) {
    let mut tx = begin(storage).await;
    let (club, _) = two(tx.as_mut()).await;
    let progress = Progress { place: LogPlace(3), succeeded_at: None, failing_since: None };
    let waiting = Delivery { state: DeliveryState::Waiting(time(1)), ..delivery(1) };
    for number in [1, 2] {
        put(tx.as_mut(), club, &bare(number)).await;
        let id = bare(number).id;
        tx.put_subscription_progress(club, id, &progress).await.expect("it is stored");
        tx.put_delivery(club, id, &waiting).await.expect("it is stored");
    }
    tx.put_delivery(club, bare(1).id, &delivery(2)).await.expect("it is stored");
    let (removed, kept) = (bare(1).id, bare(2).id);
    tx.remove_subscription(club, removed).await.expect("it is removed");
    assert_eq!(tx.subscriptions(club).await.expect("a list"), [bare(2)]);
    assert_eq!(tx.subscription_progress(club, removed).await.expect("a look-up"), None);
    assert_eq!(tx.subscription_progress(club, kept).await.expect("a look-up"), Some(progress));
    let mut left = Vec::new();
    for id in [removed, kept] {
        left.extend(tx.deliveries(club, id, DeliveriesOf::Any, None, 9).await.expect("a list"));
    }
    assert_eq!(left, [delivery(2), waiting], "what is done, and that of the other one");
}
