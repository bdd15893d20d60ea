//! `POST /v2/community/webhooks/{subscriptionId}/test`.

use axum::extract::State;
use rankledger_domain::ids::LogId;

use crate::api::webhooks::Webhooks;
use crate::http::App;
use crate::http::caller::{Admin, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::SubscriptionPath;
use crate::http::reply::Reply;
use crate::jobs::deliveries::try_out;
use crate::ops::subscriptions::find;
use crate::wire::problem::Problem;
use crate::wire::subscriptions::AttemptBody;

/// `POST /v2/community/webhooks/{subscriptionId}/test`: the endpoint of [`test()`].
pub static TEST: Endpoint =
    Endpoint::new(Tag::Events, "testSubscription", "Try out the receiver of a subscription")
        .per_minute(13)
        .example(Example {
            path: "/v2/community/webhooks/88888888-8888-8888-8888-888888888888/test",
            data: r#"{
            "at": "2026-04-15T00:00:00.000Z", "durationMs": 3, "status": 204, "answer": "", "error": null
        }"#,
            ..Example::EMPTY
        });

/// Sends a request that tells of no event, once, and answers how that went: `error` is null if the receiver
/// has taken it. Nothing is recorded, and a disabled subscription can be tried out, too.
pub async fn test(
    State(app): State<App>,
    caller: Caller<Admin>,
    SubscriptionPath(id): SubscriptionPath,
) -> Result<Reply<AttemptBody>, Problem> {
    let mut tx = app.storage.read().await?;
    let subscription = find(tx.as_mut(), caller.community(), id).await?;
    drop(tx);
    let webhooks = app.feature::<Webhooks>();
    let id = LogId(app.ids.uuid());
    let attempt = try_out(webhooks.client(), app.clock.as_ref(), &subscription, id).await;
    Ok(Reply::new(attempt.into()))
}
