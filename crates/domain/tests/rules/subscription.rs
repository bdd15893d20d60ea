//! Subscriptions: what is shown of their URLs, what they want, and when a delivery is tried again.

use std::time::Duration;

use jiff::Timestamp;
use rankledger_domain::ids::SubscriptionId;
use rankledger_domain::log::{ActKind, EventType};
use rankledger_domain::subscription::{Delivery, DeliveryState, Subscription, SubscriptionKind};
use uuid::Uuid;

fn subscription(kind: SubscriptionKind, url: &str) -> Subscription {
    Subscription {
        id: SubscriptionId(Uuid::from_u128(1)),
        kind,
        name: "News".to_owned(),
        url: url.to_owned(),
        secret: None,
        previous_secret: None,
        types: Vec::new(),
        summarises_rollbacks: false,
        server: None,
        created_at: Timestamp::UNIX_EPOCH,
        disabled: None,
        revision: 1,
    }
}

#[test]
fn only_the_url_of_a_discord_webhook_is_masked() {
    let url = "https://discord.com/api/webhooks/123/sEcReT?thread_id=7/8";
    let shown = |kind| subscription(kind, url).shown_url().into_owned();
    assert_eq!(shown(SubscriptionKind::Discord), "https://discord.com/api/webhooks/123/***");
    for end in ["/", "//", "#/x", "/?wait=true", "?a=/b#/c"] {
        let url = format!("https://discord.com/api/webhooks/123/sEcReT{end}");
        let shown = subscription(SubscriptionKind::Discord, &url).shown_url().into_owned();
        assert_eq!(shown, "https://discord.com/api/webhooks/123/***", "{end}");
    }
    assert_eq!(shown(SubscriptionKind::Standard), url);
    assert_eq!(shown(SubscriptionKind::GameServer), url);
}

#[test]
fn what_is_secret_stands_in_no_debugging_text() {
    let url = "https://discord.com/api/webhooks/123/sEcReT";
    let previous_secret = Some(("sEcReT".to_owned(), Timestamp::UNIX_EPOCH));
    let plain = subscription(SubscriptionKind::Discord, url);
    let subscription = Subscription { secret: Some("sEcReT".to_owned()), previous_secret, ..plain };
    let text = format!("{subscription:?}");
    assert!(text.contains("News") && !text.contains("sEcReT"), "{text}");
}

#[test]
fn a_subscription_without_types_wants_all_events() {
    let all = subscription(SubscriptionKind::Standard, "https://example.com/");
    assert!(EventType::all().all(|event| all.wants(event)));
    let banned = EventType::Act(ActKind::AccountBanned);
    let one = Subscription { types: vec![banned], ..all };
    assert!(EventType::all().all(|event| one.wants(event) == (event == banned)));
}

#[test]
fn ten_attempts_are_made_with_growing_pauses() {
    let now = Timestamp::UNIX_EPOCH;
    let pauses = [5, 30, 120, 600, 3_600, 10_800, 28_800, 86_400, 129_600];
    for (attempts, seconds) in (1..).zip(pauses) {
        for (jitter, share) in [(0.0, 1.0), (1.0, 1.1), (-3.0, 1.0), (9.0, 1.1)] {
            let due = now + Duration::from_secs(seconds).mul_f64(share);
            assert_eq!(
                Delivery::after_failure(attempts, now, jitter),
                DeliveryState::Waiting(due),
                "{attempts}"
            );
        }
    }
    assert_eq!(Delivery::after_failure(10, now, 0.5), DeliveryState::Failed);
    assert_eq!(Delivery::after_failure(11, now, 0.5), DeliveryState::Failed);
}
