//! Standard Webhooks (<https://www.standardwebhooks.com>): the event as the feed has it, and a signature.

use jiff::Timestamp;
use rankledger_domain::ids::LogId;
use rankledger_domain::subscription::Subscription;
use rankledger_storage::events::Event;
use serde::Serialize;
use serde_json::json;
use standardwebhooks::{HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook};

use crate::jobs::deliveries::client::Message;
use crate::wire::events::EventBody;
use crate::wire::time::Time;

/// The type of the event by which a receiver is tried out.
const TEST: &str = "webhook.test";

#[derive(Serialize)]
struct Payload<'a, D> {
    r#type: &'a str,
    timestamp: Time,
    data: D,
}

/// Writes the request that tells of an event.
pub(super) fn message(subscription: &Subscription, event: Event, now: Timestamp) -> Message {
    let event = EventBody::from(event);
    let id = event.id;
    let body = json(&Payload { r#type: event.r#type, timestamp: event.at, data: &event });
    signed(subscription, id, body, now)
}

/// Writes a request that tells of no event.
pub(super) fn test(subscription: &Subscription, id: LogId, now: Timestamp) -> Message {
    let data = json!({"subscription": subscription.id, "name": subscription.name});
    signed(subscription, id, json(&Payload { r#type: TEST, timestamp: Time(now), data }), now)
}

fn json(payload: &impl Serialize) -> String {
    serde_json::to_string(payload).expect("events hold plain data with string keys")
}

/// Signs a request with the secret, and for a while after a rotation also with the one before.
fn signed(subscription: &Subscription, id: LogId, body: String, now: Timestamp) -> Message {
    let previous = subscription.previous_secret.as_ref().filter(|(_, until)| *until > now);
    let secrets = subscription.secret.iter().chain(previous.map(|(secret, _)| secret));
    let (id, seconds) = (id.to_string(), now.as_second());
    let sign =
        |secret: &String| Webhook::new(secret).and_then(|key| key.sign(&id, seconds, body.as_bytes())).ok();
    // A secret that cannot be read was refused when it was stored.
    let signatures: Vec<_> = secrets.filter_map(sign).collect();
    let headers = vec![
        (HEADER_WEBHOOK_SIGNATURE, signatures.join(" ")),
        (HEADER_WEBHOOK_TIMESTAMP, seconds.to_string()),
        (HEADER_WEBHOOK_ID, id),
    ];
    Message { url: subscription.url.clone(), headers, body }
}
