//! Problems of subscriptions: where they may send to, their secrets and their deliveries.

use rankledger_domain::ids::SubscriptionId;
use rankledger_domain::log::{EventType, LogPlace};
use serde_json::json;

use super::Problem;
use super::examples::UNKNOWN;

types![
    INVALID_WEBHOOK_URL,
    INVALID_WEBHOOK_SECRET,
    SUBSCRIPTION_NOT_FOUND,
    DELIVERY_NOT_FOUND,
    UNWANTED_EVENT,
    TOO_MANY_SUBSCRIPTIONS,
    SUBSCRIPTION_HAS_NO_SECRET,
    SUBSCRIPTION_OF_A_SERVER,
];

/// The subscription of the examples.
const EXAMPLE: SubscriptionId = SubscriptionId(UNKNOWN);

problem_type! {
    INVALID_WEBHOOK_URL = 400 "invalid-webhook-url" {
        title: "Nothing is sent to this URL",
        cause: "The URL of a subscription cannot be read, has a name or a password in it, has the port of another service, is not https, or names an address that is not public. Ports of other services are those that browsers block, and those of databases, queues and remote control. A Discord webhook is a URL of Discord.",
        way_out: "Send an https URL of a public host. The operator allows http with `allow_http`, and addresses that are not public with `allow_networks`, in `[webhooks]` of the configuration.",
        example: Problem::invalid_webhook_url("it names no host"),
        at: "/v2/community/webhooks",
    }
}

impl Problem {
    /// `why`: what is wrong with it, as the end of a sentence. It does not repeat the URL, which may be a
    /// secret.
    pub(crate) fn invalid_webhook_url(why: &str) -> Self {
        Self::new(&INVALID_WEBHOOK_URL, format!("Nothing can be sent to the URL in /url: {why}."))
            .member("errors", json!([{ "pointer": "/url", "detail": why }]))
    }
}

problem_type! {
    INVALID_WEBHOOK_SECRET = 400 "invalid-webhook-secret" {
        title: "The secret of the subscription cannot be used",
        cause: "The secret is too short or too long, is not written as such secrets are, or the kind of the subscription takes none, or needs one.",
        way_out: "Leave `secret` out, and a Standard Webhooks subscription gets a random one. A secret of your own is `whsec_` and 24 to 64 random bytes in base64; that of a game server is the API key that it expects.",
        example: Problem::invalid_webhook_secret("after \"whsec_\" it must be 24 to 64 bytes in base64, and is 8"),
        at: "/v2/community/webhooks",
    }
}

impl Problem {
    /// `why`: what is wrong with it, as the end of a sentence. It does not repeat the secret.
    pub(crate) fn invalid_webhook_secret(why: &str) -> Self {
        Self::new(&INVALID_WEBHOOK_SECRET, format!("The secret in /secret cannot be used: {why}."))
            .member("errors", json!([{ "pointer": "/secret", "detail": why }]))
    }
}

problem_type! {
    SUBSCRIPTION_NOT_FOUND = 404 "subscription-not-found" {
        title: "No such subscription",
        cause: "The community of the credential has no subscription with this id.",
        way_out: "GET /v2/community/webhooks lists the subscriptions.",
        example: Problem::subscription_not_found(EXAMPLE),
        at: "/v2/community/webhooks/99999999-9999-9999-9999-999999999999",
    }
}

impl Problem {
    pub(crate) fn subscription_not_found(id: SubscriptionId) -> Self {
        let detail =
            format!("This community has no subscription {id}. GET /v2/community/webhooks lists them.");
        Self::new(&SUBSCRIPTION_NOT_FOUND, detail)
    }
}

problem_type! {
    DELIVERY_NOT_FOUND = 404 "delivery-not-found" {
        title: "No such delivery",
        cause: "The event at this place was not delivered to the subscription: there is none, or the subscription has not come to it yet.",
        way_out: "Name the `place` of an event, as GET /v2/community/webhooks/{subscriptionId}/deliveries shows it. A replay sends events that were never delivered.",
        example: Problem::delivery_not_found(EXAMPLE, LogPlace(7)),
        at: "/v2/community/webhooks/99999999-9999-9999-9999-999999999999/deliveries/7/redeliver",
    }
}

impl Problem {
    pub(crate) fn delivery_not_found(id: SubscriptionId, place: LogPlace) -> Self {
        let detail = format!(
            "The event at place {place} was not delivered to the subscription {id}: there is none, or the subscription has not come to it yet. GET /v2/community/webhooks/{id}/deliveries lists what was delivered."
        );
        Self::new(&DELIVERY_NOT_FOUND, detail)
    }
}

problem_type! {
    UNWANTED_EVENT = 409 "unwanted-event" {
        title: "The subscription is not told of such events",
        cause: "The subscription does not want events of this type, or its receiver is a game server, which knows a few events of accounts and nothing else.",
        way_out: "Add the type to `types` with PATCH /v2/community/webhooks/{subscriptionId}. Of what game servers do not know, a subscription of another kind is told.",
        example: Problem::unwanted_event(EXAMPLE, LogPlace(7), EventType::RanksChanged),
        at: "/v2/community/webhooks/99999999-9999-9999-9999-999999999999/deliveries/7/redeliver",
    }
}

impl Problem {
    pub(crate) fn unwanted_event(id: SubscriptionId, place: LogPlace, event_type: EventType) -> Self {
        let event_type = event_type.as_str();
        let detail = format!(
            "The event at place {place} is a {event_type}, which the subscription {id} does not want: add it to `types` with PATCH /v2/community/webhooks/{id}."
        );
        Self::new(&UNWANTED_EVENT, detail).member("eventType", json!(event_type))
    }

    pub(crate) fn unknown_to_game_servers(place: LogPlace, event_type: EventType) -> Self {
        let event_type = event_type.as_str();
        let detail = format!(
            "The event at place {place} is a {event_type}, and game servers know nothing like it: they are told of accounts that are made, changed, kicked or banned. Use a subscription of another kind for the rest."
        );
        Self::new(&UNWANTED_EVENT, detail).member("eventType", json!(event_type))
    }
}

problem_type! {
    TOO_MANY_SUBSCRIPTIONS = 409 "too-many-subscriptions" {
        title: "Too many subscriptions",
        cause: "The community has as many subscriptions as it may have. Disabled ones count.",
        way_out: "Remove those that nobody needs, or let one receiver pass events on. A program that only reads needs no subscription: it reads GET /v2/community/events.",
        example: Problem::too_many_subscriptions(50),
        at: "/v2/community/webhooks",
    }
}

impl Problem {
    /// `most`: how many subscriptions a community may have.
    pub(crate) fn too_many_subscriptions(most: usize) -> Self {
        let detail = format!(
            "This community has {most} subscriptions, and may not have more: remove those that nobody needs (GET /v2/community/webhooks lists them)."
        );
        Self::new(&TOO_MANY_SUBSCRIPTIONS, detail)
    }
}

problem_type! {
    SUBSCRIPTION_HAS_NO_SECRET = 409 "subscription-has-no-secret" {
        title: "The subscription has no secret",
        cause: "The secret of a Discord webhook is its URL: there is nothing else to replace.",
        way_out: "Make a new webhook in Discord, and change `url` with PATCH /v2/community/webhooks/{subscriptionId}.",
        example: Problem::subscription_has_no_secret(EXAMPLE),
        at: "/v2/community/webhooks/99999999-9999-9999-9999-999999999999/rotate-secret",
    }
}

impl Problem {
    pub(crate) fn subscription_has_no_secret(id: SubscriptionId) -> Self {
        let detail = format!(
            "The subscription {id} is a Discord webhook, whose secret is its URL: make a new webhook in Discord, and change `url` with PATCH /v2/community/webhooks/{id}."
        );
        Self::new(&SUBSCRIPTION_HAS_NO_SECRET, detail)
    }
}

problem_type! {
    SUBSCRIPTION_OF_A_SERVER = 409 "subscription-of-a-server" {
        title: "The subscription belongs to a game server",
        cause: "The row of a game server made the subscription, and says where and with which secret it sends.",
        way_out: "Change or remove the game server instead.",
        example: Problem::subscription_of_a_server(EXAMPLE, 1),
        at: "/v2/community/webhooks/99999999-9999-9999-9999-999999999999",
    }
}

impl Problem {
    /// `server`: the number of the game server.
    pub(crate) fn subscription_of_a_server(id: SubscriptionId, server: i64) -> Self {
        let detail = format!(
            "The subscription {id} belongs to the game server {server}, which says where and with which secret it sends: change or remove the game server instead."
        );
        Self::new(&SUBSCRIPTION_OF_A_SERVER, detail).member("server", json!(server))
    }
}
