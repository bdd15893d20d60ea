//! `/v2/community/webhooks/{subscriptionId}/enable` and `/disable`.

use crate::api::v2::webhooks::{demo_subscription, demo_subscription_disabled};
use crate::http::caller::{Admin, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::SubscriptionPath;
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::ops::Command;
use crate::ops::subscriptions::enable::EnableSubscription;
use crate::wire::problem::Problem;
use crate::wire::subscriptions::SubscriptionBody;

/// `POST /v2/community/webhooks/{subscriptionId}/enable`: the endpoint of [`enable`].
pub static ENABLE: Endpoint = Endpoint::new(Tag::Events, "enableSubscription", "Enable a subscription")
    .per_minute(60)
    .refuses(EnableSubscription::REFUSES)
    .example(Example {
        path: "/v2/community/webhooks/88888888-8888-8888-8888-888888888888/enable",
        data: demo_subscription!(r#""enabled": true, "disabled": null"#),
        ..Example::EMPTY
    });

/// Enables a subscription: deliveries go on where they stopped, with everything that happened meanwhile. To
/// leave that out, replay from the end first.
pub async fn enable(
    write: Write,
    caller: Caller<Admin>,
    SubscriptionPath(id): SubscriptionPath,
) -> Result<Reply<SubscriptionBody>, Problem> {
    let command = EnableSubscription { actor: caller.actor(None), id, enabled: true };
    submit(write, command).await
}

/// `POST /v2/community/webhooks/{subscriptionId}/disable`: the endpoint of [`disable`].
pub static DISABLE: Endpoint = Endpoint::new(Tag::Events, "disableSubscription", "Disable a subscription")
    .per_minute(60)
    .example(Example {
        path: "/v2/community/webhooks/88888888-8888-8888-8888-888888888888/disable",
        data: demo_subscription_disabled!(),
        ..Example::EMPTY
    });

/// Disables a subscription: nothing more is sent until it is enabled. A freeze does not stop that.
pub async fn disable(
    write: Write,
    caller: Caller<Admin>,
    SubscriptionPath(id): SubscriptionPath,
) -> Result<Reply<SubscriptionBody>, Problem> {
    let command = EnableSubscription { actor: caller.actor(None), id, enabled: false };
    submit(write, command).await
}

async fn submit(write: Write, command: EnableSubscription) -> Result<Reply<SubscriptionBody>, Problem> {
    let now = write.app.clock.now();
    write.submit(command, move |status| Reply::new((status, now).into())).await
}
