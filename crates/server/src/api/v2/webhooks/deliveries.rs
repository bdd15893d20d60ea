//! `/v2/community/webhooks/{subscriptionId}/deliveries`: what became of each delivery.

use rankledger_domain::log::LogPlace;
use rankledger_storage::deliveries::DeliveriesOf;

use crate::http::caller::{Admin, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::{PlacePath, SubscriptionPath};
use crate::http::query::{FromQuery, Query, QueryReader};
use crate::http::read_view::RequestView;
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::ops::Command;
use crate::ops::subscriptions::find;
use crate::ops::subscriptions::redeliver::Redeliver;
use crate::wire::problem::Problem;
use crate::wire::subscriptions::{DeliveriesBody, DeliveryBody};

/// Number of deliveries on a page unless the request asks for another.
const DEFAULT_TAKE: u32 = 25;

/// Which deliveries are listed.
pub struct ListQuery {
    state: DeliveriesOf,
    cursor: Option<LogPlace>,
    take: u32,
}

impl FromQuery for ListQuery {
    fn read(params: &mut QueryReader) -> Result<Self, Problem> {
        let states = [
            ("waiting", DeliveriesOf::Waiting),
            ("delivered", DeliveriesOf::Delivered),
            ("failed", DeliveriesOf::Failed),
        ];
        let state = params.choice("state", &states, "Only deliveries in this state.")?;
        let cursor = params.number("cursor", 1..=i64::MAX, "The `nextCursor` of the page before.")?;
        let take =
            params.number_or("take", 1..=100, DEFAULT_TAKE, "The highest number of deliveries to list.")?;
        Ok(Self { state: state.unwrap_or(DeliveriesOf::Any), cursor: cursor.map(LogPlace), take })
    }
}

/// `GET /v2/community/webhooks/{subscriptionId}/deliveries`: the endpoint of [`list`].
pub static LIST: Endpoint =
    Endpoint::new(Tag::Events, "getDeliveries", "List what became of the deliveries to a subscription")
        .per_minute(60)
        .example(Example {
            path: "/v2/community/webhooks/88888888-8888-8888-8888-888888888888/deliveries",
            query: r#"{"state": "failed", "take": 1}"#,
            data: r#"{
            "deliveries": [
                {
                    "place": 3, "eventId": "44444444-4444-4444-4444-444444444444", "type": "ranks.changed",
                    "accId": "66666666-6666-6666-6666-666666666666", "state": "failed", "dueAt": null,
                    "attempts": 10,
                    "lastAttempt": {
                        "at": "2026-04-15T00:00:00.000Z", "durationMs": 12, "status": 503,
                        "answer": "down for repairs", "error": "it answers with status 503"
                    }
                }
            ],
            "nextCursor": null
        }"#,
            ..Example::EMPTY
        });

/// Lists what became of the deliveries, newest event first: those of the last 30 days, and all that wait.
/// Each shows its last attempt.
pub async fn list(
    caller: Caller<Admin>,
    RequestView(mut tx): RequestView,
    SubscriptionPath(id): SubscriptionPath,
    Query(ListQuery { state, cursor, take }): Query<ListQuery>,
) -> Result<Reply<DeliveriesBody>, Problem> {
    let community = caller.community();
    find(tx.as_mut(), community, id).await?;
    // One more than asked for tells whether there are more.
    let mut found = tx.deliveries(community, id, state, cursor, take + 1).await?;
    let take = usize::try_from(take).unwrap_or(usize::MAX);
    let has_more = found.len() > take;
    found.truncate(take);
    let next_cursor = found.last().filter(|_| has_more).map(|last| last.place.to_string());
    let deliveries = found.into_iter().map(DeliveryBody::from).collect();
    Ok(Reply::new(DeliveriesBody { deliveries, next_cursor }))
}

/// `POST /v2/community/webhooks/{subscriptionId}/deliveries/{place}/redeliver`: the endpoint of
/// [`redeliver`].
pub static REDELIVER: Endpoint =
    Endpoint::new(Tag::Events, "redeliver", "Send one event to a subscription again")
        .per_minute(60)
        .refuses(Redeliver::REFUSES)
        .example(Example {
            path: "/v2/community/webhooks/88888888-8888-8888-8888-888888888888/deliveries/3/redeliver",
            data: r#"{
            "place": 3, "eventId": "44444444-4444-4444-4444-444444444444", "type": "ranks.changed",
            "accId": "66666666-6666-6666-6666-666666666666", "state": "waiting",
            "dueAt": "2026-04-15T00:00:00.000Z", "attempts": 0, "lastAttempt": null
        }"#,
            ..Example::EMPTY
        });

/// Sends one event again, at once, with as many attempts as a new one: whatever became of it before. If the
/// subscription is disabled, it is sent once it is enabled.
pub async fn redeliver(
    write: Write,
    caller: Caller<Admin>,
    SubscriptionPath(id): SubscriptionPath,
    PlacePath(place): PlacePath,
) -> Result<Reply<DeliveryBody>, Problem> {
    let command = Redeliver { actor: caller.actor(None), id, place };
    write.submit(command, |delivery| Reply::new(delivery.into())).await
}
