//! `POST /v2/community/webhooks/{subscriptionId}/rotate-secret`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::with_secret;
use crate::http::body::StrictBody;
use crate::http::caller::{Admin, Caller};
use crate::http::endpoint::{Endpoint, Example, Tag};
use crate::http::path::SubscriptionPath;
use crate::http::reply::Reply;
use crate::http::write::Write;
use crate::ops::Command;
use crate::ops::subscriptions::rotate_secret::RotateSecret;
use crate::system::new_webhook_secret;
use crate::wire::problem::Problem;
use crate::wire::subscriptions::SubscriptionBody;

/// The body of Rotate Subscription Secret.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct RotateBody {
    /// The new secret of a `standard` subscription (`whsec_` and 24 to 64 bytes in base64; without it, a
    /// random one is made), or the API key that a game server expects.
    secret: Option<String>,
}

/// `POST /v2/community/webhooks/{subscriptionId}/rotate-secret`: the endpoint of [`rotate`].
pub static ROTATE: Endpoint =
    Endpoint::new(Tag::Events, "rotateSubscriptionSecret", "Replace the secret of a subscription")
        .per_minute(60)
        .refuses(RotateSecret::REFUSES)
        .example(Example {
            path: "/v2/community/webhooks/88888888-8888-8888-8888-888888888888/rotate-secret",
            body: "{}",
            data: r#"{
            "id": "88888888-8888-8888-8888-888888888888", "kind": "standard", "name": "Receiver on this machine",
            "url": "http://127.0.0.1:9000/", "types": ["ranks.changed"], "summarisesRollbacks": false,
            "server": null, "enabled": false, "disabled": {"at": "2026-04-15T00:00:00.000Z", "because": null},
            "createdAt": "2026-04-15T00:00:00.000Z", "previousSecretUntil": "2026-04-16T00:00:00.000Z",
            "progress": {"place": 4, "behind": 1, "succeededAt": null, "failingSince": null},
            "secret": "whsec_shown_once"
        }"#,
            ..Example::EMPTY
        });

/// Replaces the secret. For a day the old one signs, too, so that the receiver can be told the new one in its
/// own time. A game server is sent the new key at once.
pub async fn rotate(
    write: Write,
    caller: Caller<Admin>,
    SubscriptionPath(id): SubscriptionPath,
    StrictBody(RotateBody { secret }): StrictBody<RotateBody>,
) -> Result<Reply<SubscriptionBody>, Problem> {
    let fresh_secret = new_webhook_secret().map_err(|error| Problem::internal(&error))?;
    let command = RotateSecret { actor: caller.actor(None), id, secret, fresh_secret };
    let now = write.app.clock.now();
    write.submit(command, move |status| with_secret(status, now)).await
}
